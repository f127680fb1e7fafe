import { concatBytes } from "../../../../crypto/bytes.ts";
import { requireContent, unknownField } from "./field_content.ts";
import {
  type CardMessage,
  type FieldFormat,
  type FieldTable,
  type FieldValue,
  MESSAGE_BYTES_MAX,
} from "./field_table.ts";
import { CardMessageError } from "./message_error.ts";
import { packDigits, packText } from "./packed_digits.ts";

/** Type, bitmaps and fields in their order. Throws `CardMessageError`. */
export function packMessage(table: FieldTable, message: CardMessage): Uint8Array<ArrayBuffer> {
  if (!/^\d{4}$/.test(message.type)) {
    throw new CardMessageError("wrong_content", "Cannot pack a message: expected a type of digits");
  }
  const fields = [...message.fields].sort(([left], [right]) => left - right);
  const packed = concatBytes(
    digitBytes(table, message.type, "right"),
    bitmapBytes(table, fields.map(([field]) => field)),
    ...fields.map(([field, value]) => fieldBytes(table, field, value)),
  );
  if (packed.length <= MESSAGE_BYTES_MAX) return packed;
  throw new CardMessageError(
    "too_long",
    `Cannot pack a message of ${packed.length} bytes: expected at most ${MESSAGE_BYTES_MAX}`,
  );
}

function fieldBytes(table: FieldTable, field: number, value: FieldValue): Uint8Array {
  const format = table.fields[field];
  if (!format) throw unknownField(field);
  requireContent(field, format, value);
  const { length } = format;
  const content = contentBytes(table, format, value);
  if (length.kind === "fixed") return content;
  const digits = String(value.length).padStart(length.lengthDigits, "0");
  const counted = table.lengths === "bcd" ? packDigits(digits, "left") : packText(digits);
  return concatBytes(counted, content);
}

function contentBytes(table: FieldTable, format: FieldFormat, value: FieldValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return format.kind === "text" ? packText(value) : digitBytes(table, value, format.fill);
}

function digitBytes({ digits }: FieldTable, text: string, fill: FieldFormat["fill"]): Uint8Array {
  return digits === "bcd" ? packDigits(text, fill ?? "right") : packText(text);
}

function bitmapBytes({ bitmap }: FieldTable, fields: readonly number[]): Uint8Array {
  const bits = new Uint8Array((fields.at(-1) ?? 0) > 64 ? 16 : 8);
  if (bits.length === 16) bits[0] = 0x80;
  for (const field of fields) {
    if (!Number.isInteger(field) || field < 2 || field > 128) throw unknownField(field);
    const at = (field - 1) >> 3;
    bits[at] = (bits[at] ?? 0) | (0x80 >> ((field - 1) & 7));
  }
  return bitmap === "binary" ? bits : packText(bits.toHex().toUpperCase());
}
