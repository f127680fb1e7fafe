import { CSV_START, csvLine, type CsvValue } from "./pack/csv.ts";
import type { EvidenceId } from "./evidence_list.ts";
import type { PackedFile, PackWriter } from "./pack/pack_writer.ts";

/** Rows are put together until there is so much of their text. */
const TEXT_CHARACTERS = 64 * 1024;

/** A file of evidence as the index names it. */
export interface EvidenceFile extends PackedFile {
  readonly evidence: EvidenceId;
  readonly title: string;
  /** Of a table; null for other files. */
  readonly rows: number | null;
}

export interface Table {
  /** "accounts": the file becomes "E-01-accounts.csv". */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly CsvValue[]> | AsyncIterable<readonly CsvValue[]>;
}

export interface Part {
  /** With its ending: "events-2026-11.ndjson". */
  readonly name: string;
  readonly title: string;
  /** Of the content, when it has any. */
  readonly rows?: number;
}

/** Where a source of evidence puts its files. */
export class EvidenceFiles {
  readonly #evidence: EvidenceId;
  readonly #writer: PackWriter;
  readonly #written: EvidenceFile[] = [];

  constructor(evidence: EvidenceId, writer: PackWriter) {
    this.#evidence = evidence;
    this.#writer = writer;
  }

  get written(): readonly EvidenceFile[] {
    return this.#written;
  }

  /** How many rows there were. */
  async table({ name, title, columns, rows }: Table): Promise<number> {
    const counted = { rows: 0 };
    async function* lines(): AsyncGenerator<string> {
      yield CSV_START + csvLine(columns);
      for await (const row of rows) {
        counted.rows++;
        yield csvLine(row);
      }
    }
    const file = await this.#add(`${name}.csv`, encoded(lines()));
    this.#written.push({ ...file, evidence: this.#evidence, title, rows: counted.rows });
    return counted.rows;
  }

  async json({ name, title }: Part, value: unknown): Promise<void> {
    await this.text({ name: `${name}.json`, title }, `${JSON.stringify(value, null, 2)}\n`);
  }

  async text(part: Part, text: string): Promise<void> {
    await this.stream(part, one(new TextEncoder().encode(text)));
  }

  async stream(part: Part, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.#add(part.name, content);
    const rows = part.rows ?? null;
    this.#written.push({ ...file, evidence: this.#evidence, title: part.title, rows });
  }

  /** A file in a folder of this evidence's own, under the name its format asks for. */
  async inFolder(part: Part, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.#writer.add(`${this.#evidence}/${part.name}`, content);
    const { title, rows = null } = part;
    this.#written.push({ ...file, evidence: this.#evidence, title, rows });
  }

  #add(name: string, content: AsyncIterable<Uint8Array>): Promise<PackedFile> {
    return this.#writer.add(`${this.#evidence}-${name}`, content);
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  for await (const line of lines) {
    text += line;
    if (text.length < TEXT_CHARACTERS) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}
