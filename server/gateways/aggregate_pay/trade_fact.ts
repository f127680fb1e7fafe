import type { z } from "zod";
import { parseChinaTime } from "../../platform/clock.ts";
import { asFen, type Fen } from "../../platform/money.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { PartyReply } from "../../platform/party.ts";
import { orderReply, type Wallet } from "./wire.ts";

/** What the bank says of an order; a definite no is the outcome `refused`. */
export type TradeFact =
  | PaidFact
  | {
    readonly state: "waiting";
    readonly codeText: string | null;
    readonly expiresAt: Date | null;
  }
  /** The customer is typing a password. */
  | { readonly state: "password" }
  /** Only to `query`. */
  | { readonly state: "absent" };

export interface PaidFact {
  readonly state: "paid";
  /** What was really paid; the caller compares it, we only say whether it is what was asked. */
  readonly amount: Fen;
  readonly asAsked: boolean;
  readonly reference: string;
  readonly wallet: Wallet | null;
  readonly paidAt: Date | null;
}

/** With these nothing moved and nothing will, whenever the order was first sent. */
export const PAY_REFUSALS: ReadonlySet<string> = new Set([
  "PAY_DECLINED",
  "INSUFFICIENT_BALANCE",
  "CODE_EXPIRED",
  "CODE_INVALID",
  "ORDER_CLOSED",
]);
export const CLOSE_REFUSALS: ReadonlySet<string> = new Set(["ORDER_PAID"]);
/** That a question was refused says nothing about the order. */
export const NO_REFUSALS: ReadonlySet<string> = new Set();
/** The bank did not look at this very call; an earlier one under the same id may have gone through. */
const NOT_LOOKED_AT = new Set(["SIGN_ERROR", "BAD_REQUEST", "MERCHANT_UNKNOWN", "BUSY"]);
const TEXT_MAX = 200;

export function readTrade(
  reply: PartyReply,
  asked: { readonly number: string; readonly amount: Fen },
  refusals: ReadonlySet<string>,
): Outcome<TradeFact> {
  const read = readReply(reply, orderReply);
  if (read.kind !== "done") return read;
  const { value } = read;
  if (value.errCode === "ORDER_NOT_FOUND") return done({ state: "absent" });
  if (value.errCode !== "SUCCESS") return notDone(value, refusals);
  if (value.merchantOrderId !== asked.number) {
    return unknown(`the answer is about order "${value.merchantOrderId}"`);
  }
  switch (value.billStatus) {
    case "PAID":
    case "REFUND":
      return readPaid(value, asked.amount);
    case "UNPAID":
      return done({
        state: "waiting",
        codeText: value.billQRCode ?? null,
        expiresAt: value.expireTime ? parseChinaTime(value.expireTime) : null,
      });
    case "PAYING":
      return done({ state: "password" });
    case "REVOKED":
    case "CLOSED":
    case "FAILED":
      return refused(value.statusCode ?? value.billStatus, bounded(value.statusMsg));
    default:
      return unknown("the answer has no status");
  }
}

function readPaid(value: z.output<typeof orderReply>, asked: Fen): Outcome<PaidFact> {
  const amount = value.transactionAmount ?? 0n;
  if (!value.orderId || amount <= 0n) return unknown("a paid order came without amount or number");
  return done({
    state: "paid",
    amount: asFen(amount),
    asAsked: amount === asked,
    reference: value.orderId,
    wallet: value.payWallet ?? null,
    paidAt: value.payTime ? parseChinaTime(value.payTime) : null,
  });
}

/** Sorts transport, gateway errors and unreadable answers; all but a clear `not_sent` are unknown. */
export function readReply<Schema extends z.ZodType>(
  reply: PartyReply,
  schema: Schema,
): Outcome<z.output<Schema>> {
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  if (reply.status !== 200) return unknown(`HTTP ${reply.status}`);
  const parsed = schema.safeParse(parseJson(reply.body));
  return parsed.success ? done(parsed.data) : unknown("the answer is not of the agreed form");
}

/** What an error code means for a call that changes something. */
export function notDone(
  value: { readonly errCode: string; readonly errMsg?: string | null | undefined },
  refusals: ReadonlySet<string>,
): Outcome<never> {
  if (refusals.has(value.errCode)) return refused(value.errCode, bounded(value.errMsg));
  if (NOT_LOOKED_AT.has(value.errCode)) return notSent(`the bank says ${value.errCode}`);
  return unknown(`the bank says ${value.errCode}`);
}

export function bounded(text: string | null | undefined): string {
  return (text ?? "").slice(0, TEXT_MAX);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
