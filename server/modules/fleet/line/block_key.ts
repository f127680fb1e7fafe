import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import { noteEvents } from "../fleet_event.ts";
import type { FleetTables } from "../tables.ts";
import { endKey } from "./store.ts";

export interface BlockKeyDeps {
  readonly db: Kysely<FleetTables>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A key was seen on two machines: which of them is the real one nobody can tell from here, so both
 * stand still until the terminal is enrolled anew.
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
    return true;
  });
  if (!isFirst) return;
  deps.log.error("A terminal's key is in use on two machines: blocked", {
    terminalId: key.terminalId,
  });
}
