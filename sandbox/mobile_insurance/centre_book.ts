import { z } from "zod";
import type { Clock } from "../../server/platform/clock.ts";
import type { Faults } from "../faults.ts";
import type { AskCentre } from "../insurance/ask_centre.ts";
import { Sqlite } from "../sqlite.ts";

/** Orders at the centre for mobile payment, and at the wallet that pays them. */

const SCHEMA = `
create table if not exists mobile_order (
  pay_ord_id text primary key, med_org_ord text not null unique, org text not null,
  pay_token text not null, content text not null, data text not null, psn_no text not null,
  insutype text not null, insuplc text not null, mdtrt_id text not null,
  ord_stas integer not null, quote text, setl_id text, figures text, revs_token text,
  refund_number text, at integer not null);
create table if not exists report (
  serial integer primary key, pay_ord_id text not null, ord_stas integer not null,
  due_ms integer not null, tries integer not null default 0, done integer not null default 0);
create table if not exists mix_order (
  out_trade_no text primary key, mix_trade_no text not null, kind text not null,
  content text not null, pay_ord_id text not null, status text not null,
  cash_fen integer not null, refunded_fen integer not null default 0, at integer not null);
create table if not exists mix_refund (
  out_refund_no text primary key, out_trade_no text not null, amount_fen integer not null);
create table if not exists medical_refund (
  out_refund_no text primary key, mix_trade_no text not null, amount_fen integer not null);
`;

export interface Mobile {
  readonly store: Sqlite;
  readonly clock: Clock;
  readonly faults: Faults;
  /** The centre's settlement side. */
  readonly centre: AskCentre;
}

export function openMobileStore(path: string): Sqlite {
  return new Sqlite(path, SCHEMA);
}

const text = z.string().nullable();
const orderSchema = z.object({
  pay_ord_id: z.string(),
  med_org_ord: z.string(),
  org: z.string(),
  pay_token: z.string(),
  content: z.string(),
  data: z.string(),
  psn_no: z.string(),
  insutype: z.string(),
  insuplc: z.string(),
  mdtrt_id: z.string(),
  ord_stas: z.number(),
  quote: text,
  setl_id: text,
  figures: text,
  revs_token: text,
  refund_number: text,
  at: z.number(),
});
const mixSchema = z.object({
  out_trade_no: z.string(),
  mix_trade_no: z.string(),
  kind: z.enum(["CASH_ONLY", "INSURANCE_ONLY", "CASH_AND_INSURANCE"]),
  content: z.string(),
  pay_ord_id: z.string(),
  status: z.enum(["MIX_PAY_CREATED", "SUCCESS", "REFUND", "FAIL"]),
  cash_fen: z.number(),
  refunded_fen: z.number(),
  at: z.number(),
});

export type OrderRow = z.infer<typeof orderSchema>;
export type MixRow = z.infer<typeof mixSchema>;

export function findOrder(
  { store }: Pick<Mobile, "store">,
  column: "pay_ord_id" | "med_org_ord",
  value: string,
): OrderRow | null {
  const row = store.find(`select * from mobile_order where ${column} = ?`, value);
  return row && orderSchema.parse(row);
}

export function putOrder({ store }: Pick<Mobile, "store">, row: OrderRow): OrderRow {
  put(store, "mobile_order", row);
  return row;
}

export function findMix(
  { store }: Pick<Mobile, "store">,
  column: "out_trade_no" | "mix_trade_no",
  value: string,
): MixRow | null {
  const row = store.find(`select * from mix_order where ${column} = ?`, value);
  return row && mixSchema.parse(row);
}

export function putMix({ store }: Pick<Mobile, "store">, row: MixRow): MixRow {
  put(store, "mix_order", row);
  return row;
}

export function listOrders({ store }: Pick<Mobile, "store">, limit: number): OrderRow[] {
  return store.all("select * from mobile_order order by at desc, pay_ord_id desc limit ?", limit)
    .map((row) => orderSchema.parse(row));
}

export function listMixes({ store }: Pick<Mobile, "store">, limit: number): MixRow[] {
  return store.all("select * from mix_order order by at desc limit ?", limit)
    .map((row) => mixSchema.parse(row));
}

function put(store: Sqlite, table: string, row: Readonly<Record<string, string | number | null>>) {
  const columns = Object.keys(row);
  store.run(
    `insert or replace into ${table} (${columns.join(", ")})
     values (${columns.map(() => "?").join(", ")})`,
    ...Object.values(row),
  );
}
