import type { Transaction } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import { NAME_COLUMN } from "../accounts/account_view.ts";
import { actorOf } from "./begin_session.ts";
import { endSignInsOf } from "./end_sessions.ts";
import { keepPassword } from "./keep_password.ts";
import { passwordFlaws, weakPassword } from "./password_rules.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { findPassword, listFormerPasswords } from "./passwords/store.ts";
import { type AccountForSignIn, lockAccount } from "./store.ts";
import type { SignInTables } from "./tables.ts";

interface Replacement {
  readonly newPassword: string;
  readonly why: "one_time" | "expired" | "own_will";
  readonly visit: Pick<SignInVisit, "address" | "traceId">;
  /** The session that goes on; all others of the account end. */
  readonly keepSession: string | null;
  /** First in the transaction: throws where another request was faster. */
  readonly takeTurn: (tx: Tx) => Promise<void>;
}

type Tx = Transaction<SignInTables & AuditTables>;

/** Throws DomainError `access.weak_password` with all its flaws as detail. */
export async function replaceOwnPassword(
  deps: SignInDeps,
  account: AccountForSignIn,
  { newPassword, why, visit, keepSession, takeTurn }: Replacement,
): Promise<void> {
  await requireStrong(deps, account, newPassword);
  const kept = await deps.passwords.hash(newPassword);
  const actor = actorOf(account, { visit, sessionId: keepSession });
  await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, account.id);
    await takeTurn(tx);
    await keepPassword(deps, tx, { accountId: account.id, kept, oneTimeUntil: null });
    await endSignInsOf(deps, tx, {
      accountId: account.id,
      except: keepSession,
      why: "password_changed",
      actor,
    });
    await deps.audit.record(tx, actor, [{
      kind: "access.password_changed",
      result: "succeeded",
      objectId: account.id,
      fields: { why },
    }]);
  });
}

async function requireStrong(
  deps: SignInDeps,
  account: AccountForSignIn,
  newPassword: string,
): Promise<void> {
  const { password: policy } = await deps.policies.get("person");
  const name = await deps.sealer.open(NAME_COLUMN, account.name_sealed);
  const flaws = passwordFlaws(newPassword, { policy, login: account.login, name });
  if (flaws.length > 0) throw weakPassword(flaws);
  if (await wasUsed(deps, account.id, { newPassword, history: policy.history })) {
    throw weakPassword(["used_before"]);
  }
}

async function wasUsed(
  deps: SignInDeps,
  accountId: string,
  { newPassword, history }: { readonly newPassword: string; readonly history: number },
): Promise<boolean> {
  const current = await findPassword(deps.db, accountId);
  const former = await listFormerPasswords(deps.db, accountId, history);
  for (const kept of current ? [current, ...former] : former) {
    if (await deps.passwords.fits(newPassword, kept)) return true;
  }
  return false;
}
