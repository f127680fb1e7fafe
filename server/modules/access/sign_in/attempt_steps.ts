import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import { isUnchanged, tagOf } from "../../../platform/tagged_table.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { NewTotp } from "./enrol_totp.ts";
import { keepNewTotp, makeTotp, openPendingTotp } from "./enrol_totp.ts";
import type { SecondFactorBody } from "./contract.ts";
import { proveSecondFactor } from "./factors/second_factor.ts";
import { findTotp } from "./factors/store.ts";
import { goOn, type Progress, type WentOn } from "./go_on.ts";
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
  takeAttempt,
  updateAttemptSecret,
} from "./store.ts";
import type { SignInStep, SignInTables } from "./tables.ts";
import { ATTEMPT_TAGGED } from "./tagged_rows.ts";

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
  const isGood = attempt && await isWhole(deps, attempt) && attempt.step === step &&
    attempt.expires_at > deps.clock.now() && sameBytes(attempt.device_hash, visit.deviceHash);
  const account = isGood ? await findAccount(deps.db, attempt.account_id) : null;
  if (!isGood || account?.state !== "enabled") throw attemptOver();
  return { attempt, account };
}

/** One somebody wrote into is none. */
async function isWhole({ db, rowTags, brokenRows }: SignInDeps, row: Attempt): Promise<boolean> {
  if (await isUnchanged(db, rowTags, { tagged: ATTEMPT_TAGGED, row })) return true;
  await brokenRows.tell([{ table: "sign_in_attempt", rowId: row.id }]);
  return false;
}

/** The step is taken with the change: done twice at once, one of the two changes nothing. */
export async function changePasswordInSignIn(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { newPassword, visit }: { readonly newPassword: string; readonly visit: SignInVisit },
): Promise<WentOn> {
  const why = attempt.why_change ?? "expired";
  const takeTurn = (tx: Tx) => requireStep(tx, attempt);
  await replaceOwnPassword(deps, account, { newPassword, why, visit, keepSession: null, takeTurn });
  return await onward(deps, { attempt, account }, { visit, shown: null, after: "taken" });
}

/** Counted like a password: who has one still guesses no code. */
export async function showSecondFactor(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { body, visit }: { readonly body: SecondFactorBody; readonly visit: SignInVisit },
): Promise<WentOn> {
  const { lockout } = await deps.policies.get("person");
  const of = { accountId: account.id, boundTo: attempt.id };
  const tries = triesOf(account.id, visit.address);
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  const isShown = taken.isAllowed && await proveSecondFactor(deps, of, body);
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
  const after = { attemptId: attempt.id };
  return await onward(deps, { attempt, account }, { visit, shown: body.kind, after });
}

export async function beginTotpInSignIn(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
): Promise<NewTotp> {
  const made = await makeTotp(deps, { login: account.login, pendingIn: "attempt" });
  const row = { ...attempt, secret_sealed: made.sealed };
  const after = { ...row, tag: await tagOf(deps.rowTags, ATTEMPT_TAGGED, row) };
  const isKept = await deps.db.transaction().execute((tx) =>
    updateAttemptSecret(tx, after, attempt)
  );
  if (!isKept) throw attemptOver();
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
  const takeTurn = async (tx: Tx) => {
    await requireStep(tx, attempt);
    // Enrolled elsewhere meanwhile: then it is asked for, not replaced.
    if (await findTotp(tx, account.id)) throw attemptOver();
  };
  const enrolment = { pending, visit, sessionId: null, takeTurn };
  const recoveryCodes = await keepNewTotp(deps, account, enrolment);
  const going = { visit, shown: "totp", after: "taken" } as const;
  return { recoveryCodes, gone: await onward(deps, { attempt, account }, going) };
}

type Tx = Transaction<SignInTables & AuditTables>;

async function requireStep(tx: Tx, { id }: Attempt): Promise<void> {
  if (!await takeAttempt(tx, id)) throw attemptOver();
}

async function onward(
  deps: SignInDeps,
  { attempt, account }: OpenAttempt,
  { visit, shown, after }: {
    readonly visit: SignInVisit;
    readonly shown: SecondFactorBody["kind"] | null;
    readonly after: NonNullable<Progress["after"]>;
  },
): Promise<WentOn> {
  const before = readFactors(attempt.factors);
  const factors = shown === null ? before : [...before, shown];
  const gone = await goOn(deps, { account, factors, after }, visit);
  if (!gone) throw attemptOver();
  return gone;
}

function attemptOver(): DomainError {
  return new DomainError("access.sign_in_over", "Cannot go on signing in: begin anew");
}
