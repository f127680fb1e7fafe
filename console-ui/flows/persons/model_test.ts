import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { CLERK_SESSION, CONSENTS, ERASURE, PERSON } from "../../testing/patients.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { CLEAR_MS_MAX } from "./clear_fields.ts";

const ID_NUMBER = "441900195203070012";
const AT_PERSON = `/console/persons/${PERSON.id}`;
const REASON = "患者本人到窗口申请";

function open(address: string, script: Script = {}): Promise<Stage> {
  return startedStage({
    address,
    script: {
      "GET /session": [yes(CLERK_SESSION)],
      "POST /persons/search": [yes({ persons: [PERSON] })],
      "GET /persons/{id}": [yes(PERSON)],
      "GET /persons/{id}/consents": [yes({ consents: CONSENTS })],
      ...script,
    },
  });
}

function flowOf(stage: Stage) {
  const flow = shownPage(stage, "persons")?.flow;
  assert.ok(flow);
  return flow;
}

Deno.test("PersonsModel sends the number in a body, and no address knows it", async () => {
  const stage = await open("/console/persons");
  const flow = flowOf(stage);
  await flow.search("id_number", ID_NUMBER);
  stage.console.go({ section: "persons", id: PERSON.id });
  await settle();
  assert.deepEqual(stage.port.asked.find(({ name }) => name === "POST /persons/search")?.request, {
    body: { by: "id_number", value: ID_NUMBER },
  });
  assert.ok(!stage.history.addresses.join().includes(ID_NUMBER));
  stage.history.back();
  await settle();
  assert.deepEqual(flow.found.value, [PERSON]);
});

Deno.test("PersonsModel shows one field in clear for a minute (R-SEC-12)", async () => {
  const stage = await open(AT_PERSON, {
    "POST /persons/{id}/reveal": [yes({ phone: "13800000000" })],
  });
  const flow = flowOf(stage);
  flow.deeds.open({ kind: "reveal", person: PERSON, field: "phone" });
  await flow.deeds.reveal(REASON);
  assert.deepEqual(flow.clear.values.value, { phone: "13800000000" });
  assert.equal(flow.dialog.value, null);
  await stage.timers.advance(CLEAR_MS_MAX - 1);
  assert.deepEqual(flow.clear.values.value, { phone: "13800000000" });
  await stage.timers.advance(1);
  assert.deepEqual(flow.clear.values.value, {});
});

Deno.test("PersonsModel shows nothing in clear to who looked away", async () => {
  const stage = await open(AT_PERSON, {
    "POST /persons/{id}/reveal": [yes({ name: "陈大明" })],
  });
  const flow = flowOf(stage);
  flow.deeds.open({ kind: "reveal", person: PERSON, field: "name" });
  const asking = flow.deeds.reveal(REASON);
  flow.deeds.close();
  await asking;
  assert.deepEqual(flow.clear.values.value, {});
  flow.clear.show("name", "陈大明");
  stage.console.go({ section: "persons" });
  assert.deepEqual(flow.clear.values.value, {});
});

Deno.test("PersonsModel drops what is in clear with the session", async () => {
  const stage = await open(AT_PERSON);
  const flow = flowOf(stage);
  flow.clear.show("name", "陈大明");
  await stage.console.signOut();
  assert.deepEqual(flow.clear.values.value, {});
});

Deno.test("PersonsModel erases nobody whose number was not typed", async () => {
  const stage = await open(AT_PERSON, {
    "POST /persons/{id}/erase": [no("identity.person_busy", "1 3000"), yes(ERASURE)],
  });
  const flow = flowOf(stage);
  flow.deeds.open({ kind: "erase", person: PERSON });
  await flow.deeds.erase(REASON, "0013");
  assert.equal(flow.sending.refusal.value?.code, "console.other_person");
  assert.ok(!stage.port.asked.some(({ name }) => name === "POST /persons/{id}/erase"));
  await flow.deeds.erase(REASON, "0012");
  assert.equal(flow.sending.refusal.value?.code, "identity.person_busy");
  assert.equal(flow.erasure.value, null);
  await flow.deeds.erase(REASON, "0012");
  assert.deepEqual(flow.erasure.value, ERASURE);
  assert.equal(flow.found.value, null);
});

Deno.test("PersonsModel hands over one file, and keeps none", async () => {
  const file = new Blob(["zip"]);
  const stage = await open(AT_PERSON, { "POST /persons/{id}/export": [yes(file)] });
  const flow = flowOf(stage);
  flow.deeds.open({ kind: "export", person: PERSON });
  await flow.deeds.export(REASON);
  assert.deepEqual(flow.dialog.value, { kind: "exported", person: PERSON, file });
  flow.deeds.close();
  assert.equal(flow.dialog.value, null);
});

Deno.test("PersonsModel shows a withdrawal among the consents", async () => {
  const [withdrawn] = CONSENTS.map((each) => ({ ...each, decision: "withdrawn" as const }));
  assert.ok(withdrawn);
  const stage = await open(AT_PERSON, {
    "POST /persons/{id}/consents/withdraw": [yes({ consents: [withdrawn] })],
  });
  const flow = flowOf(stage);
  flow.deeds.open({ kind: "withdraw", person: PERSON, purpose: "notification" });
  await flow.deeds.withdraw("申请表 2026-0119");
  assert.deepEqual(flow.consents.state.value, {
    kind: "shown",
    value: [withdrawn],
    refusal: null,
  });
});
