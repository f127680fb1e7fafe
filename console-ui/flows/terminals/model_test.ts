import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { TOWN } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import {
  FOUND,
  OPERATOR_SESSION,
  RETIRED,
  RETIREMENT,
  TERMINAL,
  TERMINAL_EVENTS,
  TERMINAL_RELEASES,
  TERMINALS,
  WAITING,
} from "../../testing/terminals.ts";
import { valueOf } from "../loaded.ts";

const AT_TERMINAL = `/console/terminals/${TERMINAL.id}`;

function open(address: string, script: Script = {}): Promise<Stage> {
  return startedStage({
    address,
    script: {
      "GET /session": [yes(OPERATOR_SESSION)],
      "GET /terminals": [yes({ terminals: [...TERMINALS], next: "0006" })],
      "GET /terminals/{id}": [yes(TERMINAL)],
      "GET /terminals/{id}/events": [yes(TERMINAL_EVENTS)],
      "GET /terminals/{id}/releases": [yes(TERMINAL_RELEASES)],
      "GET /terminal-enrolments": [yes(WAITING)],
      "POST /terminal-enrolments/find": [yes(FOUND)],
      ...script,
    },
  });
}

function askedFor({ port }: Stage, name: string): unknown[] {
  return port.asked.filter((asked) => asked.name === name).map(({ request }) => request);
}

Deno.test("TerminalsModel narrows by what the address asks, and pages by number", async () => {
  const stage = await open(
    "/console/terminals?number=00&state=active&release=left&nonsense=1",
  );
  const flow = shownPage(stage, "terminals")?.flow;
  await flow?.list.next();
  stage.console.go({ section: "terminals", query: { state: "'; drop table" } });
  await settle();
  assert.deepEqual(askedFor(stage, "GET /terminals"), [
    { query: { number: "00", state: "active", release: "left" } },
    { query: { number: "00", state: "active", release: "left", after: "0006" } },
    { query: {} },
  ]);
});

Deno.test("TerminalsModel narrows to a node of the tree, and shows its name", async () => {
  const stage = await open(`/console/terminals?organisationId=${TOWN.id}`, {
    "GET /session": [yes({
      ...OPERATOR_SESSION,
      permissions: [
        ...OPERATOR_SESSION.permissions,
        { permission: "organisation.read", title: "查看机构" },
      ],
    })],
    "GET /organisations/{id}": [yes(TOWN)],
  });
  const flow = shownPage(stage, "terminals")?.flow;
  assert.deepEqual(askedFor(stage, "GET /terminals"), [{ query: { organisationId: TOWN.id } }]);
  assert.equal(flow?.picker.chosen.value?.name, TOWN.name);
  stage.console.go({ section: "terminals" });
  await settle();
  assert.equal(flow?.picker.chosen.value, null);
});

Deno.test("TerminalsModel shows what a terminal became, and its events anew", async () => {
  const suspended = { ...TERMINAL, state: "suspended" as const };
  const stage = await open(AT_TERMINAL, { "POST /terminals/{id}/suspend": [yes(suspended)] });
  const flow = shownPage(stage, "terminals")?.flow;
  assert.ok(flow);
  flow.deeds.open("suspend", TERMINAL);
  await flow.deeds.send("检修");
  assert.equal(flow.dialog.value, null);
  assert.equal(valueOf(flow.detail)?.state, "suspended");
  assert.equal(askedFor(stage, "GET /terminals/{id}/events").length, 2);
  assert.deepEqual(askedFor(stage, "POST /terminals/{id}/suspend"), [
    { path: { id: TERMINAL.id }, body: { reason: "检修" } },
  ]);
});

Deno.test("TerminalsModel keeps the dialog and asks again when somebody was faster", async () => {
  const stage = await open(AT_TERMINAL, { "POST /terminals/{id}/revoke": [no("fleet.no_key")] });
  const flow = shownPage(stage, "terminals")?.flow;
  assert.ok(flow);
  flow.deeds.open("revoke", TERMINAL);
  await flow.deeds.send("丢失");
  assert.equal(flow.sending.refusal.value?.code, "fleet.no_key");
  assert.equal(flow.dialog.value?.deed, "revoke");
  assert.equal(askedFor(stage, "GET /terminals/{id}").length, 2);
});

Deno.test("TerminalsModel asks for another terminal where the address goes on", async () => {
  const stage = await open(AT_TERMINAL);
  stage.console.go({ section: "terminals", id: "id-of-0002" });
  await settle();
  assert.deepEqual(askedFor(stage, "GET /terminals/{id}"), [
    { path: { id: TERMINAL.id } },
    { path: { id: "id-of-0002" } },
  ]);
});

Deno.test("TerminalsModel pages through what became of releases (R-TOM-06)", async () => {
  const stage = await open(AT_TERMINAL);
  await shownPage(stage, "terminals")?.flow.releases.next();
  const path = { id: TERMINAL.id };
  assert.deepEqual(askedFor(stage, "GET /terminals/{id}/releases"), [
    { path, query: { limit: 10 } },
    { path, query: { limit: 10, before: "r1" } },
  ]);
});

Deno.test("TerminalsModel asks how a terminal went only where it is retired, and takes the file (R-TOM-16)", async () => {
  const present = await open(AT_TERMINAL);
  assert.deepEqual(askedFor(present, "GET /terminals/{id}/retirement"), []);
  const file = new Blob(["{}"]);
  const stage = await open(`/console/terminals/${RETIRED.id}`, {
    "GET /terminals/{id}": [yes(RETIRED)],
    "GET /terminals/{id}/retirement": [yes({ retirement: RETIREMENT })],
    "POST /terminals/{id}/retirement/file": [yes(file), no("fleet.no_certificate")],
  });
  const flow = shownPage(stage, "terminals")?.flow;
  assert.ok(flow);
  assert.deepEqual(valueOf(flow.retirement), RETIREMENT);
  assert.equal(await flow.takeCertificate(), file);
  assert.equal(await flow.takeCertificate(), null);
  assert.equal(flow.taking.refusal.value?.code, "fleet.no_certificate");
  assert.deepEqual(askedFor(stage, "POST /terminals/{id}/retirement/file")[0], {
    path: { id: RETIRED.id },
  });
});

Deno.test("EnrolmentsModel approves what was looked at, and never puts the code in an address", async () => {
  const stage = await open("/console/terminal-enrolments", {
    "POST /terminal-enrolments/approve": [yes(TERMINAL)],
  });
  const flow = shownPage(stage, "terminal-enrolments")?.flow;
  await flow?.find("7kq2-m9xa");
  assert.deepEqual(flow?.found.value, FOUND);
  await flow?.approve();
  assert.deepEqual(askedFor(stage, "POST /terminal-enrolments/approve"), [
    { body: { id: FOUND.id, code: "7kq2-m9xa" } },
  ]);
  assert.equal(stage.console.place.value.id, TERMINAL.id);
  assert.ok(!stage.history.addresses.join().toLowerCase().includes("7kq2"));
});

Deno.test("EnrolmentsModel asks for a new code when the old one is over", async () => {
  const stage = await open("/console/terminal-enrolments", {
    "POST /terminal-enrolments/approve": [
      no("console.outcome_unknown"),
      no("fleet.enrolment_over"),
    ],
  });
  const flow = shownPage(stage, "terminal-enrolments")?.flow;
  await flow?.find("7KQ2M9XA");
  await flow?.approve();
  assert.deepEqual(flow?.found.value, FOUND);
  await flow?.approve();
  assert.equal(flow?.found.value, null);
  assert.equal(flow?.sending.refusal.value?.code, "fleet.enrolment_over");
  assert.equal(askedFor(stage, "GET /terminal-enrolments").length, 2);
});
