import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { ConsoleRefund, RefundPage } from "../../../server/modules/refund/console/contract.ts";
import type { RefundState } from "../../../server/modules/refund/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type NewRefundFlow, newRefundFlow } from "./new_refund.ts";
import { type RefundDeeds, refundDeeds } from "./refund_deeds.ts";

export type RefundLine = RefundPage["refunds"][number];

export interface RefundsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<RefundLine>;
  readonly filter: ReadonlySignal<Readonly<Record<string, string>>>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  /** `new` while one is asked for; null while the list is shown. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly detail: Loaded<ConsoleRefund>;
  readonly deeds: RefundDeeds;
  readonly newRefund: NewRefundFlow;
  /** Decides who may approve, and who may withdraw. */
  isOwn(accountId: string | null): boolean;
  may(permission: string): boolean;
  search(fields: Readonly<Record<string, string>>): void;
}

export const RefundsModel = createModel(function refunds(context: PageContext): RefundsFlow {
  const { port, go, permissions, session } = context;
  const filter = signal<Readonly<Record<string, string>>>({});
  const shownId = signal<string | null>(null);
  const picker = organisationPicker(port);
  const list = pagedList<RefundLine>(async (after) => {
    const query = { ...queryOf(filter.value), ...(after !== null && { after }) };
    const answer = await port.call("GET /refunds", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.refunds, next: answer.value.next } };
  });
  const detail = loaded(() =>
    port.call("GET /refunds/{id}", { path: { id: shownId.value ?? "" } })
  );
  const deeds = refundDeeds(context, { shownId, detail });
  const newRefund = newRefundFlow(context);
  return {
    list,
    filter,
    picker,
    shownId,
    detail,
    deeds,
    newRefund,
    isOwn: (accountId) => accountId === session.accountId,
    may: (permission) => permissions.has(permission),
    search: (fields) => go({ section: "refunds", query: fields }),
    show({ id, query }: Place): void {
      shownId.value = id;
      deeds.close();
      if (id === "new") return newRefund.start(query);
      if (id !== null) return void detail.reload();
      filter.value = query;
      void list.reload();
    },
  };
});

export type RefundsModelInstance = Model<RefundsFlow>;

const STATES: Readonly<Record<RefundState, string>> = ZH.refunds.state;

/** What the platform is asked; words that are no choices are left out. */
function queryOf({ state, organisationId, hours }: Readonly<Record<string, string>>) {
  const known = isState(state) ? state : null;
  const olderThanMinutes = Number(hours) * 60;
  return {
    ...(known && { state: known }),
    ...(organisationId !== undefined && { organisationId }),
    ...(olderThanMinutes >= 1 && { olderThanMinutes }),
  };
}

function isState(text: string | undefined): text is RefundState {
  return text !== undefined && text in STATES;
}
