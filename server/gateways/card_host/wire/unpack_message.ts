import { requireContent, unknownField, wrongLength } from "./field_content.ts";
import {
  type CardMessage,
  type FieldFormat,
  type FieldTable,
  type FieldValue,
  MESSAGE_BYTES_MAX,
} from "./field_table.ts";
import { CardMessageError } from "./message_error.ts";
import { unpackDigits, unpackText } from "./packed_digits.ts";

/** The other way of `packMessage`: whatever the bytes are, a message or `CardMessageError`. */
export function unpackMessage(table: FieldTable, bytes: Uint8Array): CardMessage {
  if (bytes.length > MESSAGE_BYTES_MAX) {
    throw new CardMessageError("too_long", `Cannot read a message of ${bytes.length} bytes`);
  }
  const reader = new Reader(bytes);
  const type = readDigits(reader, table, 4, "right");
  if (!/^\d{4}$/.test(type)) {
    throw new CardMessageError("wrong_content", "Cannot read a message: its type is no number");
  }
  const fields = new Map<number, FieldValue>();
  for (const field of readBitmaps(reader, table)) {
    const format = table.fields[field];
    if (!format) throw unknownField(field);
    const value = readField(reader, table, { field, format });
    requireContent(field, format, value);
    fields.set(field, value);
  }
  if (reader.left === 0) return { type, fields };
  throw new CardMessageError("trailing_bytes", `Cannot read a message: ${reader.left} bytes more`);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A copy, so that what is kept does not hold the frame. */
  take(count: number): Uint8Array {
    if (count > this.left) {
      throw new CardMessageError("truncated", `Cannot read ${count} bytes: ${this.left} are left`);
    }
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }
}

function readField(
  reader: Reader,
  table: FieldTable,
  { field, format }: { readonly field: number; readonly format: FieldFormat },
): FieldValue {
  const count = readLength(reader, table, { field, format });
  switch (format.kind) {
    case "bytes":
      return reader.take(count);
    case "text":
      return unpackText(reader.take(count));
    case "digits":
    case "track":
      return readDigits(reader, table, count, format.fill ?? "right");
  }
}

function readLength(
  reader: Reader,
  table: FieldTable,
  { field, format }: { readonly field: number; readonly format: FieldFormat },
): number {
  const { length } = format;
  if (length.kind === "fixed") return length.count;
  const { lengthDigits, max } = length;
  const text = table.lengths === "bcd"
    ? unpackDigits(reader.take(Math.ceil(lengthDigits / 2)), lengthDigits, "left")
    : unpackText(reader.take(lengthDigits));
  const count = /^\d+$/.test(text) ? Number(text) : Infinity;
  if (count > max) throw wrongLength(field, format);
  return count;
}

function readDigits(
  reader: Reader,
  table: FieldTable,
  count: number,
  fill: "left" | "right",
): string {
  return table.digits === "bcd"
    ? unpackDigits(reader.take(Math.ceil(count / 2)), count, fill)
    : unpackText(reader.take(count));
}

function readBitmaps(reader: Reader, table: FieldTable): number[] {
  const first = readBitmap(reader, table);
  const hasSecond = ((first[0] ?? 0) & 0x80) !== 0;
  const bits = hasSecond ? [...first, ...readBitmap(reader, table)] : [...first];
  return bits.flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter((bit) => (byte & (0x80 >> bit)) !== 0)
      .map((bit) => at * 8 + bit + 1)
  ).filter((field) => field > 1);
}

function readBitmap(reader: Reader, { bitmap }: FieldTable): Uint8Array {
  if (bitmap === "binary") return reader.take(8);
  const hex = unpackText(reader.take(16));
  if (/^[0-9A-Fa-f]{16}$/.test(hex)) return Uint8Array.fromHex(hex);
  throw new CardMessageError("wrong_content", "Cannot read a bitmap: expected hexadecimal digits");
}
