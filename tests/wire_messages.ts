/** Messages of PostgreSQL's protocol 3.0 (its manual, 55.7) that prepared statements need. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Type and length come before what a message says. */
const HEAD_BYTES = 5;
const TYPE_BYTES = 1;
const NULL_LENGTH = -1;
const FIRST_BYTES = 4_096;

/** Messages one behind the other, as they go to the database in one call. */
export class MessageWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  message(type: string, write: () => void): void {
    this.#reserve(HEAD_BYTES);
    this.#bytes[this.#at] = type.charCodeAt(0);
    const begin = this.#at + TYPE_BYTES;
    this.#at += HEAD_BYTES;
    write();
    this.#view.setInt32(begin, this.#at - begin);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  letter(letter: string): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = letter.charCodeAt(0);
  }

  /** With the zero that ends it. */
  text(text: string): void {
    this.#write(text);
    this.#reserve(1);
    this.#bytes[this.#at++] = 0;
  }

  /** With its length before it. */
  value(text: string | null): void {
    this.int32(NULL_LENGTH);
    if (text === null) return;
    const begin = this.#at;
    this.#write(text);
    this.#view.setInt32(begin - 4, this.#at - begin);
  }

  /** All that was written, and nothing any more. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return taken;
  }

  #write(text: string): void {
    // No letter takes more than three bytes of UTF-8 for each unit of UTF-16.
    this.#reserve(3 * text.length);
    this.#at += encoder.encodeInto(text, this.#bytes.subarray(this.#at)).written;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#at + count));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export interface Column {
  readonly name: string;
  readonly type: number;
}

/** What one call was answered with. */
export interface Answer {
  /** Null when the statement gives no rows, or nobody asked. */
  readonly columns: readonly Column[] | null;
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows written or found, as the database counts them. */
  readonly count: number;
  /** By the field's letter (55.8): C the code, M what it says, n the constraint. */
  readonly error: ReadonlyMap<string, string> | null;
}

export function readAnswer(bytes: Uint8Array): Answer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (string | null)[][] = [];
  let columns: Column[] | null = null;
  let error: Map<string, string> | null = null;
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + TYPE_BYTES + view.getInt32(at + TYPE_BYTES);
    const body = { bytes, view, at: at + HEAD_BYTES, end };
    const type = String.fromCharCode(bytes[at] ?? 0);
    if (type === "D") rows.push(rowOf(body));
    else if (type === "T") columns = columnsOf(body);
    else if (type === "C") count = countOf(body);
    else if (type === "E") error ??= fieldsOf(body);
    at = end;
  }
  return { columns, rows, count, error };
}

interface Body {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
}

function rowOf({ bytes, view, at: begin }: Body): (string | null)[] {
  let at = begin + 2;
  return Array.from({ length: view.getInt16(begin) }, () => {
    const length = view.getInt32(at);
    at += 4;
    if (length === NULL_LENGTH) return null;
    at += length;
    return decoder.decode(bytes.subarray(at - length, at));
  });
}

/** Behind a column's name: its table, place, type, size, modifier and format. */
const BEHIND_NAME_BYTES = 18;
const TYPE_AT = 6;

function columnsOf({ bytes, view, at: begin }: Body): Column[] {
  let at = begin + 2;
  return Array.from({ length: view.getInt16(begin) }, () => {
    const end = bytes.indexOf(0, at);
    const name = decoder.decode(bytes.subarray(at, end));
    at = end + 1 + BEHIND_NAME_BYTES;
    return { name, type: view.getInt32(end + 1 + TYPE_AT) };
  });
}

/** "UPDATE 1", "INSERT 0 1". */
function countOf({ bytes, at, end }: Body): number {
  return Number(decoder.decode(bytes.subarray(at, end - 1)).split(" ").at(-1)) || 0;
}

function fieldsOf({ bytes, at, end }: Body): Map<string, string> {
  const fields = decoder.decode(bytes.subarray(at, end)).split("\0");
  return new Map(fields.map((field) => [field.slice(0, 1), field.slice(1)]));
}
