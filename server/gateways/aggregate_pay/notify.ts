import { asFen, type Fen } from "../../platform/money.ts";
import type { AggregatePayConfig } from "./client.ts";
import { idOfOrderNumber } from "./order_number.ts";
import { isSigned } from "./signature.ts";
import { notifyBody, type Wallet } from "./wire.ts";

export type Notice =
  | { readonly kind: "reported"; readonly tradeId: string; readonly report: TradeReport }
  | { readonly kind: "bad_signature" }
  | { readonly kind: "unreadable" }
  /** Rightly signed, but about an order number that is none of ours. */
  | { readonly kind: "foreign_order" };

export interface TradeReport {
  readonly merchant: string;
  readonly amount: Fen;
  readonly reference: string;
  readonly status: string;
  readonly wallet: Wallet | null;
}

/**
 * The time in the signature is not held against a window: notices come late by nature, and a
 * replayed one only makes us ask the bank again.
 */
export function verifyNotify(
  config: Pick<AggregatePayConfig, "appId" | "notifyKey" | "orderPrefix">,
  headers: Headers,
  body: string,
): Notice {
  const secret = { appId: config.appId, key: config.notifyKey };
  if (!isSigned(secret, headers.get("authorization") ?? "", body)) return { kind: "bad_signature" };
  const parsed = notifyBody.safeParse(parseJson(body));
  if (!parsed.success) return { kind: "unreadable" };
  const { data } = parsed;
  const tradeId = idOfOrderNumber(config.orderPrefix, data.merchantOrderId);
  if (!tradeId) return { kind: "foreign_order" };
  return {
    kind: "reported",
    tradeId,
    report: {
      merchant: data.merchantCode,
      amount: asFen(data.transactionAmount),
      reference: data.orderId,
      status: data.billStatus,
      wallet: data.payWallet ?? null,
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
