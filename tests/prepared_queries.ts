import { type PGlite, types } from "@electric-sql/pglite";
import type { PGliteDialectConfig } from "kysely";
import { type Answer, type Column, MessageWriter, readAnswer } from "./wire_messages.ts";

type KyselyPglite = Exclude<PGliteDialectConfig["pglite"], () => unknown>;
type Query = KyselyPglite["query"];

/** Nothing is planned anew for other parameters; no commit waits for files that go with the run. */
const SETTINGS = "set plan_cache_mode = force_generic_plan; set synchronous_commit = off";

/** By PostgreSQL's type ids: what most columns are, without a detour. */
const READERS = new Map<number, (text: string) => unknown>([
  [types.INT8, BigInt],
  [types.INT4, Number],
  [types.BOOL, (text) => text === "t"],
  [types.TEXT, (text) => text],
  [types.VARCHAR, (text) => text],
  [types.TIMESTAMPTZ, (text) => new Date(text)],
  [types.BYTEA, (text) => Uint8Array.fromHex(text.slice(2))],
]);

interface Reading {
  readonly name: string;
  read(text: string): unknown;
}

interface Statement {
  readonly name: string;
  readonly columns: readonly Reading[];
}

/**
 * The embedded database for tests: each statement is planned once and then only carried out, in a
 * single call of the engine. Its own way to ask takes ten times as long, and the database is most
 * of what a test costs. The platform's own way is tried by `server/platform/db_test.ts`, by all
 * commands that tests run as processes, and by the journey that kills the platform.
 */
export class PreparedQueries implements KyselyPglite {
  readonly ready = true;
  readonly waitReady: Promise<void>;
  readonly #pglite: PGlite;
  readonly #writer = new MessageWriter();
  readonly #statements = new Map<string, Statement>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    this.waitReady = pglite.waitReady;
    this.#turn = this.#simple(SETTINGS);
  }

  get closed(): boolean {
    return this.#pglite.closed;
  }

  async close(): Promise<void> {
    await this.#pglite.close();
  }

  readonly query: Query = (text, parameters) => this.#inTurn(() => this.#run(text, parameters));

  /** The engine has one session: whoever else wants it waits till the end. */
  readonly transaction: KyselyPglite["transaction"] = (work) =>
    this.#inTurn(async () => {
      await this.#simple("begin");
      try {
        const value = await work({
          query: (text, parameters) => this.#run(text, parameters),
          rollback: () => Promise.reject(new Error("Cannot roll back here: nobody does")),
        });
        await this.#simple("commit");
        return value;
      } catch (thrown) {
        await this.#simple("rollback");
        throw thrown;
      }
    });

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #run<Row>(text: string, parameters: readonly unknown[] = []) {
    const { name, columns } = this.#statements.get(text) ?? await this.#prepare(text);
    const writer = this.#writer;
    writer.message("B", () => {
      writer.text("");
      writer.text(name);
      writer.int16(0);
      writer.int16(parameters.length);
      for (const value of parameters) writer.value(textOf(value));
      writer.int16(0);
    });
    writer.message("E", () => {
      writer.text("");
      writer.int32(0);
    });
    const { rows, count } = await this.#send();
    const read: Row[] = rows.map((row) => rowOf(columns, row));
    return { rows: read, affectedRows: count, fields: [] };
  }

  async #prepare(text: string): Promise<Statement> {
    const name = `s${this.#statements.size}`;
    const writer = this.#writer;
    writer.message("P", () => {
      writer.text(name);
      writer.text(text);
      writer.int16(0);
    });
    writer.message("D", () => {
      writer.letter("S");
      writer.text(name);
    });
    const { columns } = await this.#send();
    const statement = { name, columns: (columns ?? []).map(readingOf) };
    this.#statements.set(text, statement);
    return statement;
  }

  #send(): Promise<Answer> {
    this.#writer.message("S", () => {});
    return this.#ask();
  }

  async #simple(text: string): Promise<void> {
    this.#writer.message("Q", () => this.#writer.text(text));
    await this.#ask();
  }

  async #ask(): Promise<Answer> {
    const chunks: Uint8Array[] = [];
    await this.#pglite.execProtocolRawStream(this.#writer.take(), {
      syncToFs: false,
      onRawData: (chunk) => void chunks.push(chunk.slice()),
    });
    const answer = readAnswer(joined(chunks));
    if (!answer.error) return answer;
    const [code, constraint] = [answer.error.get("C"), answer.error.get("n")];
    throw Object.assign(new Error(answer.error.get("M")), { code, constraint });
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  if (only && more.length === 0) return only;
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function readingOf({ name, type }: Column): Reading {
  return { name, read: READERS.get(type) ?? ((text) => types.parseType(text, type)) };
}

function rowOf(columns: readonly Reading[], values: readonly (string | null)[]) {
  const row = Object.create(Object.prototype);
  for (const [n, { name, read }] of columns.entries()) {
    const text = values[n] ?? null;
    row[name] = text === null ? null : read(text);
  }
  return row;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  if (typeof value === "object") throw new TypeError("Cannot hand an object to the database");
  return String(value);
}
