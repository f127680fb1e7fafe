import { DomainError } from "../../../platform/errors.ts";
import type { Caller } from "../caller.ts";
import { actorOf } from "./begin_session.ts";
import { endSessionsOf } from "./end_sessions.ts";
import type { SessionToken } from "./session_token.ts";
import { endSession } from "./sessions/change_session.ts";
import { type ConsoleSession, findSession } from "./sessions/store.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { type AccountForSignIn, findAccount, lockAccount } from "./store.ts";

/** Who is signed in, for the routes about himself. */
export interface OwnSession {
  readonly token: SessionToken;
  readonly session: ConsoleSession;
  readonly account: AccountForSignIn;
}

/**
 * Behind the door, which found the session good. A program has none, whatever cookie comes along:
 * the door looked at its key alone, neither at the cookie's age nor at its browser.
 */
export async function getOwnSession(
  deps: SignInDeps,
  token: SessionToken | null,
  { sessionId }: Pick<Caller, "sessionId">,
): Promise<OwnSession> {
  const found = token && await findSession(deps.db, token.hash);
  const session = found?.id === sessionId ? found : null;
  const account = session && await findAccount(deps.db, session.account_id);
  if (!token || !session || session.ended_at !== null || !account) {
    throw new DomainError("access.not_authenticated", "Cannot go on: the session has ended");
  }
  return { token, session, account };
}

export async function signOut(
  deps: SignInDeps,
  { session, account }: OwnSession,
  visit: SignInVisit,
): Promise<void> {
  const actor = actorOf(account, { visit, sessionId: session.id });
  await deps.db.transaction().execute(async (tx) => {
    const end = { id: session.id, why: "signed_out", at: deps.clock.now() } as const;
    if (!await endSession(deps, tx, end)) return;
    await deps.audit.record(tx, actor, [
      { kind: "access.signed_out", result: "succeeded", objectId: session.id, fields: {} },
    ]);
  });
}

/** Signed out everywhere, or everywhere else. */
export async function endOwnSessions(
  deps: SignInDeps,
  { session, account }: OwnSession,
  { others, visit }: { readonly others: boolean; readonly visit: SignInVisit },
): Promise<number> {
  const actor = actorOf(account, { visit, sessionId: session.id });
  const except = others ? session.id : null;
  return await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, account.id);
    const end = { accountId: account.id, except, why: "signed_out", actor } as const;
    const count = await endSessionsOf(deps, tx, end);
    await deps.audit.record(tx, actor, [{
      kind: "access.sessions_ended",
      result: "succeeded",
      objectId: account.id,
      fields: { count },
    }]);
    return count;
  });
}
