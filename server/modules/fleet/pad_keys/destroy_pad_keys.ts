import type { Transaction } from "kysely";
import type { KeyRecord } from "../../../../crypto/key_record.ts";
import { destroyEveryKey } from "../../../../crypto/key_states.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { noteEvents } from "../fleet_event.ts";
import type { FleetDb } from "../tables.ts";
import { lockPadMasters, savePadKeys, selectPadKeys } from "./store.ts";

export interface DestroyPadKeysDeps {
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

interface Ending {
  readonly terminalId: string;
  readonly actor: Actor;
  readonly why: "tampered" | "revoked" | "cloned";
  /** A master that was made later is of the pad that came after it, with all that is under it. */
  readonly before?: Date;
}

/**
 * The pad was opened, or the terminal is trusted no more: none of its keys works from now on, and its
 * card payment is refused until a new master went through the ceremony. How many were destroyed.
 */
export async function destroyPadKeys(
  { clock, audit }: DestroyPadKeysDeps,
  tx: Transaction<FleetDb>,
  { terminalId, actor, why, before }: Ending,
): Promise<number> {
  const now = clock.now();
  await lockPadMasters(tx, terminalId);
  const known = await selectPadKeys(tx, terminalId);
  const records = known.filter(isOfPadBefore(known, before ?? now));
  if (records.length === 0) return 0;
  const act = { by: actor.name, at: now.toISOString() };
  // No key is live here: each is restored for one use and destroyed behind it.
  const ended = destroyEveryKey(records, act);
  await savePadKeys(tx, terminalId, ended);
  const count = ended.length;
  await noteEvents(tx, [{
    terminalId,
    kind: "pad_keys.destroyed",
    severity: "error",
    fields: { why, count },
    actor: actor.name,
    at: now,
  }]);
  await audit.record(tx, actor, [{
    kind: "fleet.pad_keys_destroyed",
    result: "succeeded",
    objectId: terminalId,
    fields: { why, count },
  }]);
  return count;
}

/** Work keys are of whichever master there is; only a newer master shows that there is another pad. */
function isOfPadBefore(known: readonly KeyRecord[], end: Date): (record: KeyRecord) => boolean {
  const isLater = ({ created }: KeyRecord) => Date.parse(created.at) > end.getTime();
  const hasOther = known.some((one) => one.purpose === "master" && isLater(one));
  return (record) => !hasOther || !isLater(record);
}
