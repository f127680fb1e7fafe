/** Every status byte of the three makes has its meaning, known or not. */
import assert from "node:assert/strict";
import { judgeKmyStatus } from "./kmy_status.ts";
import type { Verdict } from "./pad_talk.ts";
import { judgeXzHealth, judgeXzStatus } from "./xz_status.ts";
import { judgeZt598Status } from "./zt598_status.ts";

Deno.test("KMY: done, done without keys, done with a low battery, and nothing else", () => {
  const done = statuses(judgeKmyStatus, (verdict) => verdict.failure === null);
  assert.deepEqual(done, [0x04, 0xa4, 0xc4]);
  const missing = statuses(judgeKmyStatus, ({ tamper }) => tamper === "keys_missing");
  assert.deepEqual(missing, [0xa4, 0xb5]);
  const tampered = statuses(judgeKmyStatus, ({ tamper }) => tamper === "tampered");
  assert.deepEqual(tampered, [0xf5, 0xf6]);
  const low = statuses(judgeKmyStatus, ({ battery }) => battery === "low");
  assert.deepEqual(low, [0xc4, 0xd5, 0xf5]);
});

Deno.test("KMY: each part that fails the self-test is a fault", () => {
  for (const status of [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf7]) {
    assert.deepEqual(judgeKmyStatus(status), { failure: "hardware_error" });
  }
  assert.equal(judgeKmyStatus(0x15).failure, "refused");
  assert.equal(judgeKmyStatus(0x80).failure, "timeout");
  assert.equal(judgeKmyStatus(0xe0).failure, "not_supported");
});

Deno.test("ZT598: done from 60 to 9F and A3", () => {
  const done = statuses(judgeZt598Status, (verdict) => verdict.failure === null);
  const expected = [...Array.from({ length: 0x40 }, (_, at) => 0x60 + at), 0xa3];
  assert.deepEqual(done, expected);
});

Deno.test("ZT598: a tampered chip and an open switch are tampering", () => {
  const tampered = statuses(judgeZt598Status, ({ tamper }) => tamper === "tampered");
  assert.deepEqual(tampered, [0xdd, 0xff]);
  const reasons = new Map([
    [0xe4, "no_key"],
    [0xe7, "wrong_check_value"],
    [0xe8, "refused"],
    [0xec, "refused"],
    [0xee, "timeout"],
    [0xef, "refused"],
    [0xd7, "hardware_error"],
  ]);
  for (const [status, reason] of reasons) {
    assert.equal(judgeZt598Status(status).failure, reason);
  }
  assert.equal(judgeZt598Status(0xe0).battery, "low");
});

Deno.test("XZ: the tamper byte and error 01 are tampering", () => {
  const tampered = statuses(judgeXzStatus, ({ tamper }) => tamper === "tampered");
  assert.deepEqual(tampered, [0x01]);
  const intact = Uint8Array.of(1, 0, 1, 1, 1, 1, 1, 0);
  assert.deepEqual(judgeXzHealth(intact), { failure: null, tamper: "intact", battery: "good" });
  const drilled = Uint8Array.of(0, 1, 1, 0, 0, 0, 1, 0);
  assert.deepEqual(judgeXzHealth(drilled), { failure: null, tamper: "tampered", battery: "low" });
  assert.equal(judgeXzStatus(0x0e).failure, "no_key");
  assert.equal(judgeXzStatus(0x10).failure, "wrong_key_purpose");
  assert.equal(judgeXzStatus(0x26).failure, "timeout");
  assert.equal(judgeXzStatus(0x36).failure, "refused");
});

function statuses(
  judge: (status: number) => Verdict,
  isMeant: (verdict: Verdict) => boolean,
): number[] {
  return Array.from({ length: 256 }, (_, status) => status)
    .filter((status) => isMeant(judge(status)));
}
