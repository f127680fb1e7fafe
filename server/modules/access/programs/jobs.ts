import { systemActor } from "../../audit/actor.ts";
import { changedKey, type ManageKeysDeps } from "./manage_keys.ts";
import { deleteOldNonces, lockExpiredKeys, updateEnd } from "./store.ts";

const KEYS_AT_ONCE_MAX = 50;

type Deps = Pick<ManageKeysDeps, "db" | "clock" | "rowTags" | "audit">;

/** Says in the audit trail that keys ended by themselves; they stopped working at that very time. */
export async function endExpiredKeys(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  return await deps.db.transaction().execute(async (tx) => {
    const expired = await lockExpiredKeys(tx, { now, limit: KEYS_AT_ONCE_MAX });
    for (const row of expired) {
      const to = { ended_at: now, ended_why: "expired", ended_by: null } as const;
      await updateEnd(tx, await changedKey(deps, row, to));
    }
    await deps.audit.record(
      tx,
      systemActor("program_keys"),
      expired.map(({ id: keyId, account_id }) => ({
        kind: "access.program_key_ended",
        result: "succeeded",
        objectId: account_id,
        fields: { keyId, why: "expired" },
      })),
    );
    return expired.length;
  });
}

/** Their number. */
export async function sweepNonces({ db, clock }: Deps): Promise<number> {
  return await db.transaction().execute((tx) => deleteOldNonces(tx, clock.now()));
}
