import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
}

/** The browser's own list of choices. */
export function SelectField({ name, label, value, choices }: SelectFieldProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" htmlFor={id}>{label}</label>
      <select id={id} name={name} class="rs-input field-select" data-testid={`field-${name}`}>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>{text}</option>
        ))}
      </select>
    </div>
  );
}
