import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { LINE_SKEW_MS_MAX } from "../../../platform/signed_line.ts";
import type { FleetDb } from "../tables.ts";
import { blockKey } from "./block_key.ts";
import type { LineKeys } from "./line_keys.ts";
import type { CachedSession, LineSessions } from "./line_sessions.ts";
import {
  clockSkew,
  keyBlocked,
  keyRevoked,
  notAuthenticated,
  replayed,
  sessionEnded,
} from "./refusals.ts";
import { judgeUse, OVERLAP_MS } from "./session_facts.ts";
import type { SignedRequest } from "./signed_request.ts";
import { markUsed, takeNumber } from "./store.ts";

export interface AdmitDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
  readonly keys: LineKeys;
  readonly sessions: LineSessions;
}

interface Admission {
  readonly session: CachedSession;
  readonly request: SignedRequest;
  /** Goes by what was known last, so that it needs no database. */
  readonly mayBeStale: boolean;
}

/**
 * Whether a request whose MAC is good may be served: in time, in a session that holds, and a write
 * once only (docs/decisions/0011). Throws the line's refusals.
 */
export async function admit(deps: AdmitDeps, admission: Admission): Promise<void> {
  const { session, request, mayBeStale } = admission;
  const now = deps.clock.now();
  if (Math.abs(request.at.getTime() - now.getTime()) > LINE_SKEW_MS_MAX) throw clockSkew(now);
  if (session.facts.used_at === null) await takeUp(deps, admission);
  if (isRead(request.method)) {
    if (!mayBeStale && !await deps.sessions.refresh(session)) throw notAuthenticated();
    await requireGood(deps, admission);
    session.reads += 1;
    return;
  }
  if (await takeOnce(deps, admission, now)) return;
  if (!await deps.sessions.refresh(session, { now: true })) throw notAuthenticated();
  await requireGood(deps, admission);
  throw replayed();
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The first request of a session: from now on the ones before it are over. */
async function takeUp(deps: AdmitDeps, admission: Admission): Promise<void> {
  const { session, request } = admission;
  if (!await deps.sessions.refresh(session, { now: true })) throw notAuthenticated();
  await requireGood(deps, admission);
  if (session.facts.used_at !== null) return;
  const at = deps.clock.now();
  await deps.db.transaction().execute((tx) =>
    markUsed(tx, session.facts, { at, time: request.at })
  );
  session.facts = { ...session.facts, used_at: at };
}

async function takeOnce(
  { db }: AdmitDeps,
  { session, request }: Admission,
  now: Date,
): Promise<boolean> {
  const { reads } = session;
  session.reads = 0;
  const isTaken = await takeNumber(db, {
    sessionId: session.facts.id,
    sequence: BigInt(request.sequence),
    reads,
    now,
    supersededSince: new Date(now.getTime() - OVERLAP_MS),
  });
  if (!isTaken) session.reads += reads;
  return isTaken;
}

async function requireGood(deps: AdmitDeps, { session: { facts } }: Admission): Promise<void> {
  const use = judgeUse(facts, { now: deps.clock.now() });
  switch (use) {
    case "good":
      return;
    case "over":
      throw sessionEnded();
    case "key_revoked":
      throw keyRevoked();
    case "key_blocked":
      throw keyBlocked();
    case "cloned": {
      const { terminal_key_id: id, terminal_id: terminalId } = facts;
      await blockKey(deps, { id, terminalId });
      throw keyBlocked();
    }
    default:
      return use satisfies never;
  }
}
