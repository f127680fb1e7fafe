import { type ReadonlySignal, signal } from "@preact/signals";
import type { DischargeOffer, DischargeView } from "../../../server/modules/inpatient/contract.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";

/** What is left of an in-patient's deposits, given back at the window; the amount is HIS's. */
export interface DischargeFlow {
  readonly offer: Loaded<DischargeOffer>;
  /** Null until it was asked for. */
  readonly done: ReadonlySignal<DischargeView | null>;
  readonly sending: Submission;
  start(): void;
  send(): Promise<void>;
}

export function dischargeFlow(
  { port, timers }: Pick<PageContext, "port" | "timers">,
  orderId: ReadonlySignal<string | null>,
): DischargeFlow {
  const done = signal<DischargeView | null>(null);
  const sending = submission();
  /** Stays while the page is open: what is sent twice is one request. */
  let id = "";
  const offer = loaded(() =>
    port.call("GET /orders/{id}/discharge", { path: { id: orderId.value ?? "" } })
  );
  return {
    offer,
    done,
    sending,
    start(): void {
      id = newId(timers.now());
      done.value = null;
      sending.clear();
      void offer.reload();
    },
    async send(): Promise<void> {
      if (orderId.value === null) return;
      const body = { id, orderId: orderId.value };
      const sent = await sending.send(() => port.call("POST /discharge-refunds", { body }));
      if (sending.refusal.value?.code === "checkout.id_time") id = newId(timers.now());
      if (sent) done.value = sent.value;
    },
  };
}
