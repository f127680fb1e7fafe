import type { Transaction } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import { newId } from "../../../platform/ids.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import type { SignInReply } from "./contract.ts";
import { factorOptions, heldFactors } from "./factors/second_factor.ts";
import { type Factor, type NextStep, nextStep } from "./next_step.ts";
import { beginSession } from "./begin_session.ts";
import { passwordRules } from "./password_rules.ts";
import { sessionInfo } from "./session_info.ts";
import { newToken, type SessionToken } from "./session_token.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { findPassword, type PasswordRow } from "./passwords/store.ts";
import {
  type AccountForSignIn,
  deleteAttempts,
  insertAttempt,
  lockAccount,
  takeAttempt,
} from "./store.ts";
import type { SignInTables } from "./tables.ts";
import { ATTEMPT_TAGGED } from "./tagged_rows.ts";

/** Steps in between are one attempt of at most this long. */
const ATTEMPT_MS = 10 * 60_000;

export interface Progress {
  readonly account: AccountForSignIn;
  /** Shown so far. */
  readonly factors: readonly Factor[];
  /** The step this one follows, which is over with it; "taken" where that was seen to. */
  readonly after?: { readonly attemptId: string } | "taken";
  /** What was shown in this very step; absent where it was something else. */
  readonly password?: PasswordRow;
}

/** What the way in was judged by. */
export interface JudgedProgress extends Progress {
  readonly judgedBy: PasswordRow | null;
}

/** What the browser gets: a new secret at every step, so that none known before is worth anything. */
export interface WentOn {
  readonly token: SessionToken;
  readonly reply: SignInReply;
}

/**
 * From a factor that was shown to the next step or the session. Null when another request took the
 * same step first, or the account got another password meanwhile.
 */
export async function goOn(
  deps: SignInDeps,
  progress: Progress,
  visit: SignInVisit,
): Promise<WentOn | null> {
  const { account, factors } = progress;
  const [policy, held, password] = await Promise.all([
    deps.policies.get("person"),
    heldFactors(deps, account.id),
    progress.password ?? findPassword(deps.db, account.id),
  ]);
  const judged = { ...progress, judgedBy: password };
  const now = deps.clock.now();
  const next = nextStep({ duty: account.duty, factors, password, held, policy, now });
  if (next.step === "signed_in") {
    const begun = await beginSession(deps, judged, visit);
    if (!begun) return null;
    const session = await sessionInfo(deps, begun, visit);
    return { token: begun.token, reply: { step: "signed_in", session } };
  }
  const token = await keepAttempt(deps, { progress: judged, next, visit });
  if (!token) return null;
  if (next.step === "password_change") {
    return { token, reply: { ...next, rules: passwordRules(policy) } };
  }
  const reply: SignInReply = next.step === "second_factor"
    ? { step: "second_factor", options: factorOptions(held) }
    : { step: "second_factor_enrolment" };
  return { token, reply };
}

async function keepAttempt(
  deps: SignInDeps,
  { progress, next, visit }: {
    readonly progress: JudgedProgress;
    readonly next: Exclude<NextStep, { readonly step: "signed_in" }>;
    readonly visit: SignInVisit;
  },
): Promise<SessionToken | null> {
  const token = newToken();
  const at = deps.clock.now();
  const isKept = await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, progress.account.id);
    if (!await takeStep(tx, progress)) return false;
    const row = {
      id: newId(at),
      ticket_hash: token.hash,
      account_id: progress.account.id,
      step: next.step,
      factors: JSON.stringify(progress.factors),
      why_change: next.step === "password_change" ? next.why : null,
      secret_sealed: null,
      device_hash: visit.deviceHash,
      address: visit.address,
      started_at: at,
      expires_at: new Date(at.getTime() + ATTEMPT_MS),
    };
    await insertAttempt(tx, { ...row, tag: await tagOf(deps.rowTags, ATTEMPT_TAGGED, row) });
    return true;
  });
  return isKept ? token : null;
}

/**
 * A step is done once; a sign-in that begins anew ends the ones half-way. None with a password that
 * was taken away while it was looked at. The account is locked.
 */
export async function takeStep(
  tx: Transaction<SignInTables & AuditTables>,
  { account, after, judgedBy }: JudgedProgress,
): Promise<boolean> {
  if (!isSamePassword(judgedBy, await findPassword(tx, account.id))) return false;
  if (after === "taken") return true;
  if (after) return await takeAttempt(tx, after.attemptId);
  await deleteAttempts(tx, account.id);
  return true;
}

/** Under other parameters it is the same. */
function isSamePassword(before: PasswordRow | null, now: PasswordRow | null): boolean {
  return before?.set_at.getTime() === now?.set_at.getTime() &&
    before?.is_one_time === now?.is_one_time;
}
