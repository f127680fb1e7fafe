import { DomainError } from "../../../platform/errors.ts";
import { systemActor } from "../../audit/actor.ts";
import type { SecurityPolicies } from "../policy/security_policies.ts";
import { ACCOUNT_KINDS } from "./contract.ts";
import type { ChangeAccountsDeps } from "./create_account.ts";
import { requireAnotherAdministrator } from "./last_administrator.ts";
import { withState } from "./set_account_state.ts";
import { type AccountRow, listIdleAccounts, lockAccount, updateAccount } from "./store.ts";

export interface RetireAccountsDeps extends Omit<ChangeAccountsDeps, "sealer"> {
  readonly policies: Pick<SecurityPolicies, "get">;
}

const DAY_MS = 24 * 3_600_000;
const ACCOUNTS_AT_ONCE_MAX = 100;

/**
 * Disables accounts whose time is over or that nobody used for as long as the policy says
 * (GB/T 22239-2019 8.1.4.2 c), but never the last administrator of a duty. Answers how many.
 */
export async function retireAccounts(deps: RetireAccountsDeps): Promise<number> {
  let retired = 0;
  for (const kind of ACCOUNT_KINDS) {
    const { inactivityDaysMax } = await deps.policies.get(kind);
    const now = deps.clock.now();
    const unusedSince = new Date(now.getTime() - inactivityDaysMax * DAY_MS);
    let afterId: string | null = null;
    for (;;) {
      const ask = { kind, now, unusedSince, afterId, limit: ACCOUNTS_AT_ONCE_MAX };
      const idle: readonly Pick<AccountRow, "id" | "duty">[] = await listIdleAccounts(deps.db, ask);
      for (const account of idle) if (await retire(deps, account, unusedSince)) retired += 1;
      afterId = idle.at(-1)?.id ?? null;
      if (idle.length < ACCOUNTS_AT_ONCE_MAX) break;
    }
  }
  return retired;
}

async function retire(
  deps: RetireAccountsDeps,
  { id, duty }: Pick<AccountRow, "id" | "duty">,
  unusedSince: Date,
): Promise<boolean> {
  try {
    return await deps.db.transaction().execute(async (tx) => {
      await requireAnotherAdministrator(tx, { duty, leaving: { accountId: id } });
      const before = await lockAccount(tx, id);
      const why = before && whyRetired(before, { now: deps.clock.now(), unusedSince });
      if (!before || !why) return false;
      await updateAccount(tx, await withState(deps, before, { state: "disabled", why }));
      await deps.audit.record(tx, systemActor("accounts"), [{
        kind: "access.account_disabled",
        result: "succeeded",
        objectId: id,
        organisationId: before.organisation_id,
        fields: { login: before.login, why, reason: null },
      }]);
      return true;
    });
  } catch (thrown) {
    const isLast = thrown instanceof DomainError && thrown.code === "access.last_administrator";
    if (isLast) return false;
    throw thrown;
  }
}

/** Asked again under the lock: it may have been used meanwhile. */
function whyRetired(
  { state, expires_at, changed_at, last_used_at }: AccountRow,
  { now, unusedSince }: { readonly now: Date; readonly unusedSince: Date },
): "expired" | "unused" | null {
  if (state !== "enabled") return null;
  if (expires_at !== null && expires_at <= now) return "expired";
  const isUsed = changed_at >= unusedSince ||
    (last_used_at !== null && last_used_at >= unusedSince);
  return isUsed ? null : "unused";
}
