import type { Agenda } from "./agenda.ts";
import type { OrderRow } from "./order_row.ts";
import type { OrderStore } from "./order_store.ts";
import type { PlatformProcess } from "./platform.ts";
import { isOpen, refundRow, type Standing, standingOf } from "./refund_order.ts";

/** Who was told "another refund is under way" asks again so much later. */
const RETRY_MS = 20_000;
/** A request for hundredths of an order: all of it, or the line of that place. */
const WHOLE = 100;
const LINE_SHARE = 20;

export interface RefundWorld {
  readonly agenda: Agenda;
  readonly store: OrderStore;
  readonly process: () => PlatformProcess | null;
}

/** Lines of a paid order that people ask back at the same moment, as orders of their own. */
export class RefundOrders {
  readonly #world: RefundWorld;

  constructor(world: RefundWorld) {
    this.#world = world;
  }

  request({ id, visit }: OrderRow): void {
    for (const [n, share] of visit.refunds.entries()) {
      this.#ask(id, `${id}r${n}`, share === WHOLE ? null : share / LINE_SHARE - 1);
    }
  }

  #ask(orderId: string, refundId: string, place: number | null): void {
    const { agenda, store, process } = this.#world;
    const order = store.rows.get(orderId);
    if (!order || store.rows.has(refundId)) return;
    const refunds = store.refundsOf(orderId);
    const standing = standingOf(order, refunds);
    const mayCome = refunds.some(isOpen) || order.nextAttemptAt !== null;
    if (!standing && !mayCome) return;
    agenda.in(RETRY_MS, () => this.#ask(orderId, refundId, place));
    if (standing) this.#begin(process(), refundRow(refundId, standing, place), standing);
  }

  #begin(process: PlatformProcess | null, draft: OrderRow, { order }: Standing): void {
    const { store } = this.#world;
    const seen = store.refundsOf(order.id).length;
    process?.giveBack(draft, () => store.refundsOf(order.id).length === seen);
  }
}
