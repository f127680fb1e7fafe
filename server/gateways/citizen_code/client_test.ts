import assert from "node:assert/strict";
import { buildCity } from "../../../sandbox/city/build_city.ts";
import { createCitizenCodeSandbox } from "../../../sandbox/citizen_code/create_citizen_code_sandbox.ts";
import { CODE_VALID_MS, presentCode } from "../../../sandbox/citizen_code/present_code.ts";
import { Faults, inProcessFetch } from "../../../sandbox/faults.ts";
import { openParty } from "../../platform/party.ts";
import { openCitizenCodeClient } from "./client.ts";

const NOW = new Date("2026-11-23T01:00:00Z");

function openCodePlatform(secret = "code-secret-of-tests") {
  const time = { now: NOW };
  const clock = { now: () => time.now };
  const faults = new Faults();
  const city = buildCity();
  const key = { app: "yikatong", secret: "code-secret-of-tests" };
  const sandbox = createCitizenCodeSandbox({
    store: ":memory:",
    clock,
    faults,
    city,
    key,
  });
  const fetch = inProcessFetch(sandbox.app.fetch);
  const party = openParty({
    name: "citizen_code",
    baseUrl: "http://code.test",
    timeoutMs: 1_000,
    clock,
    fetch,
  });
  const client = openCitizenCodeClient({ party, key: { ...key, secret }, clock });
  const person = city.persons.find((one) => one.story?.id === "health_code");
  assert.ok(person?.codes.essc && person.codes.health);
  const { essc, health } = person.codes;
  const decode = (code: string) => client.decode({ code });
  return { time, faults, person, essc, health, decode };
}

Deno.test("decode() names the person behind an electronic social-security card", async () => {
  const { person, essc, decode } = openCodePlatform();
  const outcome = await decode(presentCode(essc, NOW));
  assert.ok(outcome.kind === "done");
  assert.equal(outcome.value.kind, "essc");
  assert.equal(outcome.value.idNumber, person.idNumber);
  assert.equal(outcome.value.socialSecurityNumber, person.idNumber);
});

Deno.test("decode() gives a health code's index and no social-security number", async () => {
  const { person, health, decode } = openCodePlatform();
  const outcome = await decode(presentCode(health, NOW));
  assert.ok(outcome.kind === "done");
  assert.equal(outcome.value.name, person.name);
  assert.equal(outcome.value.healthIndex, health.split(":")[2]);
  assert.equal(outcome.value.socialSecurityNumber, null);
});

Deno.test("decode() refuses a code that was shown too long ago", async () => {
  const { time, essc, decode } = openCodePlatform();
  const code = presentCode(essc, NOW);
  time.now = new Date(NOW.getTime() + CODE_VALID_MS);
  assert.equal((await decode(code)).kind, "done");
  time.now = new Date(NOW.getTime() + CODE_VALID_MS + 1_000);
  const outcome = await decode(code);
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.code, "expired_code");
});

Deno.test("decode() refuses what names nobody", async () => {
  const { essc, decode } = openCodePlatform();
  for (const code of [`SSC${"0".repeat(37)}`, `${essc}!!`, "GDHC:1:0:0"]) {
    const outcome = await decode(code);
    assert.ok(outcome.kind === "refused", code);
    assert.equal(outcome.code, "unknown_code");
  }
});

Deno.test("decode() is refused under a wrong secret", async () => {
  const { essc, decode } = openCodePlatform("another secret");
  const outcome = await decode(essc);
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.code, "bad_signature");
});

Deno.test("decode() asks once more when the answer is lost, and no more", async () => {
  const { faults, essc, decode } = openCodePlatform();
  faults.plan("citizen_code", "decode", { kind: "lose_answer" });
  assert.equal((await decode(essc)).kind, "done");
  faults.plan("citizen_code", "decode", { kind: "lose_request" }, 2);
  assert.equal((await decode(essc)).kind, "unknown");
});

Deno.test("decode() does not take a gateway's page for an answer", async () => {
  const { faults, essc, decode } = openCodePlatform();
  faults.plan("citizen_code", "decode", { kind: "gateway_error" });
  assert.equal((await decode(essc)).kind, "unknown");
});
