import { DomainError } from "../../../platform/errors.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import type { ProgramKeyView } from "./contract.ts";
import { changedKey, type ManageKeysDeps } from "./manage_keys.ts";
import { programKeyView } from "./program_key.ts";
import { lockKeyRow, updateEnd } from "./store.ts";

/** From now on nothing signed with it, and no token got with it, is taken. Twice does no harm. */
export async function endKey(
  deps: ManageKeysDeps,
  caller: Caller,
  { accountId, keyId }: { readonly accountId: string; readonly keyId: string },
): Promise<ProgramKeyView> {
  const account = await getScopedAccount(deps.db, caller, {
    id: accountId,
    permission: "program.change",
  });
  return await deps.db.transaction().execute(async (tx) => {
    const found = await lockKeyRow(tx, keyId);
    if (found?.account_id !== accountId) {
      throw new DomainError("access.not_found", `Cannot find key "${keyId}"`);
    }
    const now = deps.clock.now();
    if (found.ended_at !== null) return programKeyView(found, now);
    const row = await changedKey(deps, found, {
      ended_at: now,
      ended_why: "manual",
      ended_by: caller.accountId,
    });
    await updateEnd(tx, row);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.program_key_ended",
      result: "succeeded",
      objectId: accountId,
      organisationId: account.organisation_id,
      fields: { keyId, why: "manual" },
    }]);
    return programKeyView(row, now);
  });
}
