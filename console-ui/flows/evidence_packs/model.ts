import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  PackClauses,
  PackView,
  Verdict,
} from "../../../server/modules/compliance/contract.ts";
import { dayOf } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";
import { watch } from "../watch.ts";

export interface PackForm {
  /** Stays while the form is open: what is sent twice is made once. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export interface EvidencePacksFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<PackView>;
  /** The pack whose clauses are shown; null while the list is. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly clauses: Loaded<PackClauses>;
  /** The verdict that clauses are narrowed to. */
  readonly only: ReadonlySignal<Verdict | null>;
  readonly form: ReadonlySignal<PackForm | null>;
  readonly sending: Submission;
  /** Of what is done with a pack of the list. */
  readonly doing: Submission;
  /** The pack whose file is on its way. */
  readonly fetching: ReadonlySignal<string | null>;
  openForm(): void;
  close(): void;
  start(fields: Readonly<Record<string, string>>): Promise<void>;
  cancel(pack: PackView): Promise<void>;
  /** Null when it was refused. */
  fetch(pack: PackView): Promise<Blob | null>;
}

export const VERDICTS = ["met", "partly", "unmet", "not_applicable"] as const;
const DAYS_AT_FIRST = 90;
const DAY_MS = 86_400_000;

export const EvidencePacksModel = createModel(
  function evidencePacks(context: PageContext): EvidencePacksFlow {
    const { port, timers, notify } = context;
    const form = signal<PackForm | null>(null);
    const fetching = signal<string | null>(null);
    const shownId = signal<string | null>(null);
    const only = signal<Verdict | null>(null);
    const clauses = loaded(() =>
      port.call("GET /compliance/packs/{id}/clauses", { path: { id: shownId.value ?? "" } })
    );
    const sending = submission();
    const doing = submission();
    const list = pagedList<PackView>(async (before) => {
      const query = before === null ? {} : { before };
      const answer = await port.call("GET /compliance/packs", { query });
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.packs, next: answer.value.next } };
    });
    const watching = watch({ timers, look: () => list.refresh(), isOver });

    function isOver(): boolean {
      const state = list.state.value;
      return state.kind === "listed" && !state.page.rows.some(isUnderWay);
    }

    async function renew(): Promise<void> {
      await list.refresh();
      watching.start();
    }

    function close(): void {
      form.value = null;
      sending.clear();
    }

    effect(() => () => watching.stop());
    return {
      list,
      shownId,
      clauses,
      only,
      form,
      sending,
      doing,
      fetching,
      show({ id, query }: Place): void {
        only.value = VERDICTS.find((each) => each === query["verdict"]) ?? null;
        if (id !== null && id === shownId.value) return;
        shownId.value = id;
        if (id !== null) {
          watching.stop();
          void clauses.reload();
          return;
        }
        void list.reload().then(() => watching.start());
      },
      openForm(): void {
        const now = timers.now();
        form.value = {
          id: newId(now),
          from: dayOf(new Date(now - DAYS_AT_FIRST * DAY_MS).toISOString()),
          to: dayOf(new Date(now).toISOString()),
        };
      },
      close,
      async start({ from = "", to = "" }: Readonly<Record<string, string>>): Promise<void> {
        const open = form.value;
        if (!open) return;
        const body = { id: open.id, profile: "mlps3", from, to } as const;
        const made = await sending.send(() => port.call("POST /compliance/packs", { body }));
        if (!made) return;
        close();
        notify(ZH.packs.started);
        await renew();
      },
      async cancel({ id }: PackView): Promise<void> {
        const path = { id };
        const done = await doing.send(() =>
          port.call("POST /compliance/packs/{id}/cancel", { path })
        );
        if (done) notify(ZH.packs.cancelled);
        await renew();
      },
      async fetch({ id }: PackView): Promise<Blob | null> {
        fetching.value = id;
        const got = await doing.send(() =>
          port.call("GET /compliance/packs/{id}/file", { path: { id } })
        );
        fetching.value = null;
        return got?.value ?? null;
      },
    };
  },
);

export function isUnderWay({ state }: PackView): boolean {
  return state === "waiting" || state === "running";
}

export type EvidencePacksModelInstance = Model<EvidencePacksFlow>;
