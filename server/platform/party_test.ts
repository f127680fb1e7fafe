import assert from "node:assert/strict";
import { SYSTEM_CLOCK } from "./clock.ts";
import { openParty, type PartyCall } from "./party.ts";
import { BreakingParty } from "./testing/breaking_party.ts";

function call(body: string): PartyCall {
  return { method: "POST", path: "/", body };
}

function partyAt(baseUrl: string) {
  return openParty({ name: "party", baseUrl, timeoutMs: 5_000, clock: SYSTEM_CLOCK });
}

Deno.test("a request whose line breaks goes out once, by nobody twice", async () => {
  using far = new BreakingParty();
  const party = partyAt(far.url);
  assert.equal((await party.send(call("hello"))).kind, "answered");
  assert.equal((await party.send(call("pay"))).kind, "lost");
  assert.deepEqual(far.received, ["hello", "pay"]);
  far.stopListening();
});

Deno.test("a party that dies over a request has perhaps done it: not said to be unsent", async () => {
  using far = new BreakingParty();
  const party = partyAt(far.url);
  assert.equal((await party.send(call("hello"))).kind, "answered");
  // Whoever connects anew is refused, as after the death of a process.
  far.stopListening();
  assert.equal((await party.send(call("pay"))).kind, "lost");
  assert.deepEqual(far.received, ["hello", "pay"]);
  assert.equal((await party.send(call("hello"))).kind, "not_sent", "nobody is there");
});
