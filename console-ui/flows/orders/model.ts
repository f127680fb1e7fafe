import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { ConsoleOrder, OrderPage } from "../../../server/modules/checkout/console/contract.ts";
import type { RefundPage } from "../../../server/modules/refund/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type OrderActs, orderActs } from "./acts.ts";
import { type OrderFilter, orderQuery } from "./order_filter.ts";

export type OrderLine = OrderPage["orders"][number];

export interface OrdersFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<OrderLine>;
  readonly filter: ReadonlySignal<OrderFilter>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  /** Null while the list is shown. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly detail: Loaded<ConsoleOrder>;
  /** What two persons do to the order that is shown. */
  readonly acts: OrderActs;
  /** Of the order that is shown; for who may see them. */
  readonly refunds: Loaded<RefundPage>;
  may(permission: string): boolean;
  search(fields: Readonly<Record<string, string>>): void;
  /** The parties are asked now. */
  askAgain(): Promise<void>;
}

export const OrdersModel = createModel(function orders(context: PageContext): OrdersFlow {
  const { port, go, permissions, notify } = context;
  const filter = signal<OrderFilter>({});
  const picker = organisationPicker(port);
  const shownId = signal<string | null>(null);
  const list = pagedList<OrderLine>(async (cursor) => {
    const query = { ...orderQuery(filter.value), ...(cursor !== null && { cursor }) };
    const answer = await port.call("GET /orders", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.orders, next: answer.value.next } };
  });
  const ofShown = () => ({ path: { id: shownId.value ?? "" } });
  const detail = loaded(() => port.call("GET /orders/{id}", ofShown()));
  const acts = orderActs(context, { shownId, detail });
  const refunds = loaded(() =>
    port.call("GET /refunds", { query: { orderId: shownId.value ?? "" } })
  );
  return {
    list,
    filter,
    picker,
    shownId,
    detail,
    acts,
    refunds,
    may: (permission) => permissions.has(permission),
    search: (fields) => go({ section: "orders", query: fields }),
    async askAgain(): Promise<void> {
      const answer = await port.call("POST /orders/{id}/ask-again", ofShown());
      if (answer.ok) {
        detail.become(answer.value);
        notify(ZH.orders.asked);
      } else void detail.refresh();
    },
    show({ id, query }: Place): void {
      shownId.value = id;
      acts.close();
      if (id !== null) {
        if (permissions.has("refund.read")) void refunds.reload();
        return void detail.reload();
      }
      filter.value = query;
      void list.reload();
    },
  };
});

export type OrdersModelInstance = Model<OrdersFlow>;
