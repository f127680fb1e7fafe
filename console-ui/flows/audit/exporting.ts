import { type ReadonlySignal, signal } from "@preact/signals";
import type { AuditFilter, ExportView } from "../../../server/modules/audit/viewer/contract.ts";
import type { FlowContext } from "../context.ts";
import { type Submission, submission } from "../submission.ts";
import { watch } from "../watch.ts";

export type ExportForm = "csv" | "xlsx";

export type ExportStep =
  | { readonly kind: "closed" }
  | { readonly kind: "asking" }
  /** Asked for; the file is made while the browser fetches it. */
  | { readonly kind: "asked"; readonly view: ExportView; readonly isFetched: boolean };

export interface Exporting {
  readonly step: ReadonlySignal<ExportStep>;
  readonly sending: Submission;
  open(): void;
  start(form: ExportForm): Promise<void>;
  /** The browser was sent for the file. */
  fetching(): void;
  cancel(): Promise<void>;
  close(): void;
}

const OVER: ReadonlySet<ExportView["state"]> = new Set([
  "done",
  "cancelled",
  "failed",
  "interrupted",
  "expired",
]);

/** What is listed as a file: asked for, fetched by the browser itself, and watched meanwhile. */
export function exporting(
  { port, timers }: FlowContext,
  filterNow: () => AuditFilter,
): Exporting {
  const step = signal<ExportStep>({ kind: "closed" });
  const sending = submission();
  const watching = watch({ timers, look, isOver });

  function isOver(): boolean {
    return step.value.kind !== "asked" || OVER.has(step.value.view.state);
  }

  /** A look that fails is made again: the file goes on without us. */
  async function look(): Promise<void> {
    const asked = step.value;
    if (asked.kind !== "asked") return;
    const { id } = asked.view;
    const answer = await port.call("GET /audit/exports/{id}", { path: { id } });
    const now = step.value;
    if (answer.ok && now.kind === "asked" && now.view.id === id) {
      step.value = { ...now, view: answer.value };
    }
  }

  return {
    step,
    sending,
    open(): void {
      sending.clear();
      step.value = { kind: "asking" };
    },
    async start(form: ExportForm): Promise<void> {
      const body = { filter: filterNow(), form };
      const made = await sending.send(() => port.call("POST /audit/exports", { body }));
      if (made && step.value.kind === "asking") {
        step.value = { kind: "asked", view: made.value, isFetched: false };
      }
    },
    fetching(): void {
      if (step.value.kind !== "asked") return;
      step.value = { ...step.value, isFetched: true };
      watching.start();
    },
    async cancel(): Promise<void> {
      if (step.value.kind !== "asked") return;
      const path = { id: step.value.view.id };
      const done = await sending.send(() => port.call("POST /audit/exports/{id}/cancel", { path }));
      if (done) await look();
    },
    close(): void {
      watching.stop();
      step.value = { kind: "closed" };
    },
  };
}
