import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

export type Row = Readonly<Record<string, unknown>>;

/** One party's state in a file of its own; `:memory:` in tests. */
export class Sqlite implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, schema: string) {
    this.#database = new DatabaseSync(path);
    // A killed process loses nothing with these two; only a power cut may lose the last moment.
    this.#database.exec("pragma journal_mode = wal; pragma synchronous = normal;");
    this.#database.exec(schema);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values);
  }

  find(sql: string, ...values: SQLInputValue[]): Row | null {
    return this.prepared(sql).get(...values) ?? null;
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.prepared(sql).run(...values);
  }

  /** All or nothing; whatever is thrown inside leaves no trace. */
  atomically<Made>(work: () => Made): Made {
    this.#database.exec("begin immediate");
    try {
      const made = work();
      this.#database.exec("commit");
      return made;
    } catch (thrown) {
      this.#database.exec("rollback");
      throw thrown;
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** Prepared once for the life of the file. */
  prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot read column "${column}": expected text`);
}

export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw new TypeError(`Cannot read column "${column}": expected a number`);
}
