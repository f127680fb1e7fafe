import { DomainError } from "../../../platform/errors.ts";
import type { NewTotp } from "./enrol_totp.ts";
import { keepNewTotp, makeTotp, openPendingTotp } from "./enrol_totp.ts";
import type { SecondFactorBody } from "./contract.ts";
import { proveSecondFactor } from "./factors/second_factor.ts";
import { goOn, type WentOn } from "./go_on.ts";
import { giveTriesBack, takeTries, triesOf } from "./lockout/take_tries.ts";
import { readFactors } from "./session_info.ts";
import { replaceOwnPassword } from "./replace_password.ts";
import { recordRecoveryCode } from "./record_recovery_code.ts";
import { recordRefusedSignIn, signInRefused } from "./refuse_sign_in.ts";
import { sameBytes } from "./session.ts";
import type { SessionToken } from "./session_token.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import {
  type AccountForSignIn,
  type Attempt,
  findAccount,
  findAttempt,
  setAttemptSecret,
} from "./store.ts";
import type { SignInStep } from "./tables.ts";

export interface OpenAttempt {
  readonly attempt: Attempt;
  readonly account: AccountForSignIn;
}

/** Throws DomainError `access.sign_in_over`: begin anew. */
export async function getAttempt(
  deps: SignInDeps,
  ticket: SessionToken | null,
  { step, visit }: { readonly step: SignInStep; readonly visit: SignInVisit },
): Promise<OpenAttempt> {
  const attempt = ticket && await findAttempt(deps.db, ticket.hash);
  const isGood = attempt && attempt.step === step && attempt.expires_at > deps.clock.now() &&
    sameBytes(attempt.device_hash, visit.deviceHash);
  const account = isGood ? await findAccount(deps.db, attempt.account_id) : null;
  if (!isGood || account?.state !== "enabled") throw attemptOver();
  return { attempt, account };
}

export async function changePasswordInSignIn(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { newPassword, visit }: { readonly newPassword: string; readonly visit: SignInVisit },
): Promise<WentOn> {
  const why = attempt.why_change ?? "expired";
  await replaceOwnPassword(deps, account, { newPassword, why, visit, keepSession: null });
  return await onward(deps, { attempt, account }, { visit, shown: null });
}

/** Counted like a password: who has one still guesses no code. */
export async function showSecondFactor(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { body, visit }: { readonly body: SecondFactorBody; readonly visit: SignInVisit },
): Promise<WentOn> {
  const { lockout } = await deps.policies.get("person");
  const tries = triesOf(account.id, visit.address);
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  const isShown = taken.isAllowed && await proveSecondFactor(deps, account.id, body);
  if (!isShown) {
    const why = taken.isAllowed ? "wrong_second_factor" : "locked";
    await recordRefusedSignIn(deps, { step: "second_factor", why, account, tries, taken, visit });
    throw signInRefused();
  }
  await deps.db.transaction().execute((tx) =>
    giveTriesBack(tx, tries, { now: deps.clock.now(), taken })
  );
  if (body.kind === "recovery_code") {
    await recordRecoveryCode(deps, account, { visit, sessionId: null });
  }
  return await onward(deps, { attempt, account }, { visit, shown: body.kind });
}

export async function beginTotpInSignIn(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
): Promise<NewTotp> {
  const made = await makeTotp(deps, { login: account.login, pendingIn: "attempt" });
  await deps.db.transaction().execute((tx) => setAttemptSecret(tx, attempt.id, made.sealed));
  return made;
}

export async function confirmTotpInSignIn(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { code, visit }: { readonly code: string; readonly visit: SignInVisit },
): Promise<{ readonly recoveryCodes: readonly string[]; readonly gone: WentOn }> {
  const pending = await openPendingTotp(deps, {
    sealed: attempt.secret_sealed,
    pendingIn: "attempt",
    code,
  });
  const recoveryCodes = await keepNewTotp(deps, account, { pending, visit, sessionId: null });
  return {
    recoveryCodes,
    gone: await onward(deps, { attempt, account }, { visit, shown: "totp" }),
  };
}

async function onward(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { visit, shown }: {
    readonly visit: SignInVisit;
    readonly shown: SecondFactorBody["kind"] | null;
  },
): Promise<WentOn> {
  const before = readFactors(attempt.factors);
  const factors = shown === null ? before : [...before, shown];
  const gone = await goOn(deps, { account, factors, attemptId: attempt.id }, visit);
  if (!gone) throw attemptOver();
  return gone;
}

function attemptOver(): DomainError {
  return new DomainError("access.sign_in_over", "Cannot go on signing in: begin anew");
}
