import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { ArchiveView, ChainView } from "../../../server/modules/audit/archive/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";
import { type Checks, checks } from "./checks.ts";
import { type Countersigning, countersigning } from "./countersigning.ts";

export type DeletionDeed = "request" | "confirm" | "withdraw";

export interface DeletionAsked {
  readonly deed: DeletionDeed;
  readonly month: string;
}

export type ChainSide = "state" | "checks" | "countersigning";

/** What each side takes beside reading the trail. */
const NEEDS = { checks: "audit.verify", countersigning: "audit.countersign" } as const;

export interface AuditChainFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** What this account may open of the page, in the order of its links. */
  readonly sides: ReadonlySignal<readonly ChainSide[]>;
  readonly side: ReadonlySignal<ChainSide>;
  readonly checks: Checks;
  readonly countersigning: Countersigning;
  readonly chain: Loaded<ChainView>;
  readonly archives: Loaded<readonly ArchiveView[]>;
  readonly asked: ReadonlySignal<DeletionAsked | null>;
  readonly sending: Submission;
  /** What this account may do about a month; the platform decides all the same. */
  deedsFor(archive: ArchiveView): readonly DeletionDeed[];
  isOwn(archive: ArchiveView): boolean;
  ask(asked: DeletionAsked): void;
  close(): void;
  send(reason: string): Promise<void>;
}

const ENDPOINTS = {
  confirm: "POST /audit/archives/{month}/deletion/confirmation",
  withdraw: "POST /audit/archives/{month}/deletion/withdrawal",
} as const;

const SAID = {
  request: ZH.chain.requested,
  confirm: ZH.chain.confirmed,
  withdraw: ZH.chain.withdrawn,
} as const;

export const AuditChainModel = createModel(function chain(context: PageContext): AuditChainFlow {
  const { port, permissions, session, timers, notify } = context;
  const sides: readonly ChainSide[] = [
    "state",
    ...(["checks", "countersigning"] as const).filter((each) => permissions.has(NEEDS[each])),
  ];
  const side = signal<ChainSide>("state");
  const verifying = checks(context);
  const signing = countersigning(context);
  const asked = signal<DeletionAsked | null>(null);
  const sending = submission();
  const state = loaded(() => port.call("GET /audit/chain", {}));
  const archives = loaded<readonly ArchiveView[]>(async () => {
    const answer = await port.call("GET /audit/archives", {});
    return answer.ok ? { ok: true, value: answer.value.archives } : answer;
  });

  function isOwn({ deletion }: ArchiveView): boolean {
    return deletion?.requestedBy === session.accountId;
  }

  function close(): void {
    asked.value = null;
    sending.clear();
  }

  effect(() => () => verifying.leave());
  return {
    sides: signal(sides),
    side,
    checks: verifying,
    countersigning: signing,
    chain: state,
    archives,
    asked,
    sending,
    isOwn,
    deedsFor(archive: ArchiveView): readonly DeletionDeed[] {
      const { deletion, keepUntil, droppedAt } = archive;
      if (!permissions.has("audit.delete") || droppedAt !== null) return [];
      if (deletion === null) return Date.parse(keepUntil) <= timers.now() ? ["request"] : [];
      if (deletion.state === "done") return [];
      const mayConfirm = deletion.state === "requested" && !isOwn(archive);
      return mayConfirm ? ["confirm", "withdraw"] : ["withdraw"];
    },
    show({ id, query }: Place): void {
      side.value = sides.find((each) => each === id) ?? "state";
      verifying.leave();
      if (side.value === "checks") return verifying.show(query["run"] ?? null);
      if (side.value === "countersigning") return signing.show(query["number"] ?? null);
      void state.reload();
      void archives.reload();
    },
    ask(wanted: DeletionAsked): void {
      sending.clear();
      asked.value = wanted;
    },
    close,
    async send(reason: string): Promise<void> {
      const wanted = asked.value;
      if (!wanted) return;
      const { deed, month } = wanted;
      const path = { month };
      const done = await sending.send(() =>
        deed === "request"
          ? port.call("POST /audit/archives/{month}/deletion", { path, body: { reason } })
          : port.call(ENDPOINTS[deed], { path })
      );
      void archives.refresh();
      if (!done) return;
      close();
      notify(SAID[deed](month));
    },
  };
});

export type AuditChainModelInstance = Model<AuditChainFlow>;
