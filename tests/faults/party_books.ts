import { idOfOrderNumber } from "../../server/gateways/aggregate_pay/order_number.ts";
import { parseYuan } from "../../server/platform/money.ts";
import { cardEntry, cardsOf, cardTrades } from "./card_books.ts";
import type { OwnBooks } from "./own_books.ts";
import { type AskControl, fenIn, readRows, type Row } from "./party_rows.ts";
import type { FaultStage } from "./stage.ts";

/** What the outside parties have in their own books, all of it. Fen. */

export const PARTY_CHANNELS = ["aggregate_pay", "citizen_code", "card_host"] as const;
export type PartyChannel = (typeof PARTY_CHANNELS)[number];

export interface PartyTrade {
  readonly party: PartyChannel;
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

/** A card's account: what is gone from it since the bank opened it, and what its entries say. */
export interface PartyCard {
  readonly pan: string;
  readonly gone: bigint;
  readonly booked: bigint;
}

/** How HIS keeps the slot of a registration. */
export interface PartyHold {
  readonly orderId: string;
  readonly state: string;
}

export interface PartyBatch {
  readonly id: string;
  readonly agrees: boolean;
}

export interface PartyBooks {
  readonly trades: readonly PartyTrade[];
  readonly cards: readonly PartyCard[];
  readonly batches: readonly PartyBatch[];
  readonly holds: readonly PartyHold[];
  /** Those that stand, less what was given back of them. */
  readonly postings: readonly PartyPosting[];
  /** Those that were not voided. */
  readonly settlements: readonly PartySettlement[];
}

/** As `cli/dev/config.ts` has it. */
const ORDER_PREFIX = "YKT1";

/** `cardMessages`: by them the host's numbers are ours again. */
export async function readPartyBooks(
  { urls, cards, ask }: Pick<FaultStage, "urls" | "cards"> & { readonly ask?: AskControl },
  { cardMessages }: Pick<OwnBooks, "cardMessages">,
): Promise<PartyBooks> {
  const read = (url: string, what: string) => readRows(url, what, ask);
  const bank = await read(urls.aggregatePay, "orders");
  const code = await read(urls.citizenCode, "orders");
  const his = await read(urls.his, "postings");
  const holds = await read(urls.his, "holds");
  const insurance = await read(urls.insurance, "settlements");
  const cardHost = `${urls.panel}card-host`;
  const entries = (await read(cardHost, "entries")).map(cardEntry);
  const accounts = await read(cardHost, "accounts");
  const batches = await read(cardHost, "batches");
  return {
    trades: [
      ...bank.map(bankTrade),
      ...code.map(codeTrade),
      ...cardTrades(entries, cardMessages),
    ],
    cards: cardsOf(entries, { accounts, cards }),
    batches: batches.map((row) => ({
      id: `${row["merchant"]}/${row["number"]}`,
      agrees: row["agrees"] === true,
    })),
    holds: holds.map((row) => ({ orderId: String(row["holdId"]), state: String(row["state"]) })),
    postings: his.filter((row) => row["state"] === "posted").map((row) => ({
      orderId: String(row["postingId"]),
      total: fenIn(row, "totalFen"),
    })),
    settlements: insurance.filter((row) => !row["voids"] && !row["voidedBy"]).map(settlementOf),
  };
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
