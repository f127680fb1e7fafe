import type { Kysely } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Caller, scopeOf } from "../caller.ts";
import type { Organisation } from "../organisation.ts";
import { getOrganisationIn } from "../organisations/find_in_scope.ts";
import { withTag } from "../rights/tagged_rows.ts";
import {
  keepOneTimePassword,
  newOneTimePassword,
  type OneTimePasswordDeps,
} from "../sign_in/one_time_password.ts";
import type { SignInTables } from "../sign_in/tables.ts";
import type { AccessTables } from "../tables.ts";
import { NAME_COLUMN, toView } from "./account_view.ts";
import type { CreateAccountBody, CreatedAccount } from "./contract.ts";
import { requireFuture } from "./expiry.ts";
import { type AccountRow, insertAccount, isAccountId } from "./store.ts";

export interface ChangeAccountsDeps {
  readonly db: Kysely<AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

export interface CreateAccountDeps extends ChangeAccountsDeps, OneTimePasswordDeps {
  readonly db: Kysely<AccessTables & AuditTables & SignInTables>;
}

/** Disabled and without rights, whatever was asked: those are other people's to give. */
export async function createAccount(
  deps: CreateAccountDeps,
  caller: Caller,
  body: CreateAccountBody,
): Promise<CreatedAccount> {
  requireFuture(body.expiresAt, deps.clock.now());
  const at = { id: body.organisationId, scope: scopeOf(caller, "account.change") };
  const organisation = await getOrganisationIn(deps.db, at);
  const row = await newRow(deps, caller, body);
  const password = body.kind === "person" ? await newOneTimePassword(deps) : null;
  await deps.db.transaction().execute(async (tx) => {
    if (await isAccountId(tx, row.id)) throw taken("id_taken", row.id);
    if (!await insertAccount(tx, row)) throw taken("login_taken", row.login);
    if (password) await keepOneTimePassword(deps, tx, { accountId: row.id, password });
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.account_created",
      result: "succeeded",
      objectId: row.id,
      organisationId: organisation.id,
      fields: {
        login: row.login,
        kind: row.kind,
        duty: row.duty,
        organisationId: organisation.id,
      },
    }]);
  });
  return { account: await view(deps, row, organisation), oneTimePassword: password?.text ?? null };
}

async function newRow(
  { clock, sealer, rowTags }: ChangeAccountsDeps,
  caller: Caller,
  body: CreateAccountBody,
): Promise<AccountRow> {
  const now = clock.now();
  return await withTag(rowTags, "account", {
    id: body.id,
    kind: body.kind,
    login: body.login,
    name_sealed: await sealer.seal(NAME_COLUMN, body.name),
    organisation_id: body.organisationId,
    duty: body.duty,
    state: "disabled",
    disabled_why: "new",
    created_by: caller.accountId,
    created_at: now,
    changed_at: now,
    expires_at: body.expiresAt === null ? null : new Date(body.expiresAt),
    last_used_at: null,
    rights_version: 1n,
  });
}

async function view(
  deps: ChangeAccountsDeps,
  row: AccountRow,
  { name, path }: Organisation,
): Promise<CreatedAccount["account"]> {
  return await toView(deps, { row, organisationName: name, path });
}

function taken(reason: "id_taken" | "login_taken", what: string): DomainError {
  return new DomainError(`access.${reason}`, `Cannot create the account: "${what}" is taken`);
}
