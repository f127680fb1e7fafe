import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { noteEvents } from "../fleet_event.ts";
import { destroyPadKeys } from "../pad_keys/destroy_pad_keys.ts";
import { findTerminalById } from "../store.ts";
import type { FleetDb } from "../tables.ts";
import { endKey } from "./store.ts";

export interface BlockKeyDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
}

/**
 * A key was seen on two machines: which of them is the real one nobody can tell from here, so both
 * stand still until the terminal is enrolled anew. Whoever could read the key off the machine may
 * have had a hand on its pad as well: the pad's keys end, and cards wait for a new ceremony.
 */
export async function blockKey(
  deps: BlockKeyDeps,
  key: { readonly id: string; readonly terminalId: string },
): Promise<void> {
  const at = deps.clock.now();
  const isFirst = await deps.db.transaction().execute(async (tx) => {
    if (!await endKey(tx, key.id, { why: "cloned", at })) return false;
    await noteEvents(tx, [{
      terminalId: key.terminalId,
      kind: "line.cloned",
      severity: "error",
      fields: { keyId: key.id },
      at,
    }]);
    const actor = await actorOf(tx, key.terminalId);
    const { terminalId } = key;
    const event = { kind: "fleet.terminal_cloned", result: "refused", fields: {} } as const;
    await deps.audit.record(tx, actor, [{ ...event, objectId: terminalId }]);
    await destroyPadKeys(deps, tx, { terminalId, actor, why: "cloned" });
    return true;
  });
  if (!isFirst) return;
  deps.log.error("A terminal's key is in use on two machines: blocked", {
    terminalId: key.terminalId,
  });
}

/** Which machine spoke is not known, so no address is named. */
async function actorOf(tx: Transaction<FleetDb>, terminalId: string): Promise<Actor> {
  const terminal = await findTerminalById(tx, terminalId);
  return {
    kind: "terminal",
    id: terminalId,
    name: terminal?.number ?? terminalId,
    organisationId: terminal?.institutionId ?? null,
    sessionId: null,
    address: null,
    traceId: null,
  };
}
