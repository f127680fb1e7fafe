import { Sqlite } from "../sqlite.ts";
import type { Figures } from "./rules.ts";

/** The centre's books in one SQLite file: a killed process loses nothing it has answered. */

const SCHEMA = `
create table if not exists message (msgid text primary key, body_hash text not null, answer text not null);
create table if not exists sign_in (
  fixmedins_code text, opter_no text, day text not null, sign_no text not null,
  primary key (fixmedins_code, opter_no));
create table if not exists token (
  ec_token text primary key, psn_no text not null, expires_ms integer not null);
create table if not exists account (
  psn_no text, insutype text, balance_fen integer not null check (balance_fen >= 0),
  primary key (psn_no, insutype));
create table if not exists cumulative (
  psn_no text, insutype text, year text,
  threshold_fen integer not null, fund_fen integer not null,
  primary key (psn_no, insutype, year));
create table if not exists visit (
  mdtrt_id text primary key, fixmedins_code text not null, ipt_otp_no text not null,
  psn_no text not null, insutype text not null, begntime text not null,
  med_type text, cancelled integer not null default 0);
create index if not exists visit_number on visit (fixmedins_code, ipt_otp_no);
create index if not exists visit_person on visit (psn_no);
create table if not exists detail (
  mdtrt_id text, feedetl_sn text, chrg_bchno text not null, split text not null, setl_id text,
  primary key (mdtrt_id, feedetl_sn));
create table if not exists settlement (
  setl_id text primary key, mdtrt_id text not null, psn_no text not null, insutype text not null,
  fixmedins_code text not null, msgid text not null unique, chrg_bchno text not null,
  voids_setl_id text, voided_by text, setl_time text not null, figures text not null);
create index if not exists settlement_visit on settlement (mdtrt_id);
create table if not exists relative_payer (
  setl_id text primary key, psn_no text not null, insutype text not null);
create table if not exists cleared_month (
  fixmedins_code text, month text, primary key (fixmedins_code, month));
create table if not exists reversal (omsgid text primary key);
create table if not exists serial (name text primary key, last integer not null);
`;

export interface VisitRow {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly ipt_otp_no: string;
  readonly psn_no: string;
  readonly insutype: string;
  readonly begntime: string;
  readonly med_type: string | null;
  readonly cancelled: number;
}

export interface SettlementRow {
  readonly setl_id: string;
  readonly mdtrt_id: string;
  readonly psn_no: string;
  readonly insutype: string;
  readonly fixmedins_code: string;
  /** Of the request that made it: medins_setl_id. */
  readonly msgid: string;
  readonly chrg_bchno: string;
  readonly voids_setl_id: string | null;
  readonly voided_by: string | null;
  readonly setl_time: string;
  readonly figures: string;
}

type Value = string | number | null;

/** Owns the file; all calls are synchronous, so one transaction never meets another. */
export class InsuranceStore implements Disposable {
  readonly #db: Sqlite;

  constructor(path: string) {
    this.#db = new Sqlite(path, SCHEMA);
  }

  transaction<Result>(work: () => Result): Result {
    return this.#db.atomically(work);
  }

  /** Runs inside a transaction; what it wrote is undone when `undoes` says so of what it threw. */
  attempt<Result>(work: () => Result, undoes: (thrown: unknown) => boolean): Result {
    this.#db.run("savepoint attempt");
    try {
      return work();
    } catch (thrown) {
      if (undoes(thrown)) this.#db.run("rollback to attempt");
      throw thrown;
    } finally {
      this.#db.run("release attempt");
    }
  }

  run(sql: string, ...values: Value[]): number {
    return Number(this.#db.prepared(sql).run(...values).changes);
  }

  find<Row>(sql: string, ...values: Value[]): Row | null {
    // node:sqlite types rows loosely; every statement stands beside the row type it selects.
    return (this.#db.prepared(sql).get(...values) as Row | undefined) ?? null;
  }

  list<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#db.prepared(sql).all(...values) as Row[];
  }

  next(name: string): number {
    this.run("insert or ignore into serial values (?, 0)", name);
    this.run("update serial set last = last + 1 where name = ?", name);
    return this.find<{ last: number }>("select last from serial where name = ?", name)?.last ?? 0;
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }
}

/** Whole numbers as JSON text; `bigint` has no JSON of its own. */
export function packNumbers(numbers: object): string {
  return JSON.stringify(numbers, (_, value) => typeof value === "bigint" ? String(value) : value);
}

/** Reads what {@link packNumbers} wrote; a line's split has the first five, the rest are 0. */
export function unpackFigures(packed: string): Figures {
  const raw: Partial<Record<keyof Figures, string>> = JSON.parse(packed);
  function read(name: keyof Figures): bigint {
    return BigInt(raw[name] ?? "0");
  }
  return {
    amount: read("amount"),
    fullOwnPay: read("fullOwnPay"),
    overLimit: read("overLimit"),
    preSelfPay: read("preSelfPay"),
    inScope: read("inScope"),
    threshold: read("threshold"),
    fund: read("fund"),
    account: read("account"),
    relative: read("relative"),
    cash: read("cash"),
    balance: read("balance"),
    share: read("share"),
  };
}
