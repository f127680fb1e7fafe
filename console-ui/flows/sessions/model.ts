import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { LockRow, SessionRow } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export type SessionsView = "sessions" | "locks";

export type SessionsAsked =
  | { readonly kind: "end"; readonly session: SessionRow }
  | { readonly kind: "unlock"; readonly lock: LockRow };

export interface SessionsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly view: ReadonlySignal<SessionsView>;
  /** Of one account alone; empty for everybody's. */
  readonly accountId: ReadonlySignal<string>;
  readonly sessions: PagedList<SessionRow>;
  readonly locks: PagedList<LockRow>;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  readonly asked: ReadonlySignal<SessionsAsked | null>;
  readonly sending: Submission;
  ask(asked: SessionsAsked): void;
  close(): void;
  send(): Promise<void>;
}

export const SessionsModel = createModel(function sessions(context: PageContext): SessionsFlow {
  const { port, permissions, notify } = context;
  const view = signal<SessionsView>("sessions");
  const accountId = signal("");
  const asked = signal<SessionsAsked | null>(null);
  const sending = submission();
  const open = pagedList<SessionRow>(async (after) => {
    const query = {
      ...(accountId.value !== "" && { accountId: accountId.value }),
      ...(after !== null && { after }),
    };
    const answer = await port.call("GET /sessions", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.sessions, next: answer.value.next } };
  });
  const locks = pagedList<LockRow>(async () => {
    const answer = await port.call("GET /locks", {});
    return answer.ok ? { ok: true, value: { rows: answer.value.locks, next: null } } : answer;
  });

  function close(): void {
    asked.value = null;
    sending.clear();
  }

  async function endSession({ id, login }: SessionRow): Promise<void> {
    const done = await sending.send(() => port.call("POST /sessions/{id}/end", { path: { id } }));
    void open.refresh();
    if (!done) return;
    close();
    notify(ZH.sessions.ended(login));
  }

  async function unlock({ of, name }: LockRow): Promise<void> {
    const done = await sending.send(() => port.call("POST /locks/end", { body: { of, name } }));
    void locks.refresh();
    if (!done) return;
    close();
    notify(ZH.sessions.unlocked(name));
  }

  return {
    view,
    accountId,
    sessions: open,
    locks,
    permissions: signal(permissions),
    asked,
    sending,
    show({ id, query }: Place): void {
      view.value = id === "locks" ? "locks" : "sessions";
      accountId.value = query["accountId"] ?? "";
      void (view.value === "locks" ? locks : open).reload();
    },
    ask(wanted: SessionsAsked): void {
      sending.clear();
      asked.value = wanted;
    },
    close,
    async send(): Promise<void> {
      const wanted = asked.value;
      if (wanted?.kind === "end") await endSession(wanted.session);
      if (wanted?.kind === "unlock") await unlock(wanted.lock);
    },
  };
});

export type SessionsModelInstance = Model<SessionsFlow>;
