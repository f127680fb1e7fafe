import type { Transaction } from "kysely";
import { newId, timeOfId } from "../../platform/ids.ts";
import { insertEvents } from "./health/store.ts";
import type { FleetTables } from "./tables.ts";

/** What the platform itself notes about a terminal; without personal data. */
export interface PlatformEvent {
  readonly terminalId: string;
  readonly kind:
    | "line.enrolled"
    | "line.revoked"
    | "line.cloned"
    | "device.changed"
    | "device.gone"
    | "pad_keys.destroyed"
    | "terminal.retired";
  readonly severity: "info" | "warning" | "error";
  readonly fields: Readonly<Record<string, string | number>>;
  /** Who did it, if a person. */
  readonly actor?: string;
  /** Now, by the caller's clock. */
  readonly at: Date;
}

export async function noteEvents(
  tx: Transaction<FleetTables>,
  events: readonly PlatformEvent[],
): Promise<void> {
  await insertEvents(
    tx,
    events.map(({ terminalId, kind, severity, fields, actor, at }) => {
      const id = newId(at);
      return {
        terminal_id: terminalId,
        id,
        at: timeOfId(id),
        source: "platform",
        number: null,
        kind,
        severity,
        fields: JSON.stringify(fields),
        actor: actor ?? null,
        happened_at: at,
        received_at: at,
      };
    }),
  );
}
