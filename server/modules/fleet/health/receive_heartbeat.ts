import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { HeartbeatBody } from "../contract.ts";
import { noteEvents, type PlatformEvent } from "../fleet_event.ts";
import type { FleetTables } from "../tables.ts";
import { deleteDevice, listDevices, writeDevice, writeStatus } from "./store.ts";

export interface ReceiveHeartbeatDeps {
  readonly db: Kysely<FleetTables>;
  readonly clock: Clock;
}

/** Keeps what a terminal last said of itself; a device that changed is an event (R-TOM-07). */
export async function receiveHeartbeat(
  { db, clock }: ReceiveHeartbeatDeps,
  terminalId: string,
  body: HeartbeatBody,
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const isNewest = await writeStatus(tx, {
      terminal_id: terminalId,
      at: new Date(body.at),
      received_at: now,
      started_at: new Date(body.startedAt),
      version: body.version,
      unsent_entries: BigInt(body.journal.unsent),
      open_orders: BigInt(body.journal.openOrders),
      disk_free_bytes: BigInt(body.journal.diskFreeBytes),
    });
    if (isNewest) await writeDevices(tx, { terminalId, devices: body.devices, now });
  });
}

interface Report {
  readonly terminalId: string;
  readonly devices: HeartbeatBody["devices"];
  readonly now: Date;
}

async function writeDevices(
  tx: Transaction<FleetTables>,
  { terminalId, devices, now }: Report,
): Promise<void> {
  const reported = new Map(devices.map((device) => [device.device, device]));
  const known = new Map(
    (await listDevices(tx, terminalId)).map((device) => [device.device, device]),
  );
  const events: PlatformEvent[] = [];
  const about = { terminalId, severity: "info", at: now } as const;
  for (const { device, state, detail } of reported.values()) {
    const before = known.get(device);
    if (before?.state === state && before.detail === detail) continue;
    await writeDevice(tx, { terminal_id: terminalId, device, state, detail, changed_at: now });
    const fields = { device, before: before?.state ?? "", state };
    if (before?.state !== state) events.push({ ...about, kind: "device.changed", fields });
  }
  for (const { device, state } of known.values()) {
    if (reported.has(device)) continue;
    await deleteDevice(tx, terminalId, device);
    events.push({ ...about, kind: "device.gone", fields: { device, before: state } });
  }
  await noteEvents(tx, events);
}
