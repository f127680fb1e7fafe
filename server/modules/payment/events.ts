/** The bank says something happened to a trade; ask it what. */
export const TRADE_REPORTED = "payment.trade_reported";

export interface TradeReportedPayload {
  readonly orderId: string;
  readonly tradeId: string;
}

/** The centre for mobile payment said by itself that an order's insurance part moved. */
export const INSURANCE_REPORTED = "insurance.reported";

export interface InsuranceReportedPayload {
  readonly orderId: string;
}
