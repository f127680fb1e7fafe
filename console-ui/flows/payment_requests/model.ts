import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { StaffRequestPage } from "../../../server/modules/billing/requests/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";

export type RequestLine = StaffRequestPage["requests"][number];

export interface PaymentRequestsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<RequestLine>;
  readonly filter: ReadonlySignal<Readonly<Record<string, string>>>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  may(permission: string): boolean;
  search(fields: Readonly<Record<string, string>>): void;
}

/** The hospital's own, as its program gave it. */
const NUMBER = /^[0-9A-Za-z_-]{1,64}$/;

/** Looked at only: what was asked for is its hospital's to withdraw. */
export const PaymentRequestsModel = createModel(
  function paymentRequests({ port, go, permissions }: PageContext): PaymentRequestsFlow {
    const filter = signal<Readonly<Record<string, string>>>({});
    const list = pagedList<RequestLine>(async (cursor) => {
      const { number = "", organisationId } = filter.value;
      const query = {
        ...(NUMBER.test(number) && { number }),
        ...(organisationId !== undefined && { organisationId }),
        ...(cursor !== null && { cursor }),
      };
      const answer = await port.call("GET /payment-requests", { query });
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.requests, next: answer.value.next } };
    });
    return {
      list,
      filter,
      picker: organisationPicker(port),
      may: (permission) => permissions.has(permission),
      search: (fields) => go({ section: "payment-requests", query: fields }),
      show({ query }: Place): void {
        filter.value = query;
        void list.reload();
      },
    };
  },
);

export type PaymentRequestsModelInstance = Model<PaymentRequestsFlow>;
