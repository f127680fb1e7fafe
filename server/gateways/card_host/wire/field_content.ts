import type { FieldFormat, FieldValue } from "./field_table.ts";
import { CardMessageError } from "./message_error.ts";

const CONTENT: Readonly<Record<"digits" | "track" | "text", RegExp>> = {
  digits: /^\d*$/,
  track: /^[\dD]*$/,
  text: /^[\x20-\xff]*$/,
};

/** Throws unless the value is one of this field; the message names the field, never the value. */
export function requireContent(field: number, format: FieldFormat, value: FieldValue): void {
  const isBytes = value instanceof Uint8Array;
  const fits = format.kind === "bytes"
    ? isBytes
    : typeof value === "string" && CONTENT[format.kind].test(value);
  if (!fits) {
    throw new CardMessageError(
      "wrong_content",
      `Cannot take field ${field}: expected ${format.kind}`,
    );
  }
  const { length } = format;
  const isRight = length.kind === "fixed"
    ? value.length === length.count
    : value.length <= length.max;
  if (!isRight) throw wrongLength(field, format);
}

export function wrongLength(field: number, { length }: FieldFormat): CardMessageError {
  const expected = length.kind === "fixed" ? `${length.count}` : `at most ${length.max}`;
  return new CardMessageError("wrong_length", `Cannot take field ${field}: expected ${expected}`);
}

export function unknownField(field: number): CardMessageError {
  return new CardMessageError("unknown_field", `Cannot take field ${field}: not in the profile`);
}
