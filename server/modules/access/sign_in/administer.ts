import { DomainError } from "../../../platform/errors.ts";
import { type Caller, requireWholeCity, scopeOf } from "../caller.ts";
import type { Permission } from "../permission.ts";
import { endSignInsOf } from "./end_sessions.ts";
import { factorOptions, heldFactors } from "./factors/second_factor.ts";
import { forgetFactors, type ForgottenFactors } from "./forget_factors.ts";
import { addressName } from "./lockout/take_tries.ts";
import { forgetFailures } from "./lockout/store.ts";
import {
  keepOneTimePassword,
  newOneTimePassword,
  type OneTimePassword,
} from "./one_time_password.ts";
import type { SignInDeps } from "./sign_in_deps.ts";
import { endSession } from "./sessions/change_session.ts";
import { findSessionIn } from "./sessions/store.ts";
import { type AccountForSignIn, findAccountIn, lockAccount } from "./store.ts";

/** What administrators do about other people's sessions, locks, passwords and factors. */

export async function endSessionOfOther(
  deps: SignInDeps,
  caller: Caller,
  id: string,
): Promise<void> {
  const session = await findSessionIn(deps.db, id, scopeOf(caller, "session.end"));
  if (!session) throw notFound("session", id);
  await deps.db.transaction().execute(async (tx) => {
    const end = { id, why: "administrator", at: deps.clock.now() } as const;
    if (!await endSession(deps, tx, end)) return;
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.session_ended",
      result: "succeeded",
      objectId: id,
      organisationId: session.organisation_id,
      fields: { why: "administrator" },
    }]);
  });
}

export async function endSessionsOfOther(
  deps: SignInDeps,
  caller: Caller,
  accountId: string,
): Promise<number> {
  const account = await getAccount(deps, caller, { id: accountId, permission: "session.end" });
  return await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    const count = await endSignInsOf(deps, tx, {
      accountId,
      except: null,
      why: "administrator",
      actor: caller.actor,
    });
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.sessions_ended",
      result: "succeeded",
      objectId: accountId,
      organisationId: account.organisation_id,
      fields: { count },
    }]);
    return count;
  });
}

/** An address may be anybody's: it takes the right for the whole city. */
export async function unlock(
  deps: SignInDeps,
  caller: Caller,
  { of, name }: { readonly of: "account" | "address"; readonly name: string },
): Promise<void> {
  if (of === "address") requireWholeCity(caller, "session.end");
  const key = of === "address"
    ? { kind: of, name: name.includes("/") ? name : addressName(name) }
    : { kind: of, name: await accountIdOf(deps, caller, name) };
  await deps.db.transaction().execute(async (tx) => {
    if (await forgetFailures(tx, key) === null) return;
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.sign_in_unlocked",
      result: "succeeded",
      objectId: key.name,
      fields: { of },
    }]);
  });
}

async function accountIdOf(deps: SignInDeps, caller: Caller, login: string): Promise<string> {
  const by = { login: login.toLowerCase() };
  const account = await findAccountIn(deps.db, by, scopeOf(caller, "session.end"));
  if (!account) throw notFound("account", login);
  return account.id;
}

/** A new one-time password; what was signed in is out, what was locked is open. */
export async function resetPassword(
  deps: SignInDeps,
  caller: Caller,
  accountId: string,
): Promise<OneTimePassword> {
  const account = await getAccount(deps, caller, { id: accountId, permission: "account.change" });
  if (account.id === caller.accountId) {
    throw new DomainError("access.own_account", "Cannot reset one's own password: change it");
  }
  await requireNotInHisPlace(deps, caller, account);
  return await giveOneTimePassword(deps, { account, actor: caller.actor });
}

/**
 * Whoever gives the password of an administrator of another duty who holds no second factor could
 * sign in in his place, enrol a factor of his own, and hold two duties. Then it takes the shell.
 */
async function requireNotInHisPlace(
  deps: SignInDeps,
  caller: Caller,
  { id, duty, login }: AccountForSignIn,
): Promise<void> {
  if (duty === "business" || duty === caller.duty) return;
  if (factorOptions(await heldFactors(deps, id)).length > 0) return;
  throw new DomainError(
    "access.factorless_administrator",
    `Cannot reset the password of "${login}": an administrator without a second factor`,
  );
}

/** Throws DomainError `access.not_a_person`. */
export async function giveOneTimePassword(
  deps: Pick<SignInDeps, "db" | "clock" | "audit" | "rowTags" | "passwords" | "policies">,
  { account, actor, secondFactor = false }: {
    readonly account: AccountForSignIn;
    readonly actor: Caller["actor"];
    /** Forgets the second factors too: nobody is left who could on the console. */
    readonly secondFactor?: boolean;
  },
): Promise<OneTimePassword> {
  if (account.kind !== "person" || account.state === "closed") {
    throw new DomainError("access.not_a_person", `Cannot give "${account.login}" a password`);
  }
  const password = await newOneTimePassword(deps);
  const accountId = account.id;
  await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    await keepOneTimePassword(deps, tx, { accountId, password });
    await forgetFailures(tx, { kind: "account", name: accountId });
    await endSignInsOf(deps, tx, { accountId, except: null, why: "password_changed", actor });
    if (secondFactor) await forgetFactors(deps, tx, { account, actor });
    await deps.audit.record(tx, actor, [{
      kind: "access.password_reset",
      result: "succeeded",
      objectId: accountId,
      organisationId: account.organisation_id,
      fields: { login: account.login },
    }]);
  });
  return password;
}

/** Whatever kinds the account holds; what they were, all none where it held nothing. */
export async function resetSecondFactor(
  deps: SignInDeps,
  caller: Caller,
  accountId: string,
): Promise<ForgottenFactors> {
  const account = await getAccount(deps, caller, { id: accountId, permission: "factor.reset" });
  if (account.id === caller.accountId) {
    throw new DomainError("access.own_account", "Cannot reset one's own second factor");
  }
  const { actor } = caller;
  return await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    const forgotten = await forgetFactors(deps, tx, { account, actor });
    if (forgotten.kinds.length === 0) return forgotten;
    await endSignInsOf(deps, tx, { accountId, except: null, why: "administrator", actor });
    return forgotten;
  });
}

async function getAccount(
  { db }: SignInDeps,
  caller: Caller,
  { id, permission }: { readonly id: string; readonly permission: Permission },
): Promise<AccountForSignIn> {
  const account = await findAccountIn(db, { id }, scopeOf(caller, permission));
  if (!account) throw notFound("account", id);
  return account;
}

function notFound(what: string, id: string): DomainError {
  return new DomainError("access.not_found", `Cannot find ${what} "${id}"`);
}
