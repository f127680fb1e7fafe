import assert from "node:assert/strict";
import { DEVICES } from "../../testing/people.ts";
import type { DeviceState } from "../../../terminal/contract.ts";
import { tenderWays } from "./tender_ways.ts";

function boardWith(pad: DeviceState | null) {
  const status = pad && { device: "pin_pad" as const, state: pad, mediaPresent: false };
  const devices = status ? [...DEVICES, status] : DEVICES;
  return { connection: "connected" as const, devices };
}

function insured(tenderModes: Parameters<typeof tenderWays>[0]["tenderModes"]) {
  return { tenderModes, settlement: "insurance" } as const;
}

Deno.test("tenderWays() has one tile for every kind of code", () => {
  const all = tenderWays(insured(["show_code", "scan_code", "citizen_code"]), boardWith(null));
  assert.deepEqual(all.map(({ way }) => way), ["show_code", "scan_code"]);
  assert.deepEqual(tenderWays(insured(["citizen_code"]), boardWith(null)).map(({ way }) => way), [
    "scan_code",
  ]);
});

Deno.test("tenderWays() offers bank cards only where there is a PIN pad, and says when it is down", () => {
  assert.deepEqual(tenderWays(insured(["card"]), boardWith(null)), []);
  assert.deepEqual(tenderWays(insured(["card"]), boardWith("online")), [{
    way: "card",
    down: null,
  }]);
  for (const state of ["tampered", "offline", "hardware_error"] as const) {
    assert.deepEqual(tenderWays(insured(["card"]), boardWith(state)), [{
      way: "card",
      down: "pin_pad",
    }]);
  }
});

Deno.test("tenderWays() has one tile for a phone that may choose, two where no page lets it (R-PAY-10)", () => {
  const ways = (hidden: readonly "one_code"[]) =>
    tenderWays(insured(["show_code", "medical_mix"]), boardWith(null), hidden).map(({ way }) =>
      way
    );
  assert.deepEqual(ways([]), ["one_code"]);
  assert.deepEqual(ways(["one_code"]), ["show_code", "medical_mix"]);
});

Deno.test("tenderWays() names no insurance where it has no part: deposits, and paid by oneself", () => {
  const modes = insured(["show_code", "scan_code", "medical_mix"]);
  const alone = { ...modes, settlement: "self_pay" } as const;
  const ways = tenderWays(alone, boardWith(null)).map(({ way }) => way);
  assert.deepEqual(ways, ["show_code", "scan_code"]);
});
