import { DomainError } from "../../../platform/errors.ts";
import { isTimely } from "../../../platform/ids.ts";
import { lockAccount } from "../accounts/store.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import { endSignInsOf } from "../sign_in/end_sessions.ts";
import type { AddSsoLinkBody, SsoLinkView } from "./contract.ts";
import {
  type IdentityRow,
  isWholeIdentity,
  maskedSubject,
  SUBJECT_COLUMN,
  taggedIdentity,
} from "./identity_row.ts";
import { keepLink } from "./keep_link.ts";
import type { SsoDeps } from "./sso_deps.ts";
import { listIdentities, lockIdentity, updateRemoval } from "./store.ts";

export async function listLinks(
  deps: SsoDeps,
  caller: Caller,
  accountId: string,
): Promise<SsoLinkView[]> {
  await getScopedAccount(deps.db, caller, { id: accountId, permission: "account.read" });
  return await linksOf(deps, accountId);
}

/** Newest first. */
export async function linksOf(deps: SsoDeps, accountId: string): Promise<SsoLinkView[]> {
  const rows = await listIdentities(deps.db, accountId);
  return await Promise.all(rows.map((row) => viewOf(deps, row, row.maker_login)));
}

/**
 * By an administrator, who knows whose subject it is. Not to another administrator's account: who
 * links it can be it (三权分立).
 */
export async function addLink(
  deps: SsoDeps,
  caller: Caller,
  { accountId, body }: { readonly accountId: string; readonly body: AddSsoLinkBody },
): Promise<SsoLinkView> {
  const account = await getScopedAccount(deps.db, caller, {
    id: accountId,
    permission: "account.change",
  });
  if (account.kind !== "person" || account.duty !== "business") {
    throw new DomainError("access.link_own_only", "Cannot link this account: its owner has to");
  }
  if (!isTimely(body.id, deps.clock.now())) {
    throw new DomainError("access.malformed", `Cannot use the id "${body.id}": expected today's`);
  }
  const link = { ...body, accountId, linkedBy: caller.accountId };
  const row = await keepLink(deps, { actor: caller.actor, link });
  return await viewOf(deps, row, caller.actor.name);
}

export async function removeLink(
  deps: SsoDeps,
  caller: Caller,
  { accountId, linkId }: { readonly accountId: string; readonly linkId: string },
): Promise<void> {
  await getScopedAccount(deps.db, caller, { id: accountId, permission: "account.change" });
  await endLink(deps, caller, { accountId, linkId });
}

/**
 * Of the caller's own account, or one whose place was judged. All sessions of the account end, but
 * for the caller's own, which was confirmed: a session does not know by which link it began, and
 * an identity that is in wrong hands may have shown further factors since.
 */
export async function endLink(
  deps: SsoDeps,
  caller: Caller,
  { accountId, linkId }: { readonly accountId: string; readonly linkId: string },
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    const found = await lockIdentity(tx, linkId);
    if (found?.account_id !== accountId) {
      throw new DomainError("access.not_found", `Cannot find link "${linkId}"`);
    }
    if (found.removed_at !== null) return;
    await updateRemoval(tx, await removedRow(deps, found, caller.accountId));
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.sso_unlinked",
      result: "succeeded",
      objectId: accountId,
      fields: { provider: found.provider },
    }]);
    const { actor, sessionId: except } = caller;
    await endSignInsOf(deps, tx, { accountId, except, why: "credential_removed", actor });
  });
}

/** Tagged anew only if its tag fitted: a row changed past the platform is not made good by ours. */
async function removedRow(
  { rowTags, clock }: SsoDeps,
  found: IdentityRow,
  removedBy: string,
): Promise<IdentityRow> {
  const row = { ...found, removed_at: clock.now(), removed_by: removedBy };
  return await isWholeIdentity(rowTags, found) ? await taggedIdentity(rowTags, row) : row;
}

async function viewOf(
  { sealer, clients }: SsoDeps,
  row: IdentityRow,
  linkedBy: string,
): Promise<SsoLinkView> {
  return {
    id: row.id,
    provider: row.provider,
    subject: maskedSubject(await sealer.open(SUBJECT_COLUMN, row.subject_sealed)),
    linkedAt: row.linked_at.toISOString(),
    linkedBy,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    inUse: clients.get(row.provider)?.issuer === row.issuer,
  };
}
