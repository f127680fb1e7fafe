import { DomainError } from "../../../platform/errors.ts";
import type { SecondFactorBody, SecondFactorState, SessionInfo } from "./contract.ts";
import { actorOf } from "./begin_session.ts";
import { endSessionsOf } from "./end_sessions.ts";
import { keepNewTotp, makeTotp, type NewTotp, openPendingTotp } from "./enrol_totp.ts";
import { factorOptions, heldFactors, proveSecondFactor } from "./factors/second_factor.ts";
import { giveTriesBack, takeTries, triesOf } from "./lockout/take_tries.ts";
import { passwordColumns } from "./keep_password.ts";
import { recordRecoveryCode } from "./record_recovery_code.ts";
import { recordRefusedSignIn, signInRefused } from "./refuse_sign_in.ts";
import { replaceOwnPassword } from "./replace_password.ts";
import { sessionInfo } from "./session_info.ts";
import { newToken, type SessionToken } from "./session_token.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { findPassword } from "./passwords/store.ts";
import {
  type ConsoleSession,
  endSession,
  findSession,
  renewToken,
  setSessionSecret,
} from "./sessions/store.ts";
import { type AccountForSignIn, findAccount } from "./store.ts";

/** Who is signed in, for the routes about himself. */
export interface OwnSession {
  readonly token: SessionToken;
  readonly session: ConsoleSession;
  readonly account: AccountForSignIn;
}

/** Behind the door, where the token was found good. */
export async function getOwnSession(
  deps: SignInDeps,
  token: SessionToken | null,
): Promise<OwnSession> {
  const session = token && await findSession(deps.db, token.hash);
  const account = session && await findAccount(deps.db, session.account_id);
  if (!token || !session || session.ended_at !== null || !account) {
    throw new DomainError("access.not_authenticated", "Cannot go on: the session has ended");
  }
  return { token, session, account };
}

export interface Renewed {
  readonly token: SessionToken;
  readonly info: SessionInfo;
}

interface Shown {
  readonly password: string;
  readonly factor: SecondFactorBody | undefined;
  readonly visit: SignInVisit;
}

/** Password and second factor once more: the session goes on under a new token. */
export async function confirmSession(
  deps: SignInDeps,
  own: OwnSession,
  shown: Shown,
): Promise<Renewed> {
  await requireShown(deps, own, shown);
  const { account, session } = own;
  if (shown.factor?.kind === "recovery_code") {
    await recordRecoveryCode(deps, account, { visit: shown.visit, sessionId: session.id });
  }
  const at = deps.clock.now();
  const token = newToken();
  await deps.db.transaction().execute(async (tx) => {
    const change = { id: session.id, from: own.token.hash, to: token.hash, confirmedAt: at };
    if (!await renewToken(tx, change)) throw signInRefused();
    const factors = ["password", ...shown.factor ? [shown.factor.kind] : []].join(" ");
    const { visit } = shown;
    await deps.audit.record(tx, actorOf(account, { visit, sessionId: session.id }), [{
      kind: "access.reauthenticated",
      result: "succeeded",
      objectId: session.id,
      fields: { factors },
    }]);
  });
  const renewed = { ...session, confirmed_at: at };
  return { token, info: await sessionInfo(deps, renewed, { account, token }) };
}

/** Counted like a sign-in. A factor is asked for where the account has one. */
async function requireShown(
  deps: SignInDeps,
  { account }: OwnSession,
  { password, factor, visit }: Shown,
): Promise<void> {
  const { lockout } = await deps.policies.get("person");
  const tries = triesOf(account.id, visit.address);
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  const isGood = taken.isAllowed && await isPassword(deps, account.id, password) &&
    await isFactor(deps, account.id, factor);
  if (!isGood) {
    const why = taken.isAllowed ? "wrong_password" : "locked";
    await recordRefusedSignIn(deps, { step: "confirm", why, account, tries, taken, visit });
    throw signInRefused();
  }
  await deps.db.transaction().execute((tx) =>
    giveTriesBack(tx, tries, { now: deps.clock.now(), taken })
  );
}

async function isPassword(deps: SignInDeps, accountId: string, typed: string): Promise<boolean> {
  const kept = await findPassword(deps.db, accountId);
  const isOurs = kept !== null && !kept.is_one_time &&
    await deps.rowTags.fits("account_password", passwordColumns(kept), kept.tag);
  return isOurs ? await deps.passwords.fits(typed, kept) : await deps.passwords.pretend(typed);
}

async function isFactor(
  deps: SignInDeps,
  accountId: string,
  factor: SecondFactorBody | undefined,
): Promise<boolean> {
  const isAsked = factorOptions(await heldFactors(deps, accountId)).length > 0;
  if (!isAsked) return factor === undefined;
  return factor !== undefined && await proveSecondFactor(deps, accountId, factor);
}

/** Shown again with the change itself; other sessions end, this one goes on under a new token. */
export async function changeOwnPassword(
  deps: SignInDeps,
  own: OwnSession,
  change: { readonly password: string; readonly newPassword: string; readonly visit: SignInVisit },
): Promise<Renewed> {
  const { account, session } = own;
  const { visit, newPassword } = change;
  await requireCurrent(deps, own, change);
  const keepSession = session.id;
  await replaceOwnPassword(deps, account, { newPassword, why: "own_will", visit, keepSession });
  const token = newToken();
  const { confirmed_at: confirmedAt } = session;
  const isRenewed = await deps.db.transaction().execute((tx) =>
    renewToken(tx, { id: session.id, from: own.token.hash, to: token.hash, confirmedAt })
  );
  if (!isRenewed) throw signInRefused();
  return { token, info: await sessionInfo(deps, session, { account, token }) };
}

async function requireCurrent(
  deps: SignInDeps,
  { account }: OwnSession,
  { password, visit }: { readonly password: string; readonly visit: SignInVisit },
): Promise<void> {
  const { lockout } = await deps.policies.get("person");
  const tries = triesOf(account.id, visit.address);
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  if (!taken.isAllowed || !await isPassword(deps, account.id, password)) {
    const why = taken.isAllowed ? "wrong_password" : "locked";
    await recordRefusedSignIn(deps, { step: "confirm", why, account, tries, taken, visit });
    throw signInRefused();
  }
  await deps.db.transaction().execute((tx) =>
    giveTriesBack(tx, tries, { now: deps.clock.now(), taken })
  );
}

export async function signOut(
  deps: SignInDeps,
  { session, account }: OwnSession,
  visit: SignInVisit,
): Promise<void> {
  const actor = actorOf(account, { visit, sessionId: session.id });
  await deps.db.transaction().execute(async (tx) => {
    if (!await endSession(tx, session.id, { why: "signed_out", at: deps.clock.now() })) return;
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

export async function ownSecondFactor(
  deps: SignInDeps,
  { account }: OwnSession,
): Promise<SecondFactorState> {
  const [held, policy] = await Promise.all([
    heldFactors(deps, account.id),
    deps.policies.get("person"),
  ]);
  return {
    totpEnrolledAt: held.totpEnrolledAt?.toISOString() ?? null,
    recoveryCodesLeft: held.recoveryCodes,
    certificates: held.certificates,
    required: policy.secondFactor.requiredFor.includes(account.duty),
  };
}

export async function beginOwnTotp(
  deps: SignInDeps,
  { session, account }: OwnSession,
): Promise<NewTotp> {
  const made = await makeTotp(deps, { login: account.login, pendingIn: "session" });
  await deps.db.transaction().execute((tx) => setSessionSecret(tx, session.id, made.sealed));
  return made;
}

export async function confirmOwnTotp(
  deps: SignInDeps,
  { session, account }: OwnSession,
  { code, visit }: { readonly code: string; readonly visit: SignInVisit },
): Promise<string[]> {
  const pending = await openPendingTotp(deps, {
    sealed: session.secret_sealed,
    pendingIn: "session",
    code,
  });
  const codes = await keepNewTotp(deps, account, { pending, visit, sessionId: session.id });
  await deps.db.transaction().execute((tx) => setSessionSecret(tx, session.id, null));
  return codes;
}
