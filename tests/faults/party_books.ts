import { idOfOrderNumber } from "../../server/gateways/aggregate_pay/order_number.ts";
import { parseYuan } from "../../server/platform/money.ts";
import type { FaultStage } from "./stage.ts";
import { control } from "./terminal_line.ts";

/** What the outside parties have in their own books, all of it. Fen. */

export interface PartyTrade {
  readonly party: "aggregate_pay" | "citizen_code";
  /** Ours; null when the party has a number we never gave. */
  readonly tradeId: string | null;
  readonly number: string;
  readonly paid: bigint;
  readonly refunded: bigint;
}

export interface PartyPosting {
  /** Of the order, or refund, that it was posted for. */
  readonly orderId: string;
  readonly total: bigint;
}

export interface PartySettlement {
  readonly settlementId: string;
  readonly visitId: string;
  /** What insurance paid. */
  readonly insured: bigint;
}

export interface PartyBooks {
  readonly trades: readonly PartyTrade[];
  /** Those that stand, less what was given back of them. */
  readonly postings: readonly PartyPosting[];
  /** Those that were not voided. */
  readonly settlements: readonly PartySettlement[];
}

/** As `cli/dev/config.ts` has it. */
const ORDER_PREFIX = "YKT1";
const LINES_MAX = 20_000;

type Row = Readonly<Record<string, unknown>>;

export async function readPartyBooks({ urls }: FaultStage): Promise<PartyBooks> {
  const bank = await read(urls.aggregatePay, "orders");
  const code = await read(urls.citizenCode, "orders");
  const his = await read(urls.his, "postings");
  const insurance = await read(urls.insurance, "settlements");
  return {
    trades: [...bank.map(bankTrade), ...code.map(codeTrade)],
    postings: his.filter((row) => row["state"] === "posted").map((row) => ({
      orderId: String(row["postingId"]),
      total: fenIn(row, "totalFen"),
    })),
    settlements: insurance.filter((row) => !row["voids"] && !row["voidedBy"]).map(settlementOf),
  };
}

async function read(url: string, what: string): Promise<readonly Row[]> {
  const path = `${url}/sandbox/${what}?limit=${LINES_MAX}`;
  const reply = await control<Record<string, Row[]>>(path);
  const rows = reply?.isOk ? reply.body[what] : undefined;
  if (!rows) throw new Error(`Cannot read a party's books: ${path} did not answer`);
  if (rows.length >= LINES_MAX) throw new Error(`Cannot read all of ${path}`);
  return rows;
}

function bankTrade(row: Row): PartyTrade {
  const number = String(row["number"]);
  return {
    party: "aggregate_pay",
    tradeId: idOfOrderNumber(ORDER_PREFIX, number),
    number,
    paid: fenIn(row, "paidFen"),
    refunded: fenIn(row, "refundedFen"),
  };
}

function codeTrade(row: Row): PartyTrade {
  const number = String(row["number"]);
  return {
    party: "citizen_code",
    tradeId: idOfOrderNumber("", number),
    number,
    paid: fenIn(row, "paidFen"),
    refunded: fenIn(row, "refundedFen"),
  };
}

function settlementOf(row: Row): PartySettlement {
  const yuan = (column: string) => parseYuan(String(row[column]));
  return {
    settlementId: String(row["settlementId"]),
    visitId: String(row["visitId"]),
    insured: yuan("totalYuan") - yuan("cashYuan"),
  };
}

function fenIn(row: Row, column: string): bigint {
  const value = row[column];
  return typeof value === "string" ? BigInt(value) : 0n;
}
