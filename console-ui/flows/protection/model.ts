import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  IntegrityReply,
  SealsReply,
  UpkeepAction,
} from "../../../server/protection/contract.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";
import { watch } from "../watch.ts";

/** What goes over the tables: a check of their tags, or sealing anew. */
export type UpkeepKind = "integrity" | "reseal";

export interface ProtectionFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly integrity: Loaded<IntegrityReply>;
  readonly seals: Loaded<SealsReply>;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  /** Asked before it begins; the rest is done at once. */
  readonly asked: ReadonlySignal<UpkeepKind | null>;
  readonly sending: Submission;
  ask(kind: UpkeepKind): void;
  close(): void;
  act(kind: UpkeepKind, action: UpkeepAction): Promise<void>;
}

export const ProtectionModel = createModel(
  function protection(context: PageContext): ProtectionFlow {
    const { port, permissions, timers, integrity } = context;
    const asked = signal<UpkeepKind | null>(null);
    const sending = submission();
    const seals = loaded(() => port.call("GET /protection/seals", {}));
    const watching = watch({
      timers,
      async look(): Promise<void> {
        await Promise.all([integrity.refresh(), seals.refresh()]);
      },
      isOver: () => !isRunning(integrity) && !isRunning(seals),
    });

    function close(): void {
      asked.value = null;
      sending.clear();
    }

    async function check(action: UpkeepAction): Promise<boolean> {
      const body = { action };
      const done = await sending.send(() => port.call("POST /protection/integrity", { body }));
      if (done) integrity.become(done.value);
      else await integrity.refresh();
      return done !== null;
    }

    async function reseal(action: UpkeepAction): Promise<boolean> {
      const body = { action };
      const done = await sending.send(() => port.call("POST /protection/seals", { body }));
      if (done) seals.become(done.value);
      else await seals.refresh();
      return done !== null;
    }

    effect(() => () => watching.stop());
    return {
      integrity,
      seals,
      permissions: signal(permissions),
      asked,
      sending,
      show(): void {
        void Promise.all([integrity.refresh(), seals.reload()]).then(() => watching.start());
      },
      ask(kind: UpkeepKind): void {
        sending.clear();
        asked.value = kind;
      },
      close,
      async act(kind: UpkeepKind, action: UpkeepAction): Promise<void> {
        const isDone = await (kind === "integrity" ? check(action) : reseal(action));
        if (isDone) close();
        watching.start();
      },
    };
  },
);

function isRunning(of: Loaded<Pick<IntegrityReply, "run">>): boolean {
  const state = of.state.value;
  return state.kind === "shown" && state.value.run?.state === "running";
}

export type ProtectionModelInstance = Model<ProtectionFlow>;
