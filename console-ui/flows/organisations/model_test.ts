import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { CENTRE, CITY, TOWN, TOWNS } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { OrganisationsModelInstance } from "./model.ts";

async function opened(
  script: Script = {},
  address = `/console/organisations/${TOWN.id}`,
): Promise<{ stage: Stage; flow: OrganisationsModelInstance }> {
  const stage = await startedStage({ address, script });
  await settle();
  const page = shownPage(stage, "organisations");
  assert.ok(page);
  return { stage, flow: page.flow };
}

const NEW_CENTRE = {
  kind: "centre",
  code: "H44190000999",
  name: "新中心",
  type: "community_health_centre",
  staffPhone: null,
} as const;

Deno.test("OrganisationsModel shows the node of the address in its place (R-ORG-01)", async () => {
  const { flow } = await opened();
  const detail = flow.detail.value;
  assert.ok(detail.kind === "shown" && detail.organisation.id === TOWN.id);
  assert.equal(flow.tree.rows.value.length, 1 + TOWNS.length + 1);
});

Deno.test("OrganisationsModel names what it makes once, however often it is sent", async () => {
  const { stage, flow } = await opened({
    "POST /organisations": [no("console.outcome_unknown"), yes(CENTRE)],
  });
  flow.openCreate(TOWN);
  await flow.create(NEW_CENTRE);
  assert.equal(flow.sending.refusal.value?.code, "console.outcome_unknown");
  assert.ok(flow.form.value);
  await flow.create(NEW_CENTRE);
  const sent = stage.port.asked.filter(({ name }) => name === "POST /organisations");
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[0]?.request, sent[1]?.request);
  assert.equal(flow.form.value, null);
  assert.equal(stage.history.addresses.at(-1), `/console/organisations/${CENTRE.id}`);
});

Deno.test("OrganisationsModel does not write over what somebody else changed", async () => {
  const theirs = { ...CENTRE, staffPhone: "0769-1", version: "fedcba9876543210" };
  const { stage, flow } = await opened({
    "GET /organisations/{id}": [yes(CENTRE), yes(theirs)],
    "PATCH /organisations/{id}": [
      no("access.changed_meanwhile"),
      yes({ ...theirs, name: "改后" }),
    ],
  });
  flow.openChange(CENTRE);
  await flow.change({ name: "改后" });
  assert.equal(flow.sending.refusal.value?.code, "access.changed_meanwhile");
  await flow.reload();
  assert.equal(flow.sending.refusal.value, null);
  await flow.change({ name: "改后" });
  assert.equal(flow.form.value, null);
  const sent = stage.port.asked.filter(({ name }) => name.startsWith("PATCH"));
  assert.deepEqual(sent.map(({ request }) => request), [
    { path: { id: CENTRE.id }, body: { name: "改后", version: CENTRE.version } },
    { path: { id: CENTRE.id }, body: { name: "改后", version: theirs.version } },
  ]);
  const detail = flow.detail.value;
  assert.ok(detail.kind === "shown" && detail.organisation.name === "改后");
});

Deno.test("OrganisationsModel says why an export was refused", async () => {
  const { flow } = await opened({
    "GET /organisations/export": [no("access.forbidden"), yes("a")],
  });
  assert.equal(await flow.exportFile(), null);
  assert.equal(flow.exporting.refusal.value?.code, "access.forbidden");
  assert.equal(await flow.exportFile(), "a");
});

Deno.test("OrganisationsModel tells a node that is not there from one that is", async () => {
  const { stage, flow } = await opened({
    "GET /organisations/{id}": [no("access.not_found"), yes(CITY)],
  });
  assert.equal(flow.detail.value.kind, "failed");
  stage.console.go({ section: "organisations", id: CITY.id });
  await settle();
  assert.equal(flow.detail.value.kind, "shown");
});
