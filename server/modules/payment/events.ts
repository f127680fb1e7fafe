/** The bank says something happened to a trade; ask it what. */
export const TRADE_REPORTED = "payment.trade_reported";

export interface TradeReportedPayload {
  readonly orderId: string;
  readonly tradeId: string;
}
