import type { Transaction } from "kysely";
import { invariant } from "../../platform/errors.ts";
import { asFen, type Fen } from "../../platform/money.ts";
import type { OutboxTables } from "../../platform/outbox.ts";
import type { RowAlarmTables } from "../../platform/row_alarm.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { InsuranceTables } from "../insurance/tables.ts";
import type { LedgerTables } from "../ledger/tables.ts";
import { channelOf, type Presented, type TenderMode } from "../payment/channel.ts";
import type { PaymentTables } from "../payment/tables.ts";
import type { Payable } from "./contract.ts";
import type { Ask, LegAnswer, LegWork } from "./leg.ts";
import { type Order, type OrderKey, orderKey, type OrderSite } from "./order.ts";
import { returnCall, type ReturnSource, settledAnew } from "./return_leg.ts";
import {
  type Fulfilled,
  type PayableContext,
  type PayableWork,
  type PricedPayable,
} from "./payable.ts";
import { fulfilmentCall } from "./fulfilment_leg.ts";
import { activeTender, type Leg, legOfKind } from "./saga.ts";
import type { CheckoutTables } from "./tables.ts";

/** What one transaction of checkout may write: its own rows and those of the modules below. */
export type CheckoutDb =
  & CheckoutTables
  & LedgerTables
  & IdentityTables
  & InsuranceTables
  & PaymentTables
  & OutboxTables
  & RowAlarmTables
  & AuditTables;

/** One ask on its way: what to call outside any transaction, and what to store with its answer. */
export interface Errand {
  /** Of what planning it wrote down. */
  readonly planned: readonly AuditEvent[];
  call(): Promise<LegAnswer>;
  record(tx: Transaction<CheckoutDb>, answer: LegAnswer): Promise<OrderChange>;
}

/** What an answer adds to the order itself. */
export interface OrderChange {
  readonly pricedSealed?: Uint8Array;
  readonly fulfilledSealed?: Uint8Array;
  /** In clear for the rest of this drive. */
  readonly priced?: PricedPayable;
  /** Of what recording it wrote down. */
  readonly events?: readonly AuditEvent[];
}

/** Plans an ask of one kind of leg inside the transaction that commits the attempt. */
export type PlanErrand<Context> = (
  tx: Transaction<CheckoutDb>,
  context: Context,
  ask: Ask,
) => Promise<Errand>;

/** Turns a module's leg work into errands. */
export function errandsOf<Context, Plan, Tables>(
  work: LegWork<Context, Plan, Tables>,
  narrow: (tx: Transaction<CheckoutDb>) => Transaction<Tables>,
): PlanErrand<Context> {
  return async (tx, context, ask) => {
    const plan = await work.plan(narrow(tx), context, ask);
    return {
      planned: work.planned?.(plan) ?? [],
      call: () => work.call(plan),
      async record(recordTx, answer) {
        return { events: await work.record(narrow(recordTx), plan, answer) ?? [] };
      },
    };
  };
}

export interface ClaimContext {
  readonly orderId: string;
  readonly at: Date;
  readonly institutionId: string;
  readonly site: OrderSite["site"];
  readonly identificationId: string;
  readonly visit: PricedPayable["visit"];
  readonly pin?: string;
  readonly chosenFor?: OrderKey;
}

export interface TenderContext {
  readonly orderId: string;
  readonly institutionId: string;
  readonly tradeId: string;
  readonly mode: TenderMode;
  /** In memory only; null when the process was restarted, and for modes that need nothing. */
  readonly presented: Presented | null;
  readonly amountFen: Fen;
  readonly title: string;
  readonly terminalNumber: string;
  readonly merchant: string;
  readonly expiresAt: Date;
  readonly refundId: string | null;
}

/** What goes back of a trade that was paid before insurance settled. */
export interface SurplusContext {
  readonly orderId: string;
  readonly institutionId: string;
  readonly tradeId: string;
  readonly refundId: string;
  readonly amountFen: Fen;
}

/** What insurance settled for another order. */
export interface ClaimReturnContext extends Omit<ClaimContext, "identificationId"> {
  readonly original: { readonly orderId: string; readonly at: Date };
}

export interface LegsDeps {
  readonly sealer: Sealer;
  readonly insurance: PlanErrand<ClaimContext>;
  readonly insuranceReturn: PlanErrand<ClaimReturnContext>;
  readonly tender: PlanErrand<TenderContext>;
  readonly surplus: PlanErrand<SurplusContext>;
  readonly payables: Readonly<Record<Payable["kind"], PayableWork>>;
}

export interface ErrandRequest {
  readonly order: Order;
  readonly where: OrderSite;
  readonly leg: Leg;
  readonly ask: Ask;
  readonly presented: Presented | null;
  readonly now: Date;
  /** Read before the transaction: opening a seal may itself be a call. */
  readonly priced: PricedPayable | null;
  /** Null once the patient was erased: what is left then is money on its way back. */
  readonly hisPatientId: string | null;
  /** Of a refund; null for any other order. */
  readonly source: ReturnSource | null;
}

/** Plans one ask inside the transaction that commits the attempt. */
export async function planErrand(
  deps: LegsDeps,
  tx: Transaction<CheckoutDb>,
  request: ErrandRequest,
): Promise<Errand> {
  switch (request.leg.kind) {
    case "fulfilment":
      return fulfilmentErrand(deps, request);
    case "insurance":
      return await deps.insurance(tx, claimContext(request), request.ask);
    case "tender":
      return await deps.tender(tx, tenderContext(request), request.ask);
    case "surplus":
      return await deps.surplus(tx, surplusContext(request), request.ask);
    case "fulfilment_return":
      return returnErrand(deps, request);
    case "insurance_return":
      return await deps.insuranceReturn(tx, claimReturnContext(request), request.ask);
    case "cash_return":
      return await deps.surplus(tx, cashReturnContext(request), request.ask);
    default:
      return request.leg.kind satisfies never;
  }
}

function fulfilmentErrand(deps: LegsDeps, request: ErrandRequest): Errand {
  const { order, where, hisPatientId } = request;
  const payable = settledAnew(order.payable);
  invariant(hisPatientId !== null, "HIS is asked about patients it knows, by its own number");
  const context: PayableContext = {
    orderId: order.id,
    site: where.site,
    hisPatientId,
    payable,
    settlement: order.settlement,
    deposits: where.deposits,
    priced: request.priced,
  };
  let priced: PricedPayable | null = null;
  let fulfilled: Fulfilled | null = null;
  return {
    planned: [],
    async call() {
      const result = await fulfilmentCall(deps.payables[payable.kind], {
        context,
        ask: request.ask,
        notice: noticeOf(request),
      });
      priced = result.priced;
      fulfilled = result.fulfilled;
      return result.answer;
    },
    async record(_tx, answer) {
      if (answer.kind !== "done") return {};
      return {
        ...(priced &&
          {
            priced,
            pricedSealed: await deps.sealer.seal("checkout_order.priced", pricedText(priced)),
          }),
        ...(fulfilled && {
          fulfilledSealed: await deps.sealer.seal(
            "checkout_order.fulfilled",
            JSON.stringify(fulfilled),
          ),
        }),
      };
    },
  };
}

function returnErrand({ payables }: LegsDeps, request: ErrandRequest): Errand {
  const { order, where, leg, ask } = request;
  const { payable } = order;
  const source = sourceOf(request);
  invariant(payable.kind === "refund" && leg.amount !== null, "a refund gives something back");
  const wanted = { returnId: order.id, payable, total: asFen(leg.amount), source };
  return {
    planned: [],
    call: () => returnCall(payables[payable.of], { site: where.site, ask, wanted }),
    record: () => Promise.resolve({}),
  };
}

function sourceOf({ source }: ErrandRequest): ReturnSource {
  if (!source) throw new Error("Cannot give back: the order is no refund");
  return source;
}

function claimReturnContext(request: ErrandRequest): ClaimReturnContext {
  const { order, where } = request;
  const { base, priced } = sourceOf(request);
  return {
    orderId: order.id,
    at: order.at,
    institutionId: order.institutionId,
    site: where.site,
    visit: priced.visit,
    original: { orderId: base.id, at: base.at },
  };
}

function cashReturnContext({ order, leg }: ErrandRequest): SurplusContext {
  const choice = order.choices.get(leg.n);
  const refundId = order.refundIds.get(leg.n);
  if (!choice || refundId === undefined || leg.amount === null) {
    throw new Error("Cannot give cash back: no paid tender");
  }
  return {
    orderId: order.id,
    institutionId: order.institutionId,
    tradeId: choice.tradeId,
    refundId,
    amountFen: asFen(leg.amount),
  };
}

function noticeOf({ order, source, now }: ErrandRequest) {
  const quote = order.saga.quote ?? { total: 0n, fund: 0n, account: 0n, other: 0n, cash: 0n };
  const insurance = legOfKind(order.saga, "insurance");
  const settlementId = insurance && order.references.get(insurance.n);
  const tender = activeTender(order.saga);
  const choice = tender?.state === "done" ? order.choices.get(tender.n) : undefined;
  const paid = tender && choice
    ? { tradeId: choice.tradeId, reference: order.references.get(tender.n) ?? null }
    : source?.paid ?? null;
  return {
    split: quote,
    insurance: settlementId === undefined ? null : { settlementId },
    tender: quote.cash > 0n ? paid : null,
    paidAt: now,
  };
}

function claimContext(request: ErrandRequest): ClaimContext {
  if (!request.priced) throw new Error("Cannot ask insurance: the order has no price yet");
  const { payable } = request.order;
  return {
    orderId: request.order.id,
    at: request.order.at,
    institutionId: request.order.institutionId,
    site: request.where.site,
    identificationId: request.order.identificationId,
    visit: request.priced.visit,
    // Kept lines are settled under the scheme, and by the payer, of what they are left of.
    ...(payable.kind === "refund" && { chosenFor: orderKey(payable.orderId) }),
    ...(request.presented?.kind === "pin" && { pin: request.presented.pin }),
  };
}

function tenderContext(
  { order, where, leg, presented, priced, now }: ErrandRequest,
): TenderContext {
  const choice = order.choices.get(leg.n);
  if (!choice || leg.amount === null) {
    throw new Error("Cannot ask the channel: no tender was chosen");
  }
  return {
    orderId: order.id,
    institutionId: order.institutionId,
    tradeId: choice.tradeId,
    mode: choice.mode,
    presented,
    amountFen: asFen(leg.amount),
    title: priced?.title ?? "",
    terminalNumber: where.terminalNumber,
    merchant: where.merchants[channelOf(choice.mode)]?.merchant ?? where.site.code,
    expiresAt: new Date(order.saga.deadline ?? now.getTime()),
    refundId: order.refundIds.get(leg.n) ?? null,
  };
}

function surplusContext({ order, leg }: ErrandRequest): SurplusContext {
  const paid = activeTender(order.saga);
  const choice = paid && order.choices.get(paid.n);
  const refundId = order.refundIds.get(leg.n);
  if (!choice || refundId === undefined || leg.amount === null) {
    throw new Error("Cannot give a surplus back: no paid tender");
  }
  return {
    orderId: order.id,
    institutionId: order.institutionId,
    tradeId: choice.tradeId,
    refundId,
    amountFen: asFen(leg.amount),
  };
}

/** JSON of a priced payable: fen as objects that no text of HIS can be, dates as ISO text. */
function pricedText(priced: PricedPayable): string {
  return JSON.stringify(
    priced,
    (_key, value) => typeof value === "bigint" ? { $fen: value.toString() } : value,
  );
}

export function parsePriced(text: string): PricedPayable {
  return JSON.parse(text, (key, value) => {
    if (typeof value?.$fen === "string") return BigInt(value.$fen);
    return key === "occurredAt" || key === "startedAt" ? new Date(value) : value;
  });
}
