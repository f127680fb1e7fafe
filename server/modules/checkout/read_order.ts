import type { Kysely } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { Clock } from "../../platform/clock.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { PatientView } from "../identity/contract.ts";
import type { ClaimAccounts } from "../insurance/choice/relative_part.ts";
import { findTradeView, type TradeView } from "../payment/find_trade.ts";
import type { OrderView, Receipt } from "./contract.ts";
import { type CheckoutDb, parsePriced } from "./legs.ts";
import { givenBackOf } from "./given_back.ts";
import { isDue } from "./due_order.ts";
import { type Order, orderKey, orderRules, type OrderSite } from "./order.ts";
import { quoteOf, viewChanged, viewOrder } from "./order_view.ts";
import type { Fulfilled, PricedPayable } from "./payable.ts";
import { activeTender, isFulfilled, legOfKind } from "./saga.ts";
import { findOrder, findStoredOrder, type StoredOrder } from "./store.ts";

export interface ReadOrderDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly tags: RowTags;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly siteOf: (order: Pick<Order, "terminalId">) => Promise<OrderSite>;
  readonly patientOf: (identificationId: string) => Promise<PatientView>;
  readonly accountsOf: (order: Order) => Promise<ClaimAccounts>;
  /** Of a paid order, the refunds that began. */
  readonly refundIdsOf: (orderId: string) => Promise<readonly string[]>;
  /** Drives an order on, for so long as a reader waits. */
  readonly repair: (order: Order) => Promise<void>;
}

const NO_ACCOUNTS: ClaimAccounts = { balance: null, relative: null };

/** An order of another terminal, and a refund, is as if it were not there. */
export async function getOrder(
  { db, tags }: Pick<ReadOrderDeps, "db" | "tags">,
  id: string,
  terminalId: string,
): Promise<Order> {
  const order = await findOrder(db, tags, orderKey(id));
  if (!order) throw notFound(id);
  requireOwn(order, terminalId);
  return order;
}

/** Throws DomainError `checkout.not_found` as `getOrder` does. */
export function requireOwn(order: Order, terminalId: string): void {
  if (order.terminalId !== terminalId || order.payable.kind === "refund") throw notFound(order.id);
}

function notFound(id: string): DomainError {
  return new DomainError("checkout.not_found", `Cannot find order "${id}"`);
}

export async function readOrder(
  deps: ReadOrderDeps,
  id: string,
  terminalId: string,
): Promise<OrderView> {
  const stored = await findRepaired(deps, id, terminalId);
  if (stored === null || terminalOf(stored) !== terminalId) throw notFound(id);
  const kind = stored.kind === "changed" ? stored.row.kind : stored.order.payable.kind;
  if (kind === "refund") throw notFound(id);
  if (stored.kind === "changed") return viewChanged(stored.row, kind);
  return await showOrder(deps, stored.order);
}

/** As an act has left it; read again where the act does not know. */
export async function readActed(
  deps: ReadOrderDeps,
  of: { readonly id: string; readonly terminalId: string },
  acted: Order | null,
): Promise<OrderView> {
  return acted ? await showOrder(deps, acted) : await readOrder(deps, of.id, of.terminalId);
}

async function showOrder(deps: ReadOrderDeps, order: Order): Promise<OrderView> {
  const { kind } = order.payable;
  if (kind === "refund") throw notFound(order.id);
  const where = await deps.siteOf(order);
  const priced = order.pricedSealed
    ? parsePriced(await deps.sealer.open("checkout_order.priced", order.pricedSealed))
    : null;
  const tender = activeTender(order.saga);
  const choice = tender && order.choices.get(tender.n);
  const trade = choice ? await findTradeView(deps.db, choice.tradeId) : null;
  const hasClaim = order.settlement === "insurance" && order.saga.quote !== null;
  const accounts = hasClaim ? await deps.accountsOf(order) : NO_ACCOUNTS;
  const view = viewOrder(order, {
    rules: orderRules(where, order),
    now: deps.clock.now(),
    title: priced?.title ?? "",
    kind,
    trade,
    accounts,
    receipt: await receiptOf(deps, { order, where, priced, trade, accounts }),
  });
  const refunds = isFulfilled(order.saga) ? await givenBackOf(deps, order) : [];
  return refunds.length > 0 ? { ...view, refunds } : view;
}

/** Who looks at an order need not wait for a worker: what is due is asked at once. */
async function findRepaired(
  deps: ReadOrderDeps,
  id: string,
  terminalId: string,
): Promise<StoredOrder | null> {
  const stored = await findStoredOrder(deps.db, deps.tags, orderKey(id));
  if (stored?.kind !== "as_written" || stored.order.terminalId !== terminalId) return stored;
  if (!isDue(stored.order, await deps.siteOf(stored.order), deps.clock.now())) return stored;
  await deps.repair(stored.order);
  return await findStoredOrder(deps.db, deps.tags, orderKey(id));
}

function terminalOf(stored: StoredOrder): string {
  return stored.kind === "changed" ? stored.row.terminal_id : stored.order.terminalId;
}

async function receiptOf(
  deps: ReadOrderDeps,
  { order, where, priced, trade, accounts }: {
    order: Order;
    where: OrderSite;
    priced: PricedPayable | null;
    trade: TradeView | null;
    accounts: ClaimAccounts;
  },
): Promise<Receipt | null> {
  if (!isFulfilled(order.saga) || !order.fulfilledSealed || !priced) return null;
  const fulfilled: Fulfilled = JSON.parse(
    await deps.sealer.open("checkout_order.fulfilled", order.fulfilledSealed),
  );
  const patient = await deps.patientOf(order.identificationId);
  const quote = quoteOf(order.saga.quote, order.saga.quoteVersion, accounts);
  if (!quote) return null;
  const insurance = legOfKind(order.saga, "insurance");
  return {
    orderNumber: order.number,
    receiptNumber: fulfilled.receiptNumber,
    institution: where.site.name,
    terminalNumber: where.terminalNumber,
    maskedName: patient.maskedName,
    maskedIdNumber: patient.maskedIdNumber,
    title: priced.title,
    lines: priced.visit.lines.map((line) => ({
      name: line.name,
      quantity: line.quantity,
      amountFen: line.amountFen.toString(),
    })),
    quote,
    tender: trade?.state === "paid" ? trade.walletName : null,
    tenderReference: trade?.state === "paid" ? trade.reference : null,
    insuranceReference: (insurance && order.references.get(insurance.n)) ?? null,
    registration: priced.registration,
    guidance: [...fulfilled.guidance],
    paidAt: (order.completedAt ?? deps.clock.now()).toISOString(),
  };
}
