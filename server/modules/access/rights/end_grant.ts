import type { Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Caller } from "../caller.ts";
import type { AccessTables } from "../tables.ts";
import { type GrantRow, lockActiveGrants, updateGrant } from "./store.ts";
import { changed } from "./tagged_rows.ts";

export interface EndGrantDeps {
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

export interface GrantEnd {
  readonly grant: GrantRow;
  readonly actor: Actor;
  /** Null for the clock. */
  readonly endedBy: string | null;
  readonly why: "requested" | "expired" | "account_closed";
}

/** The caller holds the locks of grant and account, and raises the account's `rights_version`. */
export async function endGrant(
  { clock, rowTags, audit }: EndGrantDeps,
  tx: Transaction<AccessTables & AuditTables>,
  { grant, actor, endedBy, why }: GrantEnd,
): Promise<void> {
  const to = { ended_at: clock.now(), ended_by: endedBy };
  await updateGrant(tx, await changed(rowTags, "account_grant", { row: grant, to }));
  await audit.record(tx, actor, [{
    kind: "access.rights_ended",
    result: "succeeded",
    objectId: grant.id,
    organisationId: grant.organisation_id,
    fields: {
      accountId: grant.account_id,
      roleId: grant.role_id,
      organisationId: grant.organisation_id,
      why,
    },
  }]);
}

/** As `endGrant`, for all an account holds. */
export async function endGrantsOfAccount(
  deps: EndGrantDeps,
  tx: Transaction<AccessTables & AuditTables>,
  { accountId, by }: { readonly accountId: string; readonly by: Caller },
): Promise<void> {
  const end = { actor: by.actor, endedBy: by.accountId, why: "account_closed" } as const;
  for (const grant of await lockActiveGrants(tx, accountId)) {
    await endGrant(deps, tx, { grant, ...end });
  }
}
