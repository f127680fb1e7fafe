import type { Transaction } from "kysely";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Clock } from "../../../platform/clock.ts";
import { type ChangeSessionDeps, endSession } from "./sessions/change_session.ts";
import { listAccountSessions } from "./sessions/store.ts";
import { deleteAttempts } from "./store.ts";
import type { SessionEnd, SignInTables } from "./tables.ts";

export interface EndSessionsDeps extends ChangeSessionDeps {
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

export interface SessionsToEnd {
  readonly accountId: string;
  /** This one goes on. */
  readonly except: string | null;
  readonly why: SessionEnd;
  readonly actor: Actor;
}

/**
 * The account's sessions and what is half-way to one; how many ended. Whoever calls holds the
 * account's lock, before anything else of it: a session that begins at this moment is waited for.
 */
export async function endSignInsOf(
  deps: EndSessionsDeps,
  tx: Transaction<SignInTables & AuditTables>,
  ending: SessionsToEnd,
): Promise<number> {
  await deleteAttempts(tx, ending.accountId);
  return await endSessionsOf(deps, tx, ending);
}

/** The account's sessions; how many ended. The account is locked. */
export async function endSessionsOf(
  deps: EndSessionsDeps,
  tx: Transaction<SignInTables & AuditTables>,
  { accountId, except, why, actor }: SessionsToEnd,
): Promise<number> {
  const at = deps.clock.now();
  const ended: string[] = [];
  for (const { id } of await listAccountSessions(tx, accountId)) {
    if (id !== except && await endSession(deps, tx, { id, why, at })) ended.push(id);
  }
  await deps.audit.record(
    tx,
    actor,
    ended.map((id) => ({
      kind: "access.session_ended",
      result: "succeeded",
      objectId: id,
      fields: { why },
    })),
  );
  return ended.length;
}
