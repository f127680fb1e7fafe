import type { QueryCreator } from "kysely";
import { findTradeById } from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import type { TenderMode } from "./channel.ts";

/** What a screen shows of a tender, and a receipt says of it. */
export interface TradeView {
  readonly mode: TenderMode;
  readonly state:
    | "opening"
    | "waiting_for_patient"
    | "password"
    | "paid"
    | "refused"
    | "closing"
    | "closed";
  /** Only while it may be paid. */
  readonly codeText: string | null;
  readonly expiresAt: Date | null;
  readonly walletName: string | null;
  /** Why it was refused: `payment.insufficient` … */
  readonly refusal: string | null;
  readonly reference: string | null;
}

/** The order a trade was opened for; null before it was. */
export async function findOrderOfTrade(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<string | null> {
  return (await findTradeById(db, id))?.orderId ?? null;
}

export async function findTradeView(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<TradeView | null> {
  const trade = await findTradeById(db, id);
  if (!trade) return null;
  const isShown = trade.state === "waiting";
  return {
    mode: trade.mode,
    state: isShown ? "waiting_for_patient" : trade.state,
    codeText: isShown ? trade.codeText : null,
    expiresAt: trade.expiresAt,
    walletName: trade.wallet,
    refusal: trade.state === "refused" ? trade.failCode : null,
    reference: trade.reference,
  };
}
