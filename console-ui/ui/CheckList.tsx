import type { JSX } from "preact";

interface CheckListProps {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly ticked: ReadonlySet<string>;
}

/** Boxes of one question. */
export function CheckList({ name, label, choices, ticked }: CheckListProps): JSX.Element {
  return (
    <fieldset class="check-list" data-testid={`field-${name}`}>
      <legend class="field-label">{label}</legend>
      <ul>
        {choices.map(([value, text]) => (
          <li key={value}>
            <label class="check">
              <input type="checkbox" name={name} value={value} defaultChecked={ticked.has(value)} />
              <span>{text}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
