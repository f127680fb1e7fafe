import type { Kysely, Transaction } from "kysely";
import { DomainError, invariant } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { childPath, type Organisation } from "../organisation.ts";
import { isCodeOf } from "../organisations/organisation_rules.ts";
import type { Duty } from "../permission.ts";
import { keepBuiltinRoles } from "../rights/builtin_roles.ts";
import { insertGrant } from "../rights/store.ts";
import { withTag } from "../rights/tagged_rows.ts";
import {
  keepOneTimePassword,
  newOneTimePassword,
  type OneTimePassword,
} from "../sign_in/one_time_password.ts";
import type { SignInTables } from "../sign_in/tables.ts";
import { findCityRow, insertOrganisations } from "../store.ts";
import type { AccessTables } from "../tables.ts";
import { NAME_COLUMN } from "./account_view.ts";
import type { CreateAccountDeps } from "./create_account.ts";
import { hasAdministrator, insertAccount } from "./store.ts";

export interface FirstAdministrator {
  readonly duty: AdministratorDuty;
  readonly login: string;
  readonly name: string;
}

type AdministratorDuty = Exclude<Duty, "business">;

/** By the name of the built-in role. */
const ROLE_OF: Readonly<Record<AdministratorDuty, string>> = {
  system: "系统管理员",
  security: "安全管理员",
  audit: "审计管理员",
};

export interface Initialisation {
  /** One a duty. */
  readonly administrators: readonly FirstAdministrator[];
  /** Of the root of the tree, where there is none yet. */
  readonly city: Pick<Organisation, "code" | "name"> | null;
  readonly actor: Actor;
}

/** Told once and kept nowhere. */
export interface FirstPassword extends FirstAdministrator {
  readonly oneTimePassword: string;
}

type Tx = Transaction<AccessTables & AuditTables & SignInTables>;

/** Whether the first administrators are still to be made. */
export async function needsAdministrators(
  { db }: { readonly db: Kysely<AccessTables> },
): Promise<boolean> {
  return !await hasAdministrator(db);
}

/**
 * Makes the first three administrators (三权分立), the only accounts nobody approved. Throws
 * DomainError `access.initialised` where there is any administrator, `access.no_city`.
 */
export async function initialise(
  deps: CreateAccountDeps,
  { administrators, city, actor }: Initialisation,
): Promise<FirstPassword[]> {
  const made = await Promise.all(administrators.map(async (administrator) => ({
    administrator,
    password: await newOneTimePassword(deps),
  })));
  await deps.db.transaction().execute(async (tx) => {
    if (await hasAdministrator(tx)) throw initialised();
    const root = await findCityRow(tx) ?? await makeCity(deps, tx, { city, actor });
    const roles = await keepBuiltinRoles(deps, tx, actor);
    for (const { administrator, password } of made) {
      const role = roles.get(ROLE_OF[administrator.duty]);
      invariant(role?.duty === administrator.duty, "every administrator has a built-in role");
      await makeAdministrator(deps, tx, { administrator, password, roleId: role.id, root });
    }
    const logins = administrators.map(({ login }) => login).join(" ");
    await deps.audit.record(tx, actor, [{
      kind: "access.administrators_initialised",
      result: "succeeded",
      organisationId: root.id,
      fields: { logins },
    }]);
  });
  return made.map(({ administrator, password }) => ({
    ...administrator,
    oneTimePassword: password.text,
  }));
}

async function makeCity(
  { clock, audit, rowTags }: CreateAccountDeps,
  tx: Tx,
  { city, actor }: Pick<Initialisation, "city" | "actor">,
): Promise<Organisation> {
  if (!city) throw new DomainError("access.no_city", "Cannot begin: there is no city yet");
  if (!isCodeOf("city", city.code)) {
    throw new DomainError(
      "access.malformed",
      `Cannot use city code "${city.code}": expected 6 digits`,
    );
  }
  const id = newId(clock.now());
  const area = { parentId: null, kind: "city", type: null, staffPhone: null } as const;
  const root = { id, ...area, ...city, path: childPath(null, id) };
  await insertOrganisations(tx, rowTags, [root]);
  await audit.record(tx, actor, [{
    kind: "access.organisation_created",
    result: "succeeded",
    objectId: id,
    organisationId: id,
    fields: { code: city.code, parentId: null },
  }]);
  return root;
}

async function makeAdministrator(
  deps: CreateAccountDeps,
  tx: Tx,
  { administrator, password, roleId, root }: {
    readonly administrator: FirstAdministrator;
    readonly password: OneTimePassword;
    readonly roleId: string;
    readonly root: Organisation;
  },
): Promise<void> {
  const { duty, login, name } = administrator;
  const { clock, rowTags, sealer } = deps;
  const now = clock.now();
  const account = await withTag(rowTags, "account", {
    id: newId(now),
    kind: "person",
    login,
    name_sealed: await sealer.seal(NAME_COLUMN, name),
    organisation_id: root.id,
    duty,
    state: "enabled",
    disabled_why: null,
    created_by: null,
    created_at: now,
    changed_at: now,
    expires_at: null,
    last_used_at: null,
    rights_version: 1n,
  });
  if (!await insertAccount(tx, account)) {
    throw new DomainError("access.login_taken", `Cannot create the account: "${login}" is taken`);
  }
  await keepOneTimePassword(deps, tx, { accountId: account.id, password });
  const grant = {
    id: newId(now),
    account_id: account.id,
    role_id: roleId,
    duty,
    organisation_id: root.id,
    granted_by: null,
    granted_at: now,
    expires_at: null,
    ended_at: null,
    ended_by: null,
  };
  await insertGrant(tx, await withTag(rowTags, "account_grant", grant));
}

function initialised(): DomainError {
  return new DomainError("access.initialised", "Cannot begin again: there are administrators");
}
