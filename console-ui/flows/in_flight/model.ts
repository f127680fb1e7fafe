import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { InFlightReply } from "../../../server/modules/checkout/console/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";

export interface InFlightFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly reply: Loaded<InFlightReply>;
  /** Of the place that is counted; null for all that may be seen. */
  readonly organisationId: ReadonlySignal<string | null>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  may(permission: string): boolean;
  now(): number;
  search(fields: Readonly<Record<string, string>>): void;
}

/** What is not at its end, before an institution is switched over; looked at only. */
export const InFlightModel = createModel(function inFlight(context: PageContext): InFlightFlow {
  const { port, go, permissions, timers } = context;
  const organisationId = signal<string | null>(null);
  const picker = organisationPicker(port);
  const reply = loaded(async () => {
    const query = organisationId.value === null ? {} : { organisationId: organisationId.value };
    const answer = await port.call("GET /orders/in-flight", { query });
    if (answer.ok) picker.show(answer.value.organisation);
    return answer;
  });
  return {
    reply,
    organisationId,
    picker,
    may: (permission) => permissions.has(permission),
    now: () => timers.now(),
    search: (fields) => go({ section: "in-flight", query: fields }),
    show({ query }: Place): void {
      organisationId.value = query["organisationId"] ?? null;
      void reply.reload();
    },
  };
});

export type InFlightModelInstance = Model<InFlightFlow>;
