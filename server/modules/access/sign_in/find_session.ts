import type { Kysely } from "kysely";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Clock } from "../../../platform/clock.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import type { SecurityPolicies } from "../policy/security_policies.ts";
import type { BrokenRows } from "../rights/broken_rows.ts";
import { judgeSession } from "./session.ts";
import type { SessionToken } from "./session_token.ts";
import { type ChangeSessionDeps, endSession, touchSession } from "./sessions/change_session.ts";
import { type ConsoleSession, findSession, type SessionWithAccount } from "./sessions/store.ts";
import type { SessionEnd, SignInTables } from "./tables.ts";
import { SESSION_TAGGED } from "./tagged_rows.ts";

export interface FindSessionDeps extends ChangeSessionDeps {
  readonly db: Kysely<SignInTables & AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly policies: SecurityPolicies;
  readonly brokenRows: BrokenRows;
}

export interface Visit {
  readonly token: SessionToken;
  readonly deviceHash: Uint8Array;
  readonly address: string | null;
  readonly traceId: string;
}

/** How far the time of last use may lag behind: a request in this time writes nothing. */
const TOUCH_MS = 15_000;

/** The session the token stands for, if it still holds; one that does not is ended here. */
export async function findGoodSession(
  deps: FindSessionDeps,
  visit: Visit,
): Promise<SessionWithAccount | null> {
  const session = await findSession(deps.db, visit.token.hash);
  if (!session || !await isWhole(deps, session) || session.ended_at !== null) return null;
  const now = deps.clock.now();
  const { session: bounds } = await deps.policies.get(session.account_kind);
  const end = judgeSession(session, { now, bounds, deviceHash: visit.deviceHash });
  if (end !== null) {
    await endBadSession(deps, { session, visit, why: end });
    return null;
  }
  if (now.getTime() - session.last_used_at.getTime() >= TOUCH_MS) {
    await deps.db.transaction().execute((tx) => touchSession(deps, tx, { session, at: now }));
  }
  return session;
}

/** One somebody wrote into is none; it stays as it is, for who looks into it. */
async function isWhole(
  { db, rowTags, brokenRows }: FindSessionDeps,
  row: ConsoleSession,
): Promise<boolean> {
  if (await isUnchanged(db, rowTags, { tagged: SESSION_TAGGED, row })) return true;
  await brokenRows.tell([{ table: "console_session", rowId: row.id }]);
  return false;
}

async function endBadSession(
  deps: FindSessionDeps,
  { session, visit, why }: {
    readonly session: SessionWithAccount;
    readonly visit: Visit;
    readonly why: SessionEnd;
  },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const isFirst = await endSession(deps, tx, { id: session.id, why, at: deps.clock.now() });
    if (!isFirst) return;
    await deps.audit.record(tx, actorOfSession(session, visit), [
      why === "misused"
        ? {
          kind: "access.session_misused",
          result: "refused",
          objectId: session.id,
          fields: { why: "device" },
        }
        : {
          kind: "access.session_ended",
          result: "succeeded",
          objectId: session.id,
          fields: { why },
        },
    ]);
  });
}

export function actorOfSession(
  session: SessionWithAccount,
  { address, traceId }: Pick<Visit, "address" | "traceId">,
): Actor {
  return {
    kind: "user",
    id: session.account_id,
    name: session.login,
    organisationId: session.organisation_id,
    sessionId: session.id,
    address,
    traceId,
  };
}
