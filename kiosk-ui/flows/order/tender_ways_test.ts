import assert from "node:assert/strict";
import { DEVICES } from "../../testing/people.ts";
import type { DeviceState } from "../../../terminal/contract.ts";
import { tenderWays } from "./tender_ways.ts";

function boardWith(pad: DeviceState | null) {
  const status = pad && { device: "pin_pad" as const, state: pad, mediaPresent: false };
  const devices = status ? [...DEVICES, status] : DEVICES;
  return { connection: "connected" as const, devices };
}

Deno.test("tenderWays() has one tile for every kind of code", () => {
  const all = tenderWays(["show_code", "scan_code", "citizen_code"], boardWith(null));
  assert.deepEqual(all.map(({ way }) => way), ["show_code", "scan_code"]);
  assert.deepEqual(tenderWays(["citizen_code"], boardWith(null)).map(({ way }) => way), [
    "scan_code",
  ]);
});

Deno.test("tenderWays() offers bank cards only where there is a PIN pad, and says when it is down", () => {
  assert.deepEqual(tenderWays(["card"], boardWith(null)), []);
  assert.deepEqual(tenderWays(["card"], boardWith("online")), [{ way: "card", down: null }]);
  for (const state of ["tampered", "offline", "hardware_error"] as const) {
    assert.deepEqual(tenderWays(["card"], boardWith(state)), [{ way: "card", down: "pin_pad" }]);
  }
});

Deno.test("tenderWays() has one tile for a phone that may choose, two where no page lets it (R-PAY-10)", () => {
  const ways = (hidden: readonly "one_code"[]) =>
    tenderWays(["show_code", "medical_mix"], boardWith(null), hidden).map(({ way }) => way);
  assert.deepEqual(ways([]), ["one_code"]);
  assert.deepEqual(ways(["one_code"]), ["show_code", "medical_mix"]);
});
