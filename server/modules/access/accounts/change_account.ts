import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { changed } from "../rights/tagged_rows.ts";
import { requireVersion } from "../row_version.ts";
import type { AccessTables } from "../tables.ts";
import { accountVersion, NAME_COLUMN, noAccount, toView } from "./account_view.ts";
import type { AccountView, ChangeAccountBody } from "./contract.ts";
import type { ChangeAccountsDeps } from "./create_account.ts";
import { requireFuture } from "./expiry.ts";
import { requireAnotherAdministrator } from "./last_administrator.ts";
import { type AccountRow, findAccountIn, lockAccount, updateAccount } from "./store.ts";

/** Name and end in time; what is left out stays. Throws DomainError `access.changed_meanwhile`. */
export async function changeAccount(
  deps: ChangeAccountsDeps,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: ChangeAccountBody },
): Promise<AccountView> {
  requireFuture(body.expiresAt ?? null, deps.clock.now());
  return await deps.db.transaction().execute(async (tx) => {
    const placed = await lockChangeable(tx, caller, {
      id,
      leaves: typeof body.expiresAt === "string",
    });
    requireVersion(body.version, await accountVersion(deps, placed.row));
    const row = await changedRow(deps, placed.row, body);
    await updateAccount(tx, row);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.account_changed",
      result: "succeeded",
      objectId: id,
      organisationId: row.organisation_id,
      fields: { before: told(placed.row, false), after: told(row, body.name !== undefined) },
    }]);
    return await toView(deps, { ...placed, row });
  });
}

async function changedRow(
  { clock, sealer, rowTags }: ChangeAccountsDeps,
  row: AccountRow,
  body: ChangeAccountBody,
): Promise<AccountRow> {
  const { name, expiresAt } = body;
  const to = {
    changed_at: clock.now(),
    ...(name !== undefined && { name_sealed: await sealer.seal(NAME_COLUMN, name) }),
    ...(expiresAt !== undefined && {
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      rights_version: row.rights_version + 1n,
    }),
  };
  return await changed(rowTags, "account", { row, to });
}

/** Without the name, which is personal data. */
function told({ expires_at }: AccountRow, nameChanged: boolean): string {
  return JSON.stringify({ expiresAt: expires_at, ...(nameChanged && { nameChanged }) });
}

/** Locked; throws DomainError `access.not_found` for those of other places. */
export async function lockChangeable(
  tx: Transaction<AccessTables & AuditTables>,
  caller: Caller,
  { id, leaves }: { readonly id: string; readonly leaves: boolean },
): Promise<{ row: AccountRow; organisationName: string; path: string }> {
  const found = await findAccountIn(tx, { id, scope: scopeOf(caller, "account.change") });
  if (!found) throw noAccount(id);
  if (leaves) {
    const { duty } = found.row;
    await requireAnotherAdministrator(tx, { duty, leaving: { accountId: id } });
  }
  const row = await lockAccount(tx, id);
  if (!row) throw noAccount(id);
  if (row.state !== "closed") return { ...found, row };
  throw new DomainError("access.account_closed", `Cannot change account "${id}": it is closed`);
}
