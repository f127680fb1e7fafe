import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { lockAccount } from "../accounts/store.ts";
import { requireOpenSession } from "../sign_in/sessions/change_session.ts";
import type { AccessTables } from "../tables.ts";
import type { SsoProviderName } from "./contract.ts";
import { type IdentityRow, maskedSubject, SUBJECT_COLUMN, taggedIdentity } from "./identity_row.ts";
import { getClient, type SsoDeps } from "./sso_deps.ts";
import { findIdentity, insertIdentity, listIdentities } from "./store.ts";
import type { SsoTables } from "./tables.ts";

const LINKS_MAX = 5;

export interface NewLink {
  readonly id: string;
  readonly accountId: string;
  readonly provider: SsoProviderName;
  readonly subject: string;
  readonly linkedBy: string;
}

/** Throws DomainError `access.link_taken`, `access.too_many_links`. */
export async function keepLink(
  deps: SsoDeps,
  { actor, link, inSession }: {
    readonly actor: Actor;
    readonly link: NewLink;
    /** Of one's own link: which must not have ended since it was asked for. */
    readonly inSession?: string | null;
  },
): Promise<IdentityRow> {
  const row = await newRow(deps, link);
  return await deps.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, link.accountId);
    if (inSession !== undefined) await requireOpenSession(tx, inSession);
    await requireRoom(tx, row);
    await insertIdentity(tx, row);
    await deps.audit.record(tx, actor, [{
      kind: "access.sso_linked",
      result: "succeeded",
      objectId: link.accountId,
      organisationId: account?.organisation_id ?? null,
      fields: { provider: link.provider, subject: maskedSubject(link.subject) },
    }]);
    return row;
  });
}

async function newRow(
  deps: SsoDeps,
  { id, accountId, provider, subject, linkedBy }: NewLink,
): Promise<IdentityRow> {
  return await taggedIdentity(deps.rowTags, {
    id,
    account_id: accountId,
    provider,
    issuer: getClient(deps, provider).issuer,
    subject_sealed: await deps.sealer.seal(SUBJECT_COLUMN, subject),
    subject_index: await deps.sealer.index(SUBJECT_COLUMN, subject),
    linked_by: linkedBy,
    linked_at: deps.clock.now(),
    last_used_at: null,
    removed_at: null,
    removed_by: null,
  });
}

async function requireRoom(
  tx: Transaction<SsoTables & AccessTables & AuditTables>,
  row: IdentityRow,
): Promise<void> {
  if (await findIdentity(tx, row)) {
    throw new DomainError("access.link_taken", "Cannot link this identity: it is linked already");
  }
  const links = await listIdentities(tx, row.account_id);
  if (links.length < LINKS_MAX) return;
  throw new DomainError(
    "access.too_many_links",
    `Cannot link another identity: expected fewer than ${LINKS_MAX}`,
  );
}
