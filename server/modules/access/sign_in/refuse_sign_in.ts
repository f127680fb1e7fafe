import type { Actor } from "../../audit/actor.ts";
import { unknownActor } from "../../audit/actor.ts";
import type { AuditEvent } from "../../audit/event.ts";
import { DomainError } from "../../../platform/errors.ts";
import { actorOf } from "./begin_session.ts";
import type { TakenTries, Tries } from "./lockout/take_tries.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import type { AccountForSignIn } from "./store.ts";

export type RefusedWhy =
  | "unknown_login"
  | "wrong_password"
  | "one_time_over"
  | "not_enabled"
  | "account_over"
  | "locked"
  | "wrong_second_factor"
  | "weak_password";

export interface RefusedSignIn {
  readonly step: "password" | "second_factor" | "confirm";
  readonly why: RefusedWhy;
  /** Null for a login nobody has: what was typed there may be a password. */
  readonly account: AccountForSignIn | null;
  readonly tries: Tries;
  readonly taken: TakenTries;
  readonly visit: Pick<SignInVisit, "address" | "traceId">;
}

const NOBODY = "(unknown login)";

/** Writes down why, for the auditors; the caller throws the same whatever it was. */
export async function recordRefusedSignIn(deps: SignInDeps, refused: RefusedSignIn): Promise<void> {
  const { account, visit } = refused;
  const actor: Actor = account
    ? actorOf(account, { visit, sessionId: null })
    : unknownActor({ name: NOBODY, ...visit });
  const events = [refusalEvent(refused), ...lockEvents(refused)];
  await deps.db.transaction().execute((tx) => deps.audit.record(tx, actor, events));
}

function refusalEvent({ step, why, account, taken }: RefusedSignIn): AuditEvent {
  return {
    kind: "access.sign_in_refused",
    result: "refused",
    reason: why,
    ...(account && { objectId: account.id }),
    fields: { step, failures: taken.account.failures },
  };
}

function lockEvents({ account, tries, taken }: RefusedSignIn): AuditEvent[] {
  const locks = [
    { of: "account", until: account ? taken.account.lockedUntil : null, objectId: tries.account },
    { of: "address", until: taken.address.lockedUntil, objectId: tries.address },
  ];
  return locks.flatMap(({ of, until, objectId }): AuditEvent[] =>
    until === null ? [] : [{
      kind: "access.sign_in_locked",
      result: "succeeded",
      objectId,
      fields: { of, untilAt: until.toISOString() },
    }]
  );
}

/** The same words for every reason. */
export function signInRefused(): DomainError {
  return new DomainError(
    "access.sign_in_refused",
    "Cannot sign in: login, password or code is wrong, or the account cannot be used now",
  );
}
