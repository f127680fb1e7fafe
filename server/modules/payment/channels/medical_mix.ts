import type {
  MedicalWalletClient,
  MixOrderRequest,
} from "../../../gateways/mobile_insurance/wallet_client.ts";
import type { MixOrder, WalletRefund } from "../../../gateways/mobile_insurance/wallet_wire.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import {
  markMix,
  medicalRefundOf,
  type MixDeps,
  mixOrderOf,
} from "../../insurance/mobile/mix_order.ts";
import type {
  ChannelRefund,
  ChannelTrade,
  RefundFact,
  TenderChannel,
  TradeFact,
} from "../channel.ts";

export interface MedicalMixDeps extends MixDeps {
  readonly wallet: MedicalWalletClient;
}

/**
 * The cash part of an order at the centre for mobile payment (R-PAY-09, R-PAY-12), paid on the
 * patient's phone: in one mixed order with insurance, or alone where insurance has settled.
 */
export function medicalMixChannel(deps: MedicalMixDeps): TenderChannel {
  const { wallet } = deps;
  return {
    async collect(trade) {
      const order = await mixOrderOf(deps, keyOf(trade));
      if (order === "changed") return notSent(CHANGED);
      if (order === null) return refused("payment.no_medical_order", "本单不能用医保移动支付");
      if (order.cashFen !== trade.amount) {
        return refused("payment.amount_mismatch", "金额与医保订单不符");
      }
      await mark(deps, trade, order);
      const placed = await wallet.place(order);
      return placed.kind === "refused"
        ? await judgeRefusal(deps, trade, placed)
        : factOf(placed, trade);
    },

    async query(trade) {
      const outcome = await wallet.query(numberOf(trade));
      if (outcome.kind !== "done") return noAnswer(outcome);
      return outcome.value === null ? done({ state: "absent" }) : stateOf(outcome.value, trade);
    },

    async close(trade) {
      const outcome = await closeForGood(deps, trade);
      if (outcome.kind === "refused") {
        return outcome.code === "ORDERPAID"
          ? refused("payment.already_paid", "订单已支付")
          : unknown(`wallet refused to close: ${outcome.code}`);
      }
      if (outcome.kind === "done") await markMix(deps, trade.orderId, null);
      return outcome;
    },

    async refund(trade, refund) {
      const outcome = await wallet.refund({
        outTradeNo: numberOf(trade),
        outRefundNo: refundNumberOf(refund),
        refundFen: refund.amount,
        totalFen: trade.amount,
      });
      if (outcome.kind === "done") await tellRefund(deps, trade, refund);
      return refundFact(outcome, refund);
    },

    async queryRefund(trade, refund) {
      const outcome = await wallet.queryRefund(refundNumberOf(refund));
      if (outcome.kind !== "done") return noAnswer(outcome);
      if (outcome.value === null) return done({ state: "absent" });
      await tellRefund(deps, trade, refund);
      return refundFact(done(outcome.value), refund);
    },
  };
}

const WALLET = "医保移动支付";
const CHANGED = "the order at the centre was changed past the platform";

/** Of an order that never arrived the wallet keeps no mark, so it is made first and then closed. */
async function closeForGood(
  deps: MedicalMixDeps,
  trade: ChannelTrade,
): Promise<Outcome<null>> {
  const known = await deps.wallet.query(numberOf(trade));
  if (known.kind !== "done") return noAnswer(known);
  if (known.value?.mix_pay_status === "FAIL") return done(null);
  if (known.value === null) {
    const order = await mixOrderOf(deps, keyOf(trade));
    // Nothing can be made to be closed: one sent earlier may still arrive.
    if (order === "changed") return unknown(CHANGED);
    if (order === null) return done(null);
    const made = await deps.wallet.place(order);
    if (made.kind === "refused") return await closeRefused(deps, trade);
    if (made.kind !== "done") return made;
  }
  return await deps.wallet.close(numberOf(trade));
}

/** A no to a number that is taken, or paid, is no proof that this one collects nothing. */
async function judgeRefusal(
  { wallet }: MedicalMixDeps,
  trade: ChannelTrade,
  refusal: Outcome<never>,
): Promise<Outcome<TradeFact>> {
  const known = await wallet.query(numberOf(trade));
  if (known.kind !== "done") return unknown("placement refused, state not known");
  return known.value === null ? factOf(refusal, trade) : stateOf(known.value, trade);
}

/** Refused now, it would be refused as well if it arrived late; unless the number is taken by it. */
async function closeRefused(
  { wallet }: MedicalMixDeps,
  trade: ChannelTrade,
): Promise<Outcome<null>> {
  const known = await wallet.query(numberOf(trade));
  if (known.kind !== "done") return noAnswer(known);
  const isDead = known.value === null || known.value.mix_pay_status === "FAIL";
  return isDead ? done(null) : await wallet.close(numberOf(trade));
}

async function mark(
  deps: MedicalMixDeps,
  trade: ChannelTrade,
  { mixPayType }: MixOrderRequest,
): Promise<void> {
  if (mixPayType !== "CASH_AND_INSURANCE") return;
  await markMix(deps, trade.orderId, "cash_and_insurance");
}

/** Under the cash refund's own number; money does not depend on it. */
async function tellRefund(
  deps: MedicalMixDeps,
  trade: ChannelTrade,
  refund: ChannelRefund,
): Promise<void> {
  const outRefundNo = refundNumberOf(refund);
  const medical = await medicalRefundOf(deps, { orderId: trade.orderId, outRefundNo });
  const mix = medical && await deps.wallet.query(numberOf(trade));
  if (!medical || mix?.kind !== "done" || !mix.value) return;
  await deps.wallet.reportRefund(mix.value.mix_trade_no, medical);
}

function factOf(outcome: Outcome<MixOrder>, trade: ChannelTrade): Outcome<TradeFact> {
  if (outcome.kind === "refused") return refused("payment.declined", outcome.text);
  return outcome.kind === "done" ? stateOf(outcome.value, trade) : outcome;
}

function stateOf(mix: MixOrder, trade: ChannelTrade): Outcome<TradeFact> {
  switch (mix.mix_pay_status) {
    case "SUCCESS":
    case "REFUND": {
      const amount = mix.med_ins_cash_fee;
      if (amount === undefined) return unknown("a paid mixed order came without its cash part");
      return done({
        state: "paid",
        amount,
        asAsked: amount === trade.amount,
        reference: mix.mix_trade_no,
        wallet: WALLET,
        paidAt: mix.paid_time === undefined ? null : new Date(mix.paid_time),
      });
    }
    case "FAIL":
      // Closed, or insurance failed and the wallet gave the cash back by itself.
      return refused("payment.declined", "医保移动支付未成功");
    default:
      return done({ state: "waiting", codeText: mix.code_url ?? null, expiresAt: null });
  }
}

function refundFact(outcome: Outcome<WalletRefund>, asked: ChannelRefund): Outcome<RefundFact> {
  if (outcome.kind === "refused") return refused("payment.refund_refused", outcome.text);
  if (outcome.kind !== "done") return outcome;
  const { status, amount, refund_id: reference, out_refund_no: number } = outcome.value;
  if (number !== refundNumberOf(asked)) return unknown("the wallet answered about another refund");
  switch (status) {
    case "SUCCESS":
      return amount.refund === asked.amount
        ? done({ state: "refunded", amount: asked.amount, reference })
        : unknown(`the wallet refunded ${amount.refund} fen instead of ${asked.amount}`);
    case "PROCESSING":
      return done({ state: "processing" });
    case "ABNORMAL":
      return refused("payment.account_closed", "原付款账户不能收款");
    case "CLOSED":
      return refused("payment.refund_refused", "退款已关闭");
  }
}

/** A no to a question says nothing of the order. */
function noAnswer<Value>(outcome: Exclude<Outcome<Value>, { kind: "done" }>): Outcome<never> {
  return outcome.kind === "refused" ? unknown(`wallet refused: ${outcome.code}`) : outcome;
}

function keyOf(trade: ChannelTrade) {
  const { orderId, institutionId } = trade;
  return { orderId, institutionId, outTradeNo: numberOf(trade) };
}

function numberOf({ tradeId }: ChannelTrade): string {
  return `T${tradeId.replaceAll("-", "")}`;
}

function refundNumberOf({ refundId }: ChannelRefund): string {
  return `R${refundId.replaceAll("-", "")}`;
}
