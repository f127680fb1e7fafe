import type { Transaction } from "kysely";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { newId } from "../../../platform/ids.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import { type JudgedProgress, takeStep } from "./go_on.ts";
import { forgetOwnFailures, triesOf } from "./lockout/take_tries.ts";
import { newToken, type SessionToken } from "./session_token.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { endSession } from "./sessions/change_session.ts";
import { type ConsoleSession, insertSession, listAccountSessions } from "./sessions/store.ts";
import { type AccountForSignIn, lockAccount, markAccountUsed } from "./store.ts";
import type { SignInTables } from "./tables.ts";
import { SESSION_TAGGED } from "./tagged_rows.ts";

const HOUR_MS = 3_600_000;

export interface BegunSession {
  readonly token: SessionToken;
  readonly session: ConsoleSession;
  readonly account: AccountForSignIn;
}

/** Everything was shown: the session begins, the oldest beyond the bound ends. */
export async function beginSession(
  deps: SignInDeps,
  progress: JudgedProgress,
  visit: SignInVisit,
): Promise<BegunSession | null> {
  const { session: bounds } = await deps.policies.get("person");
  const { account, factors } = progress;
  const token = newToken();
  const at = deps.clock.now();
  const row = {
    id: newId(at),
    account_id: account.id,
    token_hash: token.hash,
    device_hash: visit.deviceHash,
    agent: visit.agent,
    address: visit.address,
    factors: JSON.stringify(factors),
    signed_in_at: at,
    confirmed_at: factors.includes("password") ? at : null,
    last_used_at: at,
    expires_at: new Date(at.getTime() + bounds.absoluteHoursMax * HOUR_MS),
    rights_version: account.rights_version,
    secret_sealed: null,
    ended_at: null,
    ended_why: null,
  };
  const session = { ...row, tag: await tagOf(deps.rowTags, SESSION_TAGGED, row) };
  const isBegun = await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, account.id);
    if (!await takeStep(tx, progress)) return false;
    await forgetOwnFailures(tx, triesOf(account.id, visit.address), at);
    await markAccountUsed(tx, account.id, at);
    await endOldest(deps, tx, { session, keep: bounds.concurrentMax - 1, account, visit });
    await insertSession(tx, session);
    await deps.audit.record(tx, actorOf(account, { visit, sessionId: session.id }), [{
      kind: "access.signed_in",
      result: "succeeded",
      objectId: session.id,
      fields: { factors: factors.join(" "), agent: visit.agent },
    }]);
    return true;
  });
  return isBegun ? { token, session, account } : null;
}

async function endOldest(
  deps: SignInDeps,
  tx: Transaction<SignInTables & AuditTables>,
  { session, keep, account, visit }: {
    readonly session: ConsoleSession;
    readonly keep: number;
    readonly account: AccountForSignIn;
    readonly visit: SignInVisit;
  },
): Promise<void> {
  const open = await listAccountSessions(tx, account.id);
  const good = open.filter(({ expires_at }) => expires_at > session.signed_in_at);
  for (const old of good.slice(keep)) {
    const end = { id: old.id, why: "concurrent", at: session.signed_in_at } as const;
    if (!await endSession(deps, tx, end)) continue;
    await deps.audit.record(tx, actorOf(account, { visit, sessionId: session.id }), [{
      kind: "access.session_ended",
      result: "succeeded",
      objectId: old.id,
      fields: { why: "concurrent" },
    }]);
  }
}

/** The account on its way in, or signed in. */
export function actorOf(
  account: AccountForSignIn,
  { visit, sessionId }: {
    readonly visit: Pick<SignInVisit, "address" | "traceId">;
    readonly sessionId: string | null;
  },
): Actor {
  return {
    kind: "user",
    id: account.id,
    name: account.login,
    organisationId: account.organisation_id,
    sessionId,
    address: visit.address,
    traceId: visit.traceId,
  };
}
