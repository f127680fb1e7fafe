import { type ReadonlySignal, signal } from "@preact/signals";
import type {
  ConsoleOrder,
  OrderActBody,
} from "../../../server/modules/checkout/console/contract.ts";
import type { Answer } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import { evidenceFlaw } from "../evidence.ts";
import type { Loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";

export type OrderLeg = ConsoleOrder["legs"][number];
export type OrderAct = ConsoleOrder["acts"][number];

/** The dialog that is open. */
export type OrderDeed =
  /** The id stays while it is open: what is sent twice is asked for once. */
  | { readonly kind: "close"; readonly id: string }
  | { readonly kind: "settle"; readonly id: string; readonly leg: OrderLeg }
  | { readonly kind: "decide"; readonly act: OrderAct; readonly verdict: "approve" | "reject" };

export interface OrderActs {
  readonly deed: ReadonlySignal<OrderDeed | null>;
  readonly sending: Submission;
  askClose(): void;
  askSettle(leg: OrderLeg): void;
  askDecision(act: OrderAct, verdict: "approve" | "reject"): void;
  close(): void;
  send(fields: Readonly<Record<string, string>>): Promise<void>;
}

interface ShownOrder {
  readonly shownId: ReadonlySignal<string | null>;
  readonly detail: Loaded<ConsoleOrder>;
}

/** One of the staff asks, another decides; the platform holds both to it. */
export function orderActs(
  { port, timers, notify }: PageContext,
  { shownId, detail }: ShownOrder,
): OrderActs {
  const deed = signal<OrderDeed | null>(null);
  const sending = submission();

  function open(next: OrderDeed | null): void {
    deed.value = next;
    sending.clear();
  }

  async function finish(
    call: () => Promise<Answer<ConsoleOrder>>,
    words: string,
  ): Promise<void> {
    const of = shownId.value;
    const done = await sending.send(call);
    if (of !== shownId.value) return;
    // Refused or unknown: what is shown may be what it was, not what it is.
    if (!done) return void detail.refresh();
    detail.become(done.value);
    open(null);
    notify(words);
  }

  function decide({ act, verdict }: Extract<OrderDeed, { kind: "decide" }>): Promise<void> {
    const request = { path: { id: shownId.value ?? "", actId: act.id } };
    return verdict === "approve"
      ? finish(
        () => port.call("POST /orders/{id}/acts/{actId}/approve", request),
        ZH.orders.acts.approved,
      )
      : finish(
        () => port.call("POST /orders/{id}/acts/{actId}/reject", request),
        ZH.orders.acts.rejected,
      );
  }

  return {
    deed,
    sending,
    askClose: () => open({ kind: "close", id: newId(timers.now()) }),
    askSettle: (leg) => open({ kind: "settle", id: newId(timers.now()), leg }),
    askDecision: (act, verdict) => open({ kind: "decide", act, verdict }),
    close: () => open(null),
    async send(fields): Promise<void> {
      const wanted = deed.value;
      if (!wanted) return;
      if (wanted.kind === "decide") return await decide(wanted);
      const flaw = evidenceFlaw(fields["evidence"] ?? "");
      if (flaw) return sending.refuse(flaw);
      const body = bodyOf(wanted, fields);
      if (!body) return;
      const request = { path: { id: shownId.value ?? "" }, body };
      await finish(() => port.call("POST /orders/{id}/acts", request), ZH.orders.acts.sent);
    },
  };
}

function bodyOf(
  wanted: Extract<OrderDeed, { kind: "close" | "settle" }>,
  fields: Readonly<Record<string, string>>,
): OrderActBody | null {
  const { evidence = "", evidenceNumber = "", evidenceDigest = "" } = fields;
  const proof = {
    id: wanted.id,
    evidence,
    evidenceNumber: evidenceNumber || null,
    evidenceDigest: evidenceDigest || null,
  };
  if (wanted.kind === "close") return { kind: "close", ...proof };
  const outcome = wanted.leg.settlements.find((each) => each === fields["outcome"]);
  return outcome ? { kind: "settle", leg: wanted.leg.n, outcome, ...proof } : null;
}
