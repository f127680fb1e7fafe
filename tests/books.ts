import assert from "node:assert/strict";
import { parseYuan } from "../server/platform/money.ts";
import type { World } from "./world.ts";

/** What the parties' own books say, against the platform's ledger. */
export interface Books {
  /** Captured less refunded at the bank. */
  readonly bank: bigint;
  /** Fund, account and other settled less voided. */
  readonly insurance: bigint;
  readonly his: bigint;
  readonly hold: bigint;
}

export async function readBooks(world: World): Promise<{ parties: Books; ledger: Books }> {
  const { orders } = await read(world, "/aggregate-pay/sandbox/orders");
  const { postings } = await read(world, "/his/sandbox/postings");
  const { settlements } = await read(world, "/insurance/sandbox/settlements");
  const bank = sum(orders, (order) => fen(order.paidFen) - fen(order.refundedFen));
  const his = sum(
    (postings ?? []).filter((posting) => posting.state === "posted"),
    (posting) => fen(posting.totalFen),
  );
  const insurance = sum(
    settlements,
    (row) => parseYuan(String(row.totalYuan)) - parseYuan(String(row.cashYuan)),
  );
  return { parties: { bank, insurance, his, hold: 0n }, ledger: await readLedger(world) };
}

async function readLedger(world: World): Promise<Books> {
  const rows = await world.own.db.selectFrom("ledger_posting")
    .select(["debit", "credit", "amount_fen"]).execute();
  const balance = (account: string) =>
    sum(
      rows,
      (row) => row.debit.startsWith(account) ? row.amount_fen : 0n,
    ) - sum(rows, (row) => row.credit.startsWith(account) ? row.amount_fen : 0n);
  return {
    bank: balance("channel:"),
    insurance: balance("insurance:"),
    his: -balance("his:posted"),
    hold: -balance("patient:hold"),
  };
}

/** Captured − refunded = posted + held, and every party agrees with the ledger. */
export async function assertBooksAgree(world: World, what: string): Promise<void> {
  const { parties, ledger } = await readBooks(world);
  assert.deepEqual(parties, { ...ledger, hold: 0n }, `${what}: the parties and the ledger`);
  assert.equal(ledger.bank + ledger.insurance, ledger.his + ledger.hold, `${what}: the sum`);
  assert.equal(ledger.hold, 0n, `${what}: nothing is held at rest`);
}

/** No order rests in a state that is not final without a next attempt. */
export async function assertNothingForgotten(world: World, what: string): Promise<void> {
  const forgotten = await world.own.db.selectFrom("checkout_order").select(["id", "state"])
    .where("state", "not in", ["completed", "unwound"]).where("next_attempt_at", "is", null)
    .execute();
  assert.deepEqual(forgotten, [], what);
}

type Row = Readonly<Record<string, unknown>>;

async function read(world: World, path: string): Promise<Record<string, Row[]>> {
  const reply = await world.control(path);
  assert.equal(reply.status, 200, path);
  return await reply.json();
}

function fen(value: unknown): bigint {
  return typeof value === "string" ? BigInt(value) : 0n;
}

function sum<Item>(items: readonly Item[] | undefined, of: (item: Item) => bigint): bigint {
  return (items ?? []).reduce((total, item) => total + of(item), 0n);
}
