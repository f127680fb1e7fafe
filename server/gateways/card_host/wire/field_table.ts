/** How the fields of ISO 8583 (1987) stand on one host's line; all of it data of the host's profile. */

export interface FieldFormat {
  /** Digits; digits and `D` of a track; text of one byte a character; bytes. */
  readonly kind: "digits" | "track" | "text" | "bytes";
  /** Of digits and tracks in digits, else in bytes. */
  readonly length:
    | { readonly kind: "fixed"; readonly count: number }
    | { readonly kind: "counted"; readonly lengthDigits: 2 | 3; readonly max: number };
  /** Where the filling digit of an odd number of packed digits stands; right when absent. */
  readonly fill?: "left" | "right";
}

export interface FieldTable {
  /** Digits, tracks, lengths and the message type: two in a byte, or one. */
  readonly digits: "bcd" | "ascii";
  readonly lengths: "bcd" | "ascii";
  readonly bitmap: "binary" | "hex";
  /** By number, 2 to 128; 65 and above make a second bitmap. */
  readonly fields: Readonly<Record<number, FieldFormat>>;
}

export type FieldValue = string | Uint8Array;

/** A message as fields; text for all but those of kind `bytes`. */
export interface CardMessage {
  /** `0200`. */
  readonly type: string;
  readonly fields: ReadonlyMap<number, FieldValue>;
}

/** Of one message without its frame. */
export const MESSAGE_BYTES_MAX = 2_048;

export function fixed(kind: FieldFormat["kind"], count: number): FieldFormat {
  return { kind, length: { kind: "fixed", count } };
}

export function counted(
  kind: FieldFormat["kind"],
  lengthDigits: 2 | 3,
  max: number,
): FieldFormat {
  return { kind, length: { kind: "counted", lengthDigits, max } };
}

/** The text of a field; null when it is not there or is bytes. */
export function textOf(message: CardMessage, field: number): string | null {
  const value = message.fields.get(field);
  return typeof value === "string" ? value : null;
}

export function bytesOf(message: CardMessage, field: number): Uint8Array | null {
  const value = message.fields.get(field);
  return value instanceof Uint8Array ? value : null;
}
