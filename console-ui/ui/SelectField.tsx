import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly onChange?: (value: string) => void;
}

/** The browser's own list of choices. */
export function SelectField(props: SelectFieldProps): JSX.Element {
  const { name, label, value, choices, onChange } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" htmlFor={id}>{label}</label>
      <select
        id={id}
        name={name}
        class="rs-input field-select"
        data-testid={`field-${name}`}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>{text}</option>
        ))}
      </select>
    </div>
  );
}
