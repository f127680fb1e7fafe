import type { InputHTMLAttributes, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

type Attributes = Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "role" | "list">;

/** Preact's types know an input by its literal type alone. */
const INPUT_OF_TYPE = {
  text: (given: Attributes) => <input type="text" {...given} />,
  password: (given: Attributes) => <input type="password" {...given} />,
  date: (given: Attributes) => <input type="date" {...given} />,
  search: (given: Attributes) => <input type="search" {...given} />,
  number: (given: Attributes) => <input type="number" {...given} />,
} as const;

interface TextFieldProps {
  /** Of the value in the form's data. */
  readonly name: string;
  readonly label: string;
  readonly type?: keyof typeof INPUT_OF_TYPE;
  readonly value?: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly autoComplete?: string;
  readonly inputMode?: "numeric" | "text";
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly rows?: number;
}

/** A label, a field, and what is said about it; the form reads the value when it is sent. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { name, label, hint, error = null, required = false, rows, value, ...given } = props;
  const { type = "text", autoFocus = false, ...rest } = given;
  const id = useId();
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  // The attribute works on a page's first load alone.
  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, [autoFocus]);
  const describedBy = [hint !== undefined && `${id}-hint`, error !== null && `${id}-error`]
    .filter(Boolean).join(" ");
  const shared = {
    id,
    name,
    ref: field,
    class: "rs-input",
    required,
    defaultValue: value,
    "aria-invalid": error !== null,
    "aria-describedby": describedBy === "" ? undefined : describedBy,
    "data-testid": `field-${name}`,
  };
  return (
    <div class={error === null ? "field" : "field field-wrong"}>
      <label class="field-label" htmlFor={id}>
        {label}
      </label>
      {rows === undefined ? INPUT_OF_TYPE[type]({ ...rest, ...shared }) : (
        <textarea
          {...shared}
          rows={rows}
          maxLength={rest.maxLength}
          minLength={rest.minLength}
        />
      )}
      {hint !== undefined && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
      {error !== null && <p class="field-error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}
