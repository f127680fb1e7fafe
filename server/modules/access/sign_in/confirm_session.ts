import { actorOf } from "./begin_session.ts";
import type { SecondFactorBody, SessionInfo } from "./contract.ts";
import { factorOptions, heldFactors, proveSecondFactor } from "./factors/second_factor.ts";
import { passwordColumns } from "./keep_password.ts";
import { giveTriesBack, takeTries, triesOf } from "./lockout/take_tries.ts";
import type { OwnSession } from "./own_session.ts";
import { findPassword } from "./passwords/store.ts";
import { recordRecoveryCode } from "./record_recovery_code.ts";
import { recordRefusedSignIn, signInRefused } from "./refuse_sign_in.ts";
import { replaceOwnPassword } from "./replace_password.ts";
import { sessionInfo } from "./session_info.ts";
import { newToken, type SessionToken } from "./session_token.ts";
import { renewToken } from "./sessions/change_session.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";

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
    const change = { id: session.id, from: own.token, to: token, confirmedAt: at };
    if (!await renewToken(deps, tx, change)) throw signInRefused();
    const factors = ["password", ...shown.factor ? [shown.factor.kind] : []].join(" ");
    const { visit } = shown;
    await deps.audit.record(tx, actorOf(account, { visit, sessionId: session.id }), [{
      kind: "access.reauthenticated",
      result: "succeeded",
      objectId: session.id,
      fields: { factors },
    }]);
  });
  const renewed = { session: { ...session, confirmed_at: at }, account, token };
  return { token, info: await sessionInfo(deps, renewed, shown.visit) };
}

/** Counted like a sign-in. A factor is asked for where the account has one. */
async function requireShown(
  deps: SignInDeps,
  own: OwnSession,
  { password, factor, visit }: Shown,
): Promise<void> {
  const { account } = own;
  const { lockout } = await deps.policies.get("person");
  const tries = triesOf(account.id, visit.address);
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  const isGood = taken.isAllowed && await isPassword(deps, account.id, password) &&
    await isFactor(deps, own, factor);
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
  { account, session }: OwnSession,
  factor: SecondFactorBody | undefined,
): Promise<boolean> {
  const isAsked = factorOptions(await heldFactors(deps, account.id)).length > 0;
  if (!isAsked) return factor === undefined;
  const of = { accountId: account.id, boundTo: session.id };
  return factor !== undefined && await proveSecondFactor(deps, of, factor);
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
  const token = newToken();
  const { id, confirmed_at: confirmedAt } = session;
  await replaceOwnPassword(deps, account, {
    newPassword,
    why: "own_will",
    visit,
    keepSession: id,
    async takeTurn(tx) {
      const renewal = { id, from: own.token, to: token, confirmedAt };
      if (!await renewToken(deps, tx, renewal)) throw signInRefused();
    },
  });
  return { token, info: await sessionInfo(deps, { session, account, token }, visit) };
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
