import assert from "node:assert/strict";
import { Circuit } from "./circuit.ts";
import { openParty, type PartyCall } from "./party.ts";

const FAILURES = 8;

Deno.test("Circuit opens after failures in a row, lets one probe out, and closes on an answer", () => {
  const circuit = new Circuit();
  for (let n = 1; n < FAILURES; n++) circuit.tell(false, 0);
  assert.ok(circuit.admits(0));
  circuit.tell(false, 0);
  assert.deepEqual([circuit.state(0), circuit.admits(4_999)], ["open", false]);
  assert.deepEqual([circuit.state(5_000), circuit.admits(5_000)], ["half_open", true]);
  assert.equal(circuit.admits(5_000), false, "one at a time");
  circuit.tell(false, 5_000);
  assert.deepEqual([circuit.state(9_999), circuit.admits(9_999)], ["open", false]);
  assert.ok(circuit.admits(10_000));
  circuit.tell(true, 10_000);
  assert.deepEqual([circuit.state(10_000), circuit.admits(10_000)], ["closed", true]);
});

Deno.test("an open circuit holds back what would move money, never questions and what takes back", async () => {
  let calls = 0;
  const party = openParty({
    name: "bank",
    baseUrl: "http://bank.test",
    timeoutMs: 1_000,
    clock: { now: () => new Date(0) },
    fetch: () => {
      calls++;
      return Promise.reject(new TypeError("connection reset"));
    },
  });
  const call: PartyCall = { method: "POST", path: "/pay" };
  for (let n = 0; n < FAILURES; n++) assert.equal((await party.send(call)).kind, "lost");
  assert.deepEqual(await party.send(call), { kind: "not_sent", reason: "circuit open" });
  assert.equal(calls, FAILURES);
  assert.equal((await party.send({ ...call, readOnly: true })).kind, "lost");
  assert.equal((await party.send({ ...call, takesBack: true })).kind, "lost");
  assert.ok(calls > FAILURES + 1);
});
