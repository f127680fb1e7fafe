import assert from "node:assert/strict";
import type { Ups } from "../cabinet/contract.ts";

export interface UpsRig {
  readonly ups: Ups;
  setSupply(supply: "mains" | "battery" | "battery_low"): void;
  disconnect(): Promise<void>;
}

type Check = (rig: UpsRig) => Promise<void>;

/** What every driver of a power supply must do; each check wants a rig of its own on mains. */
export const UPS_CHECKS: Readonly<Record<string, Check>> = {
  "mains are read, with volts and load": async ({ ups }) => {
    const { device, supply, inputVolts, loadPercent, batteryVolts } = await ups.status();
    assert.deepEqual({ device, supply }, { device: "online", supply: "mains" });
    assert.ok(inputVolts !== null && inputVolts > 100 && inputVolts < 300);
    assert.ok(loadPercent !== null && loadPercent >= 0 && loadPercent < 100);
    assert.ok(batteryVolts !== null && batteryVolts > 1);
  },
  "a mains failure is told, and a battery that runs low": async ({ ups, setSupply }) => {
    for (const supply of ["battery", "battery_low", "mains"] as const) {
      const changed = nextChange(ups);
      setSupply(supply);
      await changed;
      assert.equal((await ups.status()).supply, supply);
    }
  },
  "a supply that is gone says nothing of the mains": async ({ ups, disconnect }) => {
    const changed = nextChange(ups);
    await disconnect();
    await changed;
    assert.deepEqual(await ups.status(), {
      device: "offline",
      supply: "unknown",
      inputVolts: null,
      loadPercent: null,
      batteryVolts: null,
    });
    const options = { signal: new AbortController().signal, timeoutMs: 60_000 };
    assert.deepEqual(await ups.reset(options), { kind: "failed", reason: "offline" });
  },
};

function nextChange(ups: Ups): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = ups.subscribe(() => resolve());
  return promise.finally(end);
}
