import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { VerifyRunView } from "../../../server/modules/audit/verify_runs/contract.ts";
import { dayEnd, dayStart } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";
import { watch } from "../watch.ts";

export interface Checks {
  /** Newest first. */
  readonly list: PagedList<VerifyRunView>;
  /** Of the listed ones, the one under way; one at most is, of the whole platform. */
  readonly live: ReadonlySignal<VerifyRunView | null>;
  /** Null while the list is shown. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly run: Loaded<VerifyRunView>;
  /** The id of what is asked for: sent twice, it is one check. Null while the form is closed. */
  readonly formId: ReadonlySignal<string | null>;
  readonly sending: Submission;
  /** Of what is done with the check that is shown. */
  readonly doing: Submission;
  show(id: string | null): void;
  /** Nothing is looked at any more. */
  leave(): void;
  openForm(): void;
  close(): void;
  start(fields: Readonly<Record<string, string>>): Promise<void>;
  cancel(): Promise<void>;
}

/** Checks of the chain: asked for, watched while a worker does them, and read afterwards. */
export function checks({ port, timers, notify, go }: PageContext): Checks {
  const shownId = signal<string | null>(null);
  const formId = signal<string | null>(null);
  const sending = submission();
  const doing = submission();
  const run = loaded(() =>
    port.call("GET /audit/verifications/{id}", { path: { id: shownId.value ?? "" } })
  );
  const list = pagedList<VerifyRunView>(async (before) => {
    const query = before === null ? {} : { before };
    const answer = await port.call("GET /audit/verifications", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.runs, next: answer.value.next } };
  });
  const live = computed(() => {
    const state = list.state.value;
    return state.kind === "listed" ? state.page.rows.find(isUnderWay) ?? null : null;
  });
  const watching = watch({
    timers,
    look: () => shownId.value === null ? list.refresh() : run.refresh(),
    isOver(): boolean {
      if (shownId.value === null) return live.value === null;
      const shown = valueOf(run);
      return shown === null || !isUnderWay(shown);
    },
  });

  function close(): void {
    formId.value = null;
    sending.clear();
  }

  return {
    list,
    live,
    shownId,
    run,
    formId,
    sending,
    doing,
    show(id: string | null): void {
      watching.stop();
      doing.clear();
      shownId.value = id;
      void (id === null ? list : run).reload().then(() => watching.start());
    },
    leave: () => watching.stop(),
    openForm(): void {
      sending.clear();
      formId.value = newId(timers.now());
    },
    close,
    async start({ from = "", to = "" }: Readonly<Record<string, string>>): Promise<void> {
      const id = formId.value;
      if (id === null) return;
      const end = dayEnd(to);
      const body = {
        id,
        ...(from !== "" && { from: dayStart(from).toISOString() }),
        ...(end !== null && { to: end }),
      };
      const made = await sending.send(() => port.call("POST /audit/verifications", { body }));
      if (made) {
        close();
        notify(ZH.checks.started);
        go({ section: "audit-chain", id: "checks", query: { run: made.value.id } });
        return;
      }
      if (sending.refusal.value === null) return;
      // Refused where another one is under way: the list has it now.
      await list.refresh();
      watching.start();
    },
    async cancel(): Promise<void> {
      const id = shownId.value;
      if (id === null) return;
      const ended = await doing.send(() =>
        port.call("POST /audit/verifications/{id}/cancel", { path: { id } })
      );
      if (!ended || shownId.value !== id) return;
      run.become(ended.value);
      if (ended.value.state === "cancelled") notify(ZH.checks.cancelled);
    },
  };
}

export function isUnderWay({ state }: Pick<VerifyRunView, "state">): boolean {
  return state === "waiting" || state === "running";
}
