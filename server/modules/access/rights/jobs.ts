import type { Kysely } from "kysely";
import { systemActor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { lockAccount, updateAccount } from "../accounts/store.ts";
import type { AccessTables } from "../tables.ts";
import { keepBuiltinRoles } from "./builtin_roles.ts";
import { endGrant, type EndGrantDeps } from "./end_grant.ts";
import { listBuiltinRoles, listExpiredGrants, lockGrant } from "./store.ts";
import { changed } from "./tagged_rows.ts";

export interface EndExpiredGrantsDeps extends EndGrantDeps {
  readonly db: Kysely<AccessTables & AuditTables>;
}

const GRANTS_AT_ONCE_MAX = 100;

/**
 * Writes the end of grants whose time is over; they gave nothing from that instant on. Answers how
 * many; what is more than GRANTS_AT_ONCE_MAX waits for the next round.
 */
export async function endExpiredGrants(deps: EndExpiredGrantsDeps): Promise<number> {
  const ask = { now: deps.clock.now(), limit: GRANTS_AT_ONCE_MAX };
  const expired = await listExpiredGrants(deps.db, ask);
  let ended = 0;
  for (const { id, account_id } of expired) if (await end(deps, id, account_id)) ended += 1;
  return ended;
}

/** After an upgrade built-in roles get what this version gives them; answers how many there are. */
export async function renewBuiltinRoles(deps: EndExpiredGrantsDeps): Promise<number> {
  return await deps.db.transaction().execute(async (tx) => {
    // Before the first administrators are made there is nothing to renew.
    if ((await listBuiltinRoles(tx)).length === 0) return 0;
    return (await keepBuiltinRoles(deps, tx, systemActor("roles"))).size;
  });
}

async function end(
  deps: EndExpiredGrantsDeps,
  grantId: string,
  accountId: string,
): Promise<boolean> {
  return await deps.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, accountId);
    const grant = await lockGrant(tx, grantId);
    if (!account || !grant || grant.ended_at !== null) return false;
    const actor = systemActor("rights");
    await endGrant(deps, tx, { grant, actor, endedBy: null, why: "expired" });
    const to = { rights_version: account.rights_version + 1n };
    await updateAccount(tx, await changed(deps.rowTags, "account", { row: account, to }));
    return true;
  });
}
