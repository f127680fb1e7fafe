import { type ReadonlySignal, signal } from "@preact/signals";
import type {
  ConsoleRefund,
  RefundActBody,
} from "../../../server/modules/refund/console/contract.ts";
import type { Answer } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import { evidenceFlaw } from "../evidence.ts";
import type { Loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";

export type RefundAct = ConsoleRefund["acts"][number];
type RefundActKind = RefundActBody["kind"];

/** The dialog that is open. */
export type RefundDeed =
  | { readonly kind: "decide"; readonly verdict: "approved" | "rejected" }
  | { readonly kind: "withdraw" }
  /** The id stays while it is open: what is sent twice is asked for once. */
  | { readonly kind: "act"; readonly id: string; readonly act: RefundActKind }
  | { readonly kind: "decide_act"; readonly act: RefundAct; readonly verdict: "done" | "rejected" };

export interface RefundDeeds {
  readonly deed: ReadonlySignal<RefundDeed | null>;
  readonly sending: Submission;
  open(deed: RefundDeed): void;
  askAct(act: RefundActKind): void;
  close(): void;
  send(fields: Readonly<Record<string, string>>): Promise<void>;
}

interface ShownRefund {
  readonly shownId: ReadonlySignal<string | null>;
  readonly detail: Loaded<ConsoleRefund>;
}

/** One of the staff asks, another decides; the platform holds both to it. */
export function refundDeeds(
  { port, timers, notify }: PageContext,
  { shownId, detail }: ShownRefund,
): RefundDeeds {
  const deed = signal<RefundDeed | null>(null);
  const sending = submission();

  function open(next: RefundDeed | null): void {
    deed.value = next;
    sending.clear();
  }

  function call(
    wanted: RefundDeed,
    fields: Readonly<Record<string, string>>,
  ): Promise<Answer<ConsoleRefund>> {
    const path = { id: shownId.value ?? "" };
    switch (wanted.kind) {
      case "decide": {
        const body = { verdict: wanted.verdict, note: fields["note"] || null };
        return port.call("POST /refunds/{id}/decide", { path, body });
      }
      case "withdraw":
        return port.call("POST /refunds/{id}/withdraw", { path });
      case "act": {
        const body = { id: wanted.id, kind: wanted.act, evidence: fields["evidence"] ?? "" };
        return port.call("POST /refunds/{id}/acts", { path, body });
      }
      case "decide_act":
        return port.call("POST /refunds/{id}/acts/{actId}/decide", {
          path: { ...path, actId: wanted.act.id },
          body: { verdict: wanted.verdict },
        });
    }
  }

  return {
    deed,
    sending,
    open,
    askAct: (act) => open({ kind: "act", id: newId(timers.now()), act }),
    close: () => open(null),
    async send(fields): Promise<void> {
      const wanted = deed.value;
      if (!wanted) return;
      const flaw = wanted.kind === "act" ? evidenceFlaw(fields["evidence"] ?? "") : null;
      if (flaw) return sending.refuse(flaw);
      const of = shownId.value;
      const done = await sending.send(() => call(wanted, fields));
      if (of !== shownId.value) return;
      // Refused or unknown: what is shown may be what it was, not what it is.
      if (!done) return void detail.refresh();
      detail.become(done.value);
      open(null);
      notify(ZH.refunds.deed[wanted.kind].done);
    },
  };
}

/** What staff may ask for, by where it stands; the platform looks once more. */
export function actsFor({ refund, statements }: ConsoleRefund): readonly RefundActKind[] {
  if (refund.parts.some(({ way, state }) => way === "cash" && state === "suspended")) {
    return ["pay_out"];
  }
  if (refund.state !== "needs_attention") return [];
  const waits = (isCash: boolean) =>
    refund.parts.some(({ way, state }) => (way === "cash") === isCash && state === "waiting");
  const contradicted = (part: "cash" | "insurance") =>
    statements.some((of) =>
      of.part === part && of.outcome === "done" && of.answer === "contradicted"
    );
  return [
    ...(contradicted("cash") ? ["cash_corrected"] as const : []),
    ...(contradicted("insurance") ? ["insurance_corrected"] as const : []),
    ...(waits(true) ? ["suspend", "cash_done", "cash_not_done"] as const : []),
    ...(waits(false) ? ["returned_by_hand", "insurance_done", "insurance_not_done"] as const : []),
    "give_everything",
  ];
}
