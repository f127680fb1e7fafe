import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { done, mapDone, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { Party, PartyReply } from "../../platform/party.ts";
import { signCall, type SigningKey } from "../his/sign.ts";
import {
  type MixOrder,
  mixOrderSchema,
  type MixType,
  walletErrorSchema,
  type WalletRefund,
  walletRefundSchema,
} from "./wallet_wire.ts";

/**
 * The wallet that pays an order of the centre: insurance, cash, or both in one. Every change is
 * idempotent by our number. `absent` orders answer null.
 */
export interface MedicalWalletClient {
  place(order: MixOrderRequest): Promise<Outcome<MixOrder>>;
  query(outTradeNo: string): Promise<Outcome<MixOrder | null>>;
  /** After `done` it can never be paid; refused with `ORDERPAID` when it is. */
  close(outTradeNo: string): Promise<Outcome<null>>;
  refund(refund: WalletRefundRequest): Promise<Outcome<WalletRefund>>;
  queryRefund(outRefundNo: string): Promise<Outcome<WalletRefund | null>>;
  /** Tells the wallet what insurance gave back, under the cash refund's own number. */
  reportRefund(mixTradeNo: string, refund: MedicalRefund): Promise<Outcome<null>>;
}

export interface MixOrderRequest {
  readonly mixPayType: MixType;
  readonly outTradeNo: string;
  /** 6201's medOrgOrd. */
  readonly serialNo: string;
  readonly payOrderId: string;
  readonly payAuthNo: string;
  readonly payer: { readonly name: string; readonly idDigest: string };
  readonly institution: { readonly name: string; readonly code: string; readonly cityId: string };
  readonly createdAt: string;
  readonly totalFen: bigint;
  readonly fundFen: bigint;
  readonly accountFen: bigint;
  readonly otherFen: bigint;
  readonly cashFen: bigint;
}

export interface WalletRefundRequest {
  readonly outTradeNo: string;
  readonly outRefundNo: string;
  readonly refundFen: bigint;
  readonly totalFen: bigint;
}

export interface MedicalRefund {
  readonly outRefundNo: string;
  readonly refundTime: string;
  readonly fundFen: bigint;
  readonly accountFen: bigint;
  readonly otherFen: bigint;
}

export interface WalletOptions {
  readonly party: Party;
  /** The service provider's line to the wallet: it holds the RSA certificates of API v3. */
  readonly key: SigningKey;
  readonly app: {
    readonly appid: string;
    readonly subMchid: string;
    readonly geoLocation: string;
    readonly callbackUrl: string;
  };
  readonly clock: Clock;
}

const TEXT_CHARS_MAX = 200;
const NO_CONTENT = 204;
const CLIENT_ERROR = 400;
/** Signature, rights, too many: an earlier call under the same number may have gone through. */
const NOT_LOOKED_AT: ReadonlySet<number> = new Set([401, 403, 429]);
const SERVER_ERROR = 500;

export function openMedicalWallet(options: WalletOptions): MedicalWalletClient {
  const { app } = options;
  return {
    async place(order) {
      const reply = await send(options, { path: "/v3/med-ins/orders", body: bodyOf(order, app) });
      return read(reply, mixOrderSchema);
    },
    async query(outTradeNo) {
      const reply = await send(options, { path: `/v3/med-ins/orders/out-trade-no/${outTradeNo}` });
      return orNull(read(reply, mixOrderSchema), "ORDER_NOT_EXIST");
    },
    async close(outTradeNo) {
      const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`;
      const outcome = readEmpty(await send(options, { path, body: { sub_mchid: app.subMchid } }));
      return orNull(outcome, "ORDER_NOT_EXIST");
    },
    async refund({ outTradeNo, outRefundNo, refundFen, totalFen }) {
      const amount = { refund: Number(refundFen), total: Number(totalFen), currency: "CNY" };
      const path = "/v3/refund/domestic/refunds";
      const body = {
        sub_mchid: app.subMchid,
        out_trade_no: outTradeNo,
        out_refund_no: outRefundNo,
        amount,
      };
      return read(await send(options, { path, body }), walletRefundSchema);
    },
    async queryRefund(outRefundNo) {
      const path = `/v3/refund/domestic/refunds/${outRefundNo}`;
      return orNull(read(await send(options, { path }), walletRefundSchema), "RESOURCE_NOT_EXISTS");
    },
    async reportRefund(mixTradeNo, refund) {
      const total = refund.fundFen + refund.accountFen + refund.otherFen;
      const path = `/v3/med-ins/refunds/notify?mix_trade_no=${encodeURIComponent(mixTradeNo)}`;
      const body = {
        sub_mchid: app.subMchid,
        med_refund_total_fee: Number(total),
        med_refund_gov_fee: Number(refund.fundFen),
        med_refund_self_fee: Number(refund.accountFen),
        med_refund_other_fee: Number(refund.otherFen),
        refund_time: refund.refundTime,
        out_refund_no: refund.outRefundNo,
      };
      return readEmpty(await send(options, { path, body }));
    },
  };
}

function bodyOf(order: MixOrderRequest, app: WalletOptions["app"]) {
  const isCash = order.mixPayType !== "INSURANCE_ONLY";
  const isInsured = order.mixPayType !== "CASH_ONLY";
  const cash = isCash ? order.cashFen : 0n;
  const [fund, account, other] = isInsured
    ? [order.fundFen, order.accountFen, order.otherFen]
    : [0n, 0n, 0n];
  return {
    mix_pay_type: order.mixPayType,
    order_type: "DIAG_PAY",
    appid: app.appid,
    sub_mchid: app.subMchid,
    payer: { name: order.payer.name, id_digest: order.payer.idDigest, card_type: "ID_CARD" },
    out_trade_no: order.outTradeNo,
    serial_no: order.serialNo,
    pay_order_id: order.payOrderId,
    pay_auth_no: order.payAuthNo,
    geo_location: app.geoLocation,
    city_id: order.institution.cityId,
    med_inst_name: order.institution.name,
    med_inst_no: order.institution.code,
    med_ins_order_create_time: order.createdAt,
    total_fee: Number(fund + account + other + cash),
    med_ins_gov_fee: Number(fund),
    med_ins_self_fee: Number(account),
    med_ins_other_fee: Number(other),
    med_ins_cash_fee: Number(cash),
    wechat_pay_cash_fee: Number(cash),
    callback_url: app.callbackUrl,
  };
}

async function send(
  { party, key, clock }: WalletOptions,
  { path, body }: { readonly path: string; readonly body?: unknown },
): Promise<PartyReply> {
  const method = body === undefined ? "GET" : "POST";
  const text = body === undefined ? "" : JSON.stringify(body);
  const at = clock.now();
  const headers = signCall(key, { method, path, body: text, at, nonce: newId(at) });
  return await party.send({
    method,
    path,
    headers,
    ...(body === undefined ? { readOnly: true } : { body: text }),
  });
}

/** A 4xx in the wallet's own words is a definite no; all else that is no success tells nothing. */
function read<Answer>(reply: PartyReply, answer: z.ZodType<Answer>): Outcome<Answer> {
  const failed = failureOf(reply);
  if (failed) return failed;
  const parsed = answer.safeParse(jsonOf(reply));
  if (parsed.success) return done(parsed.data);
  return unknown(`wallet: unreadable "${parsed.error.issues[0]?.path.join(".") ?? ""}"`);
}

function readEmpty(reply: PartyReply): Outcome<null> {
  const failed = failureOf(reply);
  if (failed) return failed;
  const isEmpty = reply.kind === "answered" && reply.status === NO_CONTENT;
  return isEmpty ? done(null) : unknown("wallet: expected HTTP 204");
}

function failureOf(reply: PartyReply): Outcome<never> | null {
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  if (reply.status < CLIENT_ERROR) {
    const isRedirect = reply.status >= 300;
    return isRedirect ? unknown(`wallet: HTTP ${reply.status}`) : null;
  }
  if (NOT_LOOKED_AT.has(reply.status)) return notSent(`wallet: HTTP ${reply.status}`);
  const error = walletErrorSchema.safeParse(jsonOf(reply));
  return error.success && reply.status < SERVER_ERROR
    ? refused(error.data.code, error.data.message.slice(0, TEXT_CHARS_MAX))
    : unknown(`wallet: HTTP ${reply.status}`);
}

function jsonOf(reply: PartyReply): unknown {
  try {
    return reply.kind === "answered" ? JSON.parse(reply.body) : undefined;
  } catch {
    return undefined;
  }
}

function orNull<Answer>(outcome: Outcome<Answer>, code: string): Outcome<Answer | null> {
  return outcome.kind === "refused" && outcome.code === code
    ? done(null)
    : mapDone(outcome, (answer) => answer);
}
