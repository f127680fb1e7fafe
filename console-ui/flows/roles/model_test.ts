import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { SECURITY_SESSION } from "../../testing/people.ts";
import { OWN_ROLE, ROLE, ROLES } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { RolesModelInstance } from "./model.ts";
import { roleFieldsOf } from "./role_form.ts";

async function opened(script: Script = {}): Promise<{ stage: Stage; flow: RolesModelInstance }> {
  const stage = await startedStage({
    address: "/console/roles",
    script: { "GET /session": [yes(SECURITY_SESSION)], ...script },
  });
  await settle();
  const page = shownPage(stage, "roles");
  assert.ok(page);
  return { stage, flow: page.flow };
}

const FIELDS = roleFieldsOf(
  { name: "导诊台", duty: "business", addresses: " 10.8.0.0/16\r\n\r\n10.9.4.0/24 " },
  ["organisation.read"],
);

Deno.test("roleFieldsOf() reads one range a line, and none as everywhere", () => {
  assert.deepEqual(FIELDS.addresses, ["10.8.0.0/16", "10.9.4.0/24"]);
  assert.equal(roleFieldsOf({ addresses: " " }, []).addresses, null);
});

Deno.test("RolesModel asks for a permission before anything is sent (R-ORG-03)", async () => {
  const { stage, flow } = await opened({ "POST /roles": [yes(OWN_ROLE)] });
  flow.openCreate();
  await flow.save({ ...FIELDS, permissions: [] });
  assert.equal(flow.sending.refusal.value?.code, "console.no_permission");
  await flow.save(FIELDS);
  assert.equal(stage.port.asked.filter(({ name }) => name === "POST /roles").length, 1);
  assert.equal(stage.history.addresses.at(-1), `/console/roles/${OWN_ROLE.id}`);
});

Deno.test("RolesModel changes of a built-in role its addresses alone", async () => {
  const { stage, flow } = await opened({ "PATCH /roles/{id}": [yes(ROLE)] });
  flow.open("change", ROLE);
  await flow.save({ ...FIELDS, permissions: [] });
  const sent = stage.port.asked.find(({ name }) => name === "PATCH /roles/{id}");
  assert.deepEqual(sent?.request, {
    path: { id: ROLE.id },
    body: { addresses: FIELDS.addresses, version: ROLE.version },
  });
});

Deno.test("RolesModel does not write over what somebody else changed", async () => {
  const theirs = { ...OWN_ROLE, version: "fedcba9876543210" };
  const { stage, flow } = await opened({
    "GET /roles": [yes({ roles: [...ROLES] }), yes({ roles: [theirs] })],
    "PATCH /roles/{id}": [no("access.changed_meanwhile")],
  });
  flow.open("change", OWN_ROLE);
  await flow.save(FIELDS);
  assert.equal(flow.sending.refusal.value?.code, "access.changed_meanwhile");
  await flow.reload();
  const dialog = flow.dialog.value;
  assert.ok(dialog?.kind === "change" && dialog.role.version === theirs.version);
  const sent = stage.port.asked.find(({ name }) => name === "PATCH /roles/{id}")?.request;
  assert.ok(JSON.stringify(sent).includes(OWN_ROLE.version));
});

Deno.test("RolesModel keeps a role that was granted, and says so", async () => {
  const { flow } = await opened({ "DELETE /roles/{id}": [no("access.role_in_use"), yes(null)] });
  flow.open("remove", OWN_ROLE);
  await flow.remove();
  assert.equal(flow.sending.refusal.value?.code, "access.role_in_use");
  await flow.remove();
  assert.equal(flow.dialog.value, null);
});

Deno.test("RolesModel fails as a whole when the permissions cannot be had", async () => {
  const { flow } = await opened({ "GET /permissions": [no("console.no_answer")] });
  assert.equal(flow.state.value.kind, "failed");
});
