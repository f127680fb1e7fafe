import { businessDay, chinaTime, type Clock } from "../../platform/clock.ts";
import { newId, timeOfId } from "../../platform/ids.ts";
import type { Fen } from "../../platform/money.ts";
import { done, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { Party, PartyReply } from "../../platform/party.ts";
import { type BillFile, readBillFile } from "./bill_file.ts";
import { orderNumberOf } from "./order_number.ts";
import { readRefund, REFUND_REFUSALS, type RefundFact } from "./refund_fact.ts";
import { authorization } from "./signature.ts";
import {
  CLOSE_REFUSALS,
  NO_REFUSALS,
  PAY_REFUSALS,
  readTrade,
  type TradeFact,
} from "./trade_fact.ts";
import {
  type BankCall,
  type BillRequest,
  type CloseRequest,
  type MicropayRequest,
  PATHS,
  type PrecreateRequest,
  type QueryRefundRequest,
  type QueryRequest,
  type RefundRequest,
} from "./wire.ts";

export interface AggregatePayConfig {
  readonly appId: string;
  readonly appKey: string;
  /** The bank signs its notices with this one. */
  readonly notifyKey: string;
  /** msgSrcId: begins every order number. */
  readonly orderPrefix: string;
  /** Where the bank reaches `POST /api/notify/aggregate-pay`. */
  readonly notifyUrl: string;
}

/** An order at the bank, named by our trade id. */
export interface BankOrder {
  readonly tradeId: string;
  readonly merchant: string;
  readonly terminalNumber: string;
  readonly amount: Fen;
}

export interface BankRefund {
  readonly refundId: string;
  readonly amount: Fen;
}

/** Every call may be repeated with the same ids: the bank answers the same again. */
export interface AggregatePayClient {
  /** The terminal shows a code. */
  precreate(
    order: BankOrder,
    shown: { readonly title: string; readonly expiresAt: Date },
  ): Promise<Outcome<TradeFact>>;
  /** The terminal scans the patient's code. */
  micropay(
    order: BankOrder,
    scanned: { readonly title: string; readonly code: string },
  ): Promise<Outcome<TradeFact>>;
  query(order: BankOrder): Promise<Outcome<TradeFact>>;
  /** Refused `ORDER_PAID` when the money is there already. */
  close(order: BankOrder): Promise<Outcome<null>>;
  /** Ends a scanned order: one being paid never is, one paid by now is paid back whole. */
  revoke(order: BankOrder): Promise<Outcome<null>>;
  refund(order: BankOrder, refund: BankRefund): Promise<Outcome<RefundFact>>;
  queryRefund(order: BankOrder, refund: BankRefund): Promise<Outcome<RefundFact>>;
  /** One merchant's trades of a business day, ready the day after. */
  downloadBill(merchant: string, day: string): Promise<Outcome<BillFile>>;
}

export interface AggregatePayOptions {
  readonly party: Party;
  readonly config: AggregatePayConfig;
  readonly clock: Clock;
}

const TITLE_MAX = 128;
const TAKES_BACK: ReadonlySet<BankCall> = new Set(["close", "revoke", "refund"]);
const READS: ReadonlySet<BankCall> = new Set(["query", "query_refund", "bill"]);

export function openAggregatePay(options: AggregatePayOptions): AggregatePayClient {
  const number = (id: string) => orderNumberOf(options.config.orderPrefix, id);
  const asked = (order: BankOrder) => ({ number: number(order.tradeId), amount: order.amount });
  return {
    async precreate(order, shown) {
      const reply = await send(options, "precreate", {
        ...billHead(options, order),
        billDesc: shown.title.slice(0, TITLE_MAX),
        totalAmount: Number(order.amount),
        expireTime: chinaTime(shown.expiresAt),
        notifyUrl: options.config.notifyUrl,
      });
      return known(readTrade(reply, asked(order), PAY_REFUSALS));
    },
    async micropay(order, scanned) {
      const reply = await send(options, "micropay", {
        ...orderHead(options, order),
        transactionAmount: Number(order.amount),
        transactionCurrencyCode: "156",
        merchantRemark: scanned.title.slice(0, TITLE_MAX),
        payMode: "CODE_SCAN",
        payCode: scanned.code,
      });
      return known(readTrade(reply, asked(order), PAY_REFUSALS));
    },
    async query(order) {
      const reply = await send(options, "query", orderHead(options, order));
      return readTrade(reply, asked(order), NO_REFUSALS);
    },
    async close(order) {
      const reply = await send(options, "close", billHead(options, order));
      return readClosing(readTrade(reply, asked(order), CLOSE_REFUSALS));
    },
    async revoke(order) {
      const reply = await send(options, "revoke", orderHead(options, order));
      return readClosing(readTrade(reply, asked(order), NO_REFUSALS));
    },
    async refund(order, refund) {
      const reply = await send(options, "refund", {
        ...orderHead(options, order),
        refundRequestId: number(refund.refundId),
        transactionAmount: Number(refund.amount),
      });
      const asked = { number: number(refund.refundId), amount: refund.amount };
      return known(readRefund(reply, asked, REFUND_REFUSALS));
    },
    async queryRefund(order, refund) {
      const reply = await send(options, "query_refund", {
        merchantCode: order.merchant,
        merchantOrderId: number(order.tradeId),
        refundRequestId: number(refund.refundId),
      });
      const asked = { number: number(refund.refundId), amount: refund.amount };
      return readRefund(reply, asked, NO_REFUSALS);
    },
    async downloadBill(merchant, day) {
      return readBillFile(await send(options, "bill", { mid: merchant, billDate: day }), day);
    },
  };
}

interface Requests {
  readonly precreate: PrecreateRequest;
  readonly micropay: MicropayRequest;
  readonly query: QueryRequest;
  readonly close: CloseRequest;
  readonly revoke: QueryRequest;
  readonly refund: RefundRequest;
  readonly query_refund: QueryRefundRequest;
  readonly bill: BillRequest;
}

async function send<Call extends BankCall>(
  options: AggregatePayOptions,
  call: Call,
  request: Requests[Call],
): Promise<PartyReply> {
  const { appId, appKey } = options.config;
  const body = JSON.stringify(request);
  return await options.party.send({
    method: "POST",
    path: PATHS[call],
    readOnly: READS.has(call),
    takesBack: TAKES_BACK.has(call),
    headers: {
      "content-type": "application/json",
      authorization: authorization({ appId, key: appKey }, options.clock.now(), body),
    },
    body,
  });
}

function orderHead(options: AggregatePayOptions, order: BankOrder): QueryRequest {
  return {
    merchantCode: order.merchant,
    terminalCode: order.terminalNumber,
    merchantOrderId: orderNumberOf(options.config.orderPrefix, order.tradeId),
  };
}

function billHead(options: AggregatePayOptions, order: BankOrder): CloseRequest {
  const now = options.clock.now();
  return {
    msgId: newId(now),
    requestTimestamp: chinaTime(now),
    mid: order.merchant,
    tid: order.terminalNumber,
    instMid: "QRPAYDEFAULT",
    billNo: orderNumberOf(options.config.orderPrefix, order.tradeId),
    billDate: businessDay(timeOfId(order.tradeId)),
  };
}

/** What a changing call made cannot be absent. */
function known<Fact extends { readonly state: string }>(outcome: Outcome<Fact>): Outcome<Fact> {
  return outcome.kind === "done" && outcome.value.state === "absent"
    ? unknown("the bank does not know what it was asked to make")
    : outcome;
}

/** Of a closed or failed order `readTrade` says refused, which is what closing wants. */
function readClosing(outcome: Outcome<TradeFact>): Outcome<null> {
  switch (outcome.kind) {
    case "refused":
      return outcome.code === "ORDER_PAID" ? outcome : done(null);
    case "done":
      return outcome.value.state === "paid"
        ? refused("ORDER_PAID", "")
        : unknown(`the order is still "${outcome.value.state}" after closing`);
    default:
      return outcome;
  }
}
