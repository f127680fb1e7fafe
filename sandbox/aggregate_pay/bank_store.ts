import { Sqlite } from "../sqlite.ts";
import { z } from "zod";
import {
  BILL_STATUSES,
  REFUND_STATUSES,
  WALLETS,
} from "../../server/gateways/aggregate_pay/wire.ts";

/** The bank's books in SQLite: a killed process loses nothing it has answered. */

const SCHEMA = `
create table if not exists bank_order (
  number text primary key,
  channel_number text not null unique,
  token text not null unique,
  mode text not null check (mode in ('qr', 'scan', 'tombstone')),
  merchant text not null,
  terminal text not null,
  title text not null,
  amount_fen integer not null check (amount_fen >= 0),
  status text not null,
  status_code text,
  status_text text,
  wallet text,
  notify_url text,
  opened_ms integer not null,
  expires_ms integer,
  pays_ms integer,
  paid_ms integer,
  paid_fen integer,
  refunded_fen integer not null default 0 check (refunded_fen between 0 and coalesce(paid_fen, 0))
);
create index if not exists bank_order_opened on bank_order (opened_ms);
create index if not exists bank_order_paid on bank_order (merchant, paid_ms);
create table if not exists bank_refund (
  number text primary key,
  order_number text not null references bank_order (number),
  channel_number text not null unique,
  amount_fen integer not null check (amount_fen > 0),
  status text not null,
  at_ms integer not null
);
create index if not exists bank_refund_order on bank_refund (order_number);
create index if not exists bank_refund_at on bank_refund (at_ms);
create table if not exists bank_notice (
  id integer primary key,
  order_number text not null,
  due_ms integer not null,
  tries integer not null default 0,
  state text not null check (state in ('waiting', 'delivered', 'given_up'))
);
create index if not exists bank_notice_due on bank_notice (state, due_ms);
`;

const orderRow = z.object({
  number: z.string(),
  channel_number: z.string(),
  token: z.string(),
  mode: z.enum(["qr", "scan", "tombstone"]),
  merchant: z.string(),
  terminal: z.string(),
  title: z.string(),
  amount_fen: z.number(),
  status: z.enum(BILL_STATUSES),
  status_code: z.string().nullable(),
  status_text: z.string().nullable(),
  wallet: z.enum(WALLETS).nullable(),
  notify_url: z.string().nullable(),
  opened_ms: z.number(),
  expires_ms: z.number().nullable(),
  pays_ms: z.number().nullable(),
  paid_ms: z.number().nullable(),
  paid_fen: z.number().nullable(),
  refunded_fen: z.number(),
});

const refundRow = z.object({
  number: z.string(),
  order_number: z.string(),
  channel_number: z.string(),
  amount_fen: z.number(),
  status: z.enum(REFUND_STATUSES),
  at_ms: z.number(),
});

const noticeRow = z.object({
  id: z.number(),
  order_number: z.string(),
  due_ms: z.number(),
  tries: z.number(),
  state: z.enum(["waiting", "delivered", "given_up"]),
});

/** Amounts are whole fen below 10¹⁰, as numbers because the wire has them so. */
export type OrderRow = z.infer<typeof orderRow>;
export type RefundRow = z.infer<typeof refundRow>;
export type NoticeRow = z.infer<typeof noticeRow>;

export class BankStore {
  readonly #db: Sqlite;

  /** `path` is a file or `:memory:`. */
  constructor(path: string) {
    this.#db = new Sqlite(path, SCHEMA);
  }

  transaction<Result>(work: () => Result): Result {
    return this.#db.atomically(work);
  }

  findOrder(by: "number" | "token", value: string): OrderRow | null {
    const row = this.#db.prepared(`select * from bank_order where ${by} = ?`).get(value);
    return row ? orderRow.parse(row) : null;
  }

  putOrder(order: OrderRow): void {
    this.#put("bank_order", order);
  }

  newestOrders(limit: number): OrderRow[] {
    const rows = this.#db.prepared("select * from bank_order order by opened_ms desc limit ?")
      .all(limit);
    return rows.map((row) => orderRow.parse(row));
  }

  /** Orders that the clock alone moves on. */
  ordersToMove(nowMs: number, limit: number): OrderRow[] {
    const rows = this.#db.prepared(
      "select * from bank_order where status = 'PAYING' and pays_ms <= ? limit ?",
    ).all(nowMs, limit);
    return rows.map((row) => orderRow.parse(row));
  }

  ordersPaid(merchant: string, fromMs: number, toMs: number): OrderRow[] {
    const rows = this.#db.prepared(
      "select * from bank_order where merchant = ? and paid_ms >= ? and paid_ms < ? order by paid_ms",
    ).all(merchant, fromMs, toMs);
    return rows.map((row) => orderRow.parse(row));
  }

  findRefund(number: string): RefundRow | null {
    const row = this.#db.prepared("select * from bank_refund where number = ?").get(number);
    return row ? refundRow.parse(row) : null;
  }

  putRefund(refund: RefundRow): void {
    this.#put("bank_refund", refund);
  }

  refundsMade(
    merchant: string,
    fromMs: number,
    toMs: number,
  ): { order: OrderRow; refund: RefundRow }[] {
    const rows = this.#db.prepared(
      "select * from bank_refund where status = 'SUCCESS' and at_ms >= ? and at_ms < ? order by at_ms",
    ).all(fromMs, toMs);
    return rows.flatMap((row) => {
      const refund = refundRow.parse(row);
      const order = this.findOrder("number", refund.order_number);
      return order?.merchant === merchant ? [{ order, refund }] : [];
    });
  }

  addNotice(orderNumber: string, dueMs: number): void {
    this.#db.prepared(
      "insert into bank_notice (order_number, due_ms, state) values (?, ?, 'waiting')",
    ).run(orderNumber, dueMs);
  }

  noticesDue(nowMs: number, limit: number): NoticeRow[] {
    const rows = this.#db.prepared(
      "select * from bank_notice where state = 'waiting' and due_ms <= ? order by due_ms, id limit ?",
    ).all(nowMs, limit);
    return rows.map((row) => noticeRow.parse(row));
  }

  putNotice(notice: NoticeRow): void {
    this.#put("bank_notice", notice);
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  #put(table: string, row: Record<string, string | number | null>): void {
    const columns = Object.keys(row);
    const places = columns.map(() => "?").join(", ");
    this.#db.prepared(`replace into ${table} (${columns.join(", ")}) values (${places})`)
      .run(...Object.values(row));
  }
}
