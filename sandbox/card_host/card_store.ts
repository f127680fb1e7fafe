import { z } from "zod";
import { Sqlite } from "../sqlite.ts";

/** The host's books in SQLite: a killed process loses nothing it has answered. */

const SCHEMA = `
create table if not exists account (
  pan text primary key,
  kind text not null,
  holder text not null,
  pin text not null,
  expiry text not null,
  balance_fen integer not null check (balance_fen >= 0),
  pin_tries integer not null default 0,
  state text not null check (state in ('open', 'closed', 'blocked'))
);
create table if not exists entry (
  merchant text not null,
  terminal text not null,
  batch integer not null,
  stan integer not null,
  kind text not null check (kind in ('sale', 'void', 'refund')),
  pan text not null,
  amount_fen integer not null,
  code text not null,
  reference text not null unique,
  approval text not null,
  state text not null check (state in ('booked', 'declined', 'reversed', 'voided', 'never')),
  returned_fen integer not null default 0 check (returned_fen between 0 and amount_fen),
  original text,
  day text not null,
  at_ms integer not null,
  primary key (merchant, terminal, batch, stan)
);
create index if not exists entry_at on entry (at_ms);
create table if not exists batch (
  merchant text not null,
  number integer not null,
  agrees integer not null,
  primary key (merchant, number)
);
create table if not exists work_key (
  version integer primary key,
  pin_key blob not null,
  mac_key blob not null
);
`;

const accountRow = z.object({
  pan: z.string(),
  kind: z.enum(["bank_card", "financial_account"]),
  holder: z.string(),
  pin: z.string(),
  expiry: z.string(),
  balance_fen: z.number(),
  pin_tries: z.number(),
  state: z.enum(["open", "closed", "blocked"]),
});

const entryRow = z.object({
  merchant: z.string(),
  terminal: z.string(),
  batch: z.number(),
  stan: z.number(),
  kind: z.enum(["sale", "void", "refund"]),
  pan: z.string(),
  amount_fen: z.number(),
  /** The response code it was answered with. */
  code: z.string(),
  reference: z.string(),
  approval: z.string(),
  /** `never`: its reversal came first, so that it will not be booked. */
  state: z.enum(["booked", "declined", "reversed", "voided", "never"]),
  returned_fen: z.number(),
  /** Reference of the sale that a void or refund is of. */
  original: z.string().nullable(),
  day: z.string(),
  at_ms: z.number(),
});

const keyRow = z.object({
  version: z.number(),
  pin_key: z.instanceof(Uint8Array),
  mac_key: z.instanceof(Uint8Array),
});

export type AccountRow = z.infer<typeof accountRow>;
export type EntryRow = z.infer<typeof entryRow>;
export type WorkKeyRow = z.infer<typeof keyRow>;
export type EntryKey = Pick<EntryRow, "merchant" | "terminal" | "batch" | "stan">;

/** Answers under the last two keys are taken: some may be under way at a sign-in. */
const KEYS_USABLE_MAX = 2;

export class CardStore implements Disposable {
  readonly #db: Sqlite;

  constructor(path: string) {
    this.#db = new Sqlite(path, SCHEMA);
  }

  transaction<Result>(work: () => Result): Result {
    return this.#db.atomically(work);
  }

  addAccount(account: AccountRow): void {
    this.#put("insert or ignore", "account", account);
  }

  putAccount(account: AccountRow): void {
    this.#put("insert or replace", "account", account);
  }

  findAccount(pan: string): AccountRow | null {
    const row = this.#db.find("select * from account where pan = ?", pan);
    return row ? accountRow.parse(row) : null;
  }

  accounts(limit: number): AccountRow[] {
    return this.#db.all("select * from account order by pan limit ?", limit)
      .map((row) => accountRow.parse(row));
  }

  putEntry(entry: EntryRow): void {
    this.#put("insert or replace", "entry", entry);
  }

  findEntry({ merchant, terminal, batch, stan }: EntryKey): EntryRow | null {
    const row = this.#db.find(
      "select * from entry where merchant = ? and terminal = ? and batch = ? and stan = ?",
      merchant,
      terminal,
      batch,
      stan,
    );
    return row ? entryRow.parse(row) : null;
  }

  findByReference(reference: string): EntryRow | null {
    const row = this.#db.find("select * from entry where reference = ?", reference);
    return row ? entryRow.parse(row) : null;
  }

  newestEntries(limit: number): EntryRow[] {
    return this.#db.all("select * from entry order by at_ms desc, stan desc limit ?", limit)
      .map((row) => entryRow.parse(row));
  }

  entriesOfBatch(merchant: string, batch: number): EntryRow[] {
    return this.#db.all("select * from entry where merchant = ? and batch = ?", merchant, batch)
      .map((row) => entryRow.parse(row));
  }

  isSettled(merchant: string, number: number): boolean {
    return this.#db.find(
      "select 1 from batch where merchant = ? and number = ?",
      merchant,
      number,
    ) !== null;
  }

  settle(merchant: string, number: number, agrees: boolean): void {
    this.#put("insert or replace", "batch", { merchant, number, agrees: Number(agrees) });
  }

  batches(): { merchant: string; number: number; agrees: boolean }[] {
    return this.#db.all("select * from batch order by merchant, number").map((row) => ({
      merchant: String(row.merchant),
      number: Number(row.number),
      agrees: row.agrees === 1,
    }));
  }

  addKeys(keys: Omit<WorkKeyRow, "version">): void {
    this.#db.run(
      "insert into work_key (pin_key, mac_key) values (?, ?)",
      keys.pin_key,
      keys.mac_key,
    );
  }

  /** The newest first. */
  usableKeys(): WorkKeyRow[] {
    return this.#db.all("select * from work_key order by version desc limit ?", KEYS_USABLE_MAX)
      .map((row) => keyRow.parse(row));
  }

  forgetKeys(): void {
    this.#db.run("delete from work_key");
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  #put(how: string, table: string, row: Readonly<Record<string, string | number | null>>): void {
    const columns = Object.keys(row);
    const places = columns.map(() => "?").join(", ");
    this.#db.run(
      `${how} into ${table} (${columns.join(", ")}) values (${places})`,
      ...Object.values(row),
    );
  }
}
