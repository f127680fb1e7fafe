import assert from "node:assert/strict";
import type { CabinetSensors, CabinetSensorsEvent } from "../cabinet/contract.ts";

export interface CabinetSensorsRig {
  readonly sensors: CabinetSensors;
  openDoor(): void;
  closeDoor(): void;
  /** A knock on the cabinet. */
  shake(): void;
  disconnect(): Promise<void>;
}

type Check = (rig: CabinetSensorsRig) => Promise<void>;

/** What every driver of cabinet sensors must do; each check wants a rig of its own with a closed door. */
export const CABINET_SENSORS_CHECKS: Readonly<Record<string, Check>> = {
  "a door that opens and closes is told, and read": async ({ sensors, openDoor, closeDoor }) => {
    assert.deepEqual(await sensors.status(), { device: "online", door: "closed" });
    const opened = next(sensors, "door_opened");
    openDoor();
    await opened;
    assert.equal((await sensors.status()).door, "open");
    const closed = next(sensors, "door_closed");
    closeDoor();
    await closed;
    assert.equal((await sensors.status()).door, "closed");
  },
  "a knock is told where the cabinet can feel it": async ({ sensors, shake }) => {
    if (!sensors.capabilities.vibration) return;
    const felt = next(sensors, "vibration");
    shake();
    await felt;
  },
  "sensors that are gone say nothing of the door": async ({ sensors, disconnect }) => {
    const changed = next(sensors, "status_changed");
    await disconnect();
    await changed;
    assert.deepEqual(await sensors.status(), { device: "offline", door: "unknown" });
    const options = { signal: new AbortController().signal, timeoutMs: 60_000 };
    assert.deepEqual(await sensors.reset(options), { kind: "failed", reason: "offline" });
  },
};

function next(sensors: CabinetSensors, kind: CabinetSensorsEvent["kind"]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = sensors.subscribe((event) => {
    if (event.kind === kind) resolve();
  });
  return promise.finally(end);
}
