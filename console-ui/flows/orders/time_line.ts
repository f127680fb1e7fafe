import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";

/** One thing that happened to an order. */
export interface LineEvent {
  readonly key: string;
  readonly at: string;
  readonly what: string;
  readonly outcome: string;
  readonly note: string;
  /** Of the request that asked, where one did. */
  readonly trace: { readonly id: string; readonly url: string | null } | null;
}

const WORDS = ZH.orders;
const KINDS: Readonly<Record<string, string>> = WORDS.kind;
const ASKS: Readonly<Record<string, string>> = WORDS.ask;
const ANSWERS: Readonly<Record<string, string>> = WORDS.answer;
const OUTCOMES: Readonly<Record<string, string>> = WORDS.evidence.outcome;
const ACCOUNTS: Readonly<Record<string, string>> = ZH.trialBalance.account;

/** A leg's, in words. */
export function kindText(kind: string): string {
  return KINDS[kind] ?? kind;
}

function evidenceText({ source, what }: ConsoleOrder["evidence"][number]): string {
  switch (source) {
    case "insurance":
      return WORDS.evidence.insurance(what);
    case "medical_notice":
      return WORDS.evidence.medical_notice;
    default:
      return WORDS.evidence.aggregate_pay_notice;
  }
}

/** Asks, postings, what parties sent and what staff did, in the order of their time. */
export function timeLine(order: ConsoleOrder): readonly LineEvent[] {
  const kindOf = (n: number) => kindText(order.legs.find((leg) => leg.n === n)?.kind ?? "");
  return [
    ...order.attempts.map((row) => ({
      key: `attempt ${row.n}`,
      at: row.askedAt,
      what: `${kindOf(row.leg)}：${ASKS[row.ask] ?? row.ask}`,
      outcome: row.answer === null ? WORDS.waiting : ANSWERS[row.answer] ?? row.answer,
      note: row.note ?? "",
      trace: row.traceId === null ? null : { id: row.traceId, url: row.traceUrl },
    })),
    ...order.postings.map((row) => ({
      key: `posting ${row.n}`,
      at: row.postedAt,
      what: ZH.trialBalance.postings.cause[row.cause],
      outcome: `${yuanText(row.amountFen)} 元`,
      note: WORDS.entry(ACCOUNTS[row.debit] ?? row.debit, ACCOUNTS[row.credit] ?? row.credit),
      trace: null,
    })),
    ...order.evidence.map((row, at) => ({
      key: `evidence ${at}`,
      at: row.at,
      what: evidenceText(row),
      outcome: row.outcome === null ? WORDS.waiting : OUTCOMES[row.outcome] ?? row.outcome,
      note: "",
      trace: null,
    })),
    ...order.acts.map((row) => ({
      key: `act ${row.id}`,
      at: row.askedAt,
      what: `${row.askedBy}：${WORDS.act[row.kind]}`,
      outcome: WORDS.actState[row.state],
      note: [row.evidence, row.evidenceNumber, row.decidedBy].filter(Boolean).join("，"),
      trace: null,
    })),
  ].sort((left, right) => left.at < right.at ? -1 : Number(left.at > right.at));
}
