import assert from "node:assert/strict";
import {
  AUDIT_SESSION,
  DONE_EXPORT,
  GOOD_AUDIT,
  ORDER_ID,
  PAID_EVENT,
} from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { TOWN } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { WATCH_MS } from "../watch.ts";
import type { AuditModelInstance } from "./model.ts";

const ID_NUMBER = "11010519491231002X";

async function opened(
  address = "/console/audit",
  script: Script = {},
): Promise<{ stage: Stage; flow: AuditModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
  const stage = await startedStage({ address, script: { ...by, ...script } });
  await settle();
  const page = shownPage(stage, "audit");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function searches({ port }: Stage): readonly unknown[] {
  return port.asked.filter(({ name }) => name === "POST /audit/search").map(({ request }) =>
    request
  );
}

Deno.test("AuditModel turns pages by where the one before ended", async () => {
  const { stage, flow } = await opened("/console/audit?result=refused");
  await flow.list.next();
  const filter = { result: "refused" };
  assert.deepEqual(searches(stage), [
    { body: { filter } },
    { body: { filter, before: "019a8f3e-5c00-7abc-8def-000000000004" } },
  ]);
});

Deno.test("AuditModel keeps an ID number out of every address", async () => {
  const { stage, flow } = await opened();
  flow.search({ patientIdNumber: "11010519491231002x", result: "refused" });
  await settle();
  assert.deepEqual(stage.history.addresses, ["/console/audit", "/console/audit?result=refused"]);
  assert.deepEqual(searches(stage).at(-1), {
    body: { filter: { result: "refused", patientIdNumber: ID_NUMBER } },
  });
  flow.leave("patientIdNumber");
  await settle();
  assert.deepEqual(searches(stage).at(-1), { body: { filter: { result: "refused" } } });
});

Deno.test("AuditModel opens an event without searching anew, and follows its order", async () => {
  const { stage, flow } = await opened("/console/audit?from=2026-11-01&result=succeeded", {
    "GET /audit/events/{id}": [yes(PAID_EVENT)],
  });
  stage.console.go(flow.placeOf(PAID_EVENT));
  await settle();
  const event = flow.event.state.value;
  assert.ok(event.kind === "shown" && event.value.id === PAID_EVENT.id);
  assert.equal(searches(stage).length, 1);
  stage.console.go(flow.placeFollowing("orderId", ORDER_ID));
  await settle();
  assert.equal(flow.eventId.value, null);
  assert.equal(
    stage.history.addresses.at(-1),
    `/console/audit?from=2026-11-01&orderId=${ORDER_ID}`,
  );
  flow.leave("orderId");
  await settle();
  assert.equal(stage.history.addresses.at(-1), "/console/audit?from=2026-11-01");
});

Deno.test("AuditModel shows the organisation that narrows the list, and lets go of it", async () => {
  const { stage, flow } = await opened(`/console/audit?organisationId=${TOWN.id}`);
  assert.deepEqual(flow.picker.chosen.value, { id: TOWN.id, name: TOWN.name });
  flow.search({});
  await settle();
  assert.equal(flow.picker.chosen.value, null);
  assert.deepEqual(searches(stage).at(-1), { body: { filter: {} } });
});

Deno.test("AuditModel exports what is listed, and watches until the file is there", async () => {
  const { stage, flow } = await opened("/console/audit?kind=module%3Aaccess");
  flow.exporting.open();
  await flow.exporting.start("xlsx");
  const started = stage.port.asked.at(-1);
  assert.deepEqual(started, {
    name: "POST /audit/exports",
    request: { body: { filter: { module: "access" }, form: "xlsx" } },
  });
  await stage.timers.advance(WATCH_MS);
  assert.equal(stage.port.asked.at(-1), started, "nobody fetches it yet");
  flow.exporting.fetching();
  await stage.timers.advance(WATCH_MS);
  const running = flow.exporting.step.value;
  assert.ok(running.kind === "asked" && running.view.state === "running");
  await stage.timers.advance(WATCH_MS);
  const done = flow.exporting.step.value;
  assert.ok(done.kind === "asked");
  assert.deepEqual(done.view, DONE_EXPORT);
  const asked = stage.port.asked.length;
  await stage.timers.advance(5 * WATCH_MS);
  assert.equal(stage.port.asked.length, asked);
});

Deno.test("AuditModel says why an export did not begin, and watches none of a left page", async () => {
  const { stage, flow } = await opened("/console/audit", {
    "POST /audit/exports": [no("audit.too_busy"), yes(DONE_EXPORT)],
  });
  flow.exporting.open();
  await flow.exporting.start("csv");
  assert.equal(flow.exporting.sending.refusal.value?.code, "audit.too_busy");
  await flow.exporting.start("csv");
  flow.exporting.fetching();
  stage.console.go({ section: "" });
  const asked = stage.port.asked.length;
  await stage.timers.advance(5 * WATCH_MS);
  assert.equal(stage.port.asked.length, asked);
});
