import { type ReadonlySignal, signal } from "@preact/signals";
import type { OrderPage } from "../../../server/modules/checkout/console/contract.ts";
import type { StaffRefundBody } from "../../../server/modules/refund/console/contract.ts";
import type { Refundable } from "../../../server/modules/refund/contract.ts";
import { REASONS } from "../../i18n/zh/refunds.ts";
import { refusalOf } from "../../api/answer.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import { type DischargeFlow, dischargeFlow } from "./discharge.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export type FoundOrder = OrderPage["orders"][number];

/** A refund that staff asks for at the window: find the order, see what can go, ask. */
export interface NewRefundFlow {
  /** As typed from the slip; empty before. */
  readonly number: ReadonlySignal<string>;
  readonly found: PagedList<FoundOrder>;
  /** Null while the order is looked for. */
  readonly orderId: ReadonlySignal<string | null>;
  readonly refundable: Loaded<Refundable>;
  /** Instead of it, where the order is an in-patient's deposit. */
  readonly discharge: DischargeFlow;
  /** Some lines, not the whole order. */
  readonly isPart: ReadonlySignal<boolean>;
  readonly sending: Submission;
  start(query: Readonly<Record<string, string>>): void;
  find(number: string): void;
  choosePart(isPart: boolean): void;
  send(fields: Readonly<Record<string, string>>): Promise<void>;
}

export function newRefundFlow({ port, timers, go }: PageContext): NewRefundFlow {
  const number = signal("");
  const orderId = signal<string | null>(null);
  const isPart = signal(false);
  const sending = submission();
  const discharge = dischargeFlow({ port, timers }, orderId);
  /** Stays while the form is open: what is sent twice is one refund. */
  let id = "";
  const refundable = loaded(() =>
    port.call("GET /orders/{id}/refundable", { path: { id: orderId.value ?? "" } })
  );
  const found = pagedList<FoundOrder>(async (cursor) => {
    const query = { number: number.value, ...(cursor !== null && { cursor }) };
    const answer = await port.call("GET /orders", { query });
    if (!answer.ok) return answer;
    const rows = answer.value.orders.filter(({ kind }) => kind !== "refund");
    return { ok: true, value: { rows, next: answer.value.next } };
  });
  async function reload(): Promise<void> {
    await refundable.reload();
    const shown = refundable.state.value;
    if (shown.kind === "shown" && shown.value.kind === "deposit") discharge.start();
  }

  return {
    number,
    found,
    orderId,
    refundable,
    discharge,
    isPart,
    sending,
    start(query): void {
      orderId.value = query["order"] ?? null;
      number.value = query["number"] ?? "";
      isPart.value = false;
      id = newId(timers.now());
      sending.clear();
      if (orderId.value !== null) void reload();
      else if (number.value !== "") void found.reload();
    },
    find: (wanted) => go({ section: "refunds", id: "new", query: { number: wanted } }),
    choosePart(wanted): void {
      isPart.value = wanted;
    },
    async send(fields): Promise<void> {
      const why = reasonOf(fields["why"]);
      if (orderId.value === null || !why) return;
      const lines = isPart.value ? linesOf(fields["lines"] ?? "") : null;
      if (lines?.length === 0) return sending.refuse(refusalOf("console.no_lines"));
      const body = { id, orderId: orderId.value, lines, why, note: fields["note"] || null };
      const done = await sending.send(() => port.call("POST /refunds", { body }));
      // Refused for its time, nothing has its name: the next one is of then.
      if (sending.refusal.value?.code === "checkout.id_time") id = newId(timers.now());
      if (done) go({ section: "refunds", id: done.value.refund.id }, { replace: true });
    },
  };
}

function reasonOf(text: string | undefined): StaffRefundBody["why"] | null {
  return REASONS.find((each) => each === text) ?? null;
}

function linesOf(text: string): number[] {
  return text === "" ? [] : text.split(",").map(Number);
}
