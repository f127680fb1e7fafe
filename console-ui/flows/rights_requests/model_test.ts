import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { SECURITY_SESSION, SYSTEM_SESSION } from "../../testing/people.ts";
import { EXPLANATION, GRANT, REQUEST, ROLE, TOWN } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { RequestsModelInstance } from "./model.ts";
import { rightsDiff } from "./rights_diff.ts";

const BY_SECURITY: Script = { "GET /session": [yes(SECURITY_SESSION)] };

async function opened(
  script: Script = {},
  address = "/console/rights-requests",
): Promise<{ stage: Stage; flow: RequestsModelInstance }> {
  const stage = await startedStage({ address, script });
  await settle();
  const page = shownPage(stage, "rights-requests");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function changes(diff: ReturnType<typeof rightsDiff>): Record<string, string> {
  return Object.fromEntries(diff.map(({ permission, change }) => [permission, change]));
}

Deno.test("rightsDiff() tells what a role adds from what is held already", () => {
  const wanted = ["order.read", "person.read", "organisation.change"];
  assert.deepEqual(changes(rightsDiff(REQUEST, wanted, EXPLANATION.permissions)), {
    "order.read": "has",
    "person.read": "gain",
    "organisation.change": "gain",
  });
});

Deno.test("rightsDiff() tells what is lost from what another role still gives", () => {
  const held = EXPLANATION.permissions.map((each) =>
    each.permission === "order.read" ? { ...each, grantIds: [GRANT.id, "another"] } : each
  );
  const end = { kind: "end", grantId: GRANT.id } as const;
  assert.deepEqual(changes(rightsDiff(end, ["order.read", "terminal.read"], held)), {
    "order.read": "keeps",
    "terminal.read": "lose",
  });
});

Deno.test("RequestsModel begins with what waits, and with one's own where rights are not read", async () => {
  const { stage } = await opened(BY_SECURITY);
  assert.deepEqual(stage.port.asked.at(-1), {
    name: "GET /rights-requests",
    request: { query: { state: "waiting" } },
  });
  const own = {
    ...SYSTEM_SESSION,
    permissions: [{ permission: "rights.request", title: "申请授予或收回权限" }],
  };
  const business = await opened({ "GET /session": [yes(own)] });
  assert.deepEqual(business.flow.views.value, ["own"]);
  assert.equal(business.stage.port.asked.at(-1)?.name, "GET /own-rights-requests");
});

Deno.test("RequestsModel lets nobody decide on what he asked for", async () => {
  const { flow } = await opened();
  await flow.decision.look(REQUEST);
  const looked = flow.decision.looked.value;
  assert.ok(looked?.isOwn && !looked.mayDecide && looked.mayWithdraw);
  const security = await opened(BY_SECURITY);
  const aboutHer = { id: SECURITY_SESSION.accountId, login: SECURITY_SESSION.login };
  await security.flow.decision.look({ ...REQUEST, account: aboutHer });
  assert.equal(security.flow.decision.looked.value?.mayDecide, false);
});

Deno.test("RequestsModel approves with a note, and lists anew", async () => {
  const { stage, flow } = await opened({
    ...BY_SECURITY,
    "POST /rights-requests/{id}/approve": [yes({ ...REQUEST, state: "approved" })],
  });
  await flow.decision.look(REQUEST);
  assert.equal(flow.decision.looked.value?.diff.kind, "known");
  await flow.decision.approve("");
  await settle();
  const sent = stage.port.asked.slice(-2);
  assert.deepEqual(sent[0]?.request, { path: { id: REQUEST.id }, body: { note: null } });
  assert.equal(sent[1]?.name, "GET /rights-requests");
  assert.equal(flow.decision.looked.value, null);
});

Deno.test("RequestsModel refuses with a note alone, and lists anew when another was quicker", async () => {
  const { stage, flow } = await opened({
    ...BY_SECURITY,
    "POST /rights-requests/{id}/refuse": [no("access.request_decided")],
  });
  await flow.decision.look(REQUEST);
  await flow.decision.refuse("");
  assert.equal(flow.decision.sending.refusal.value?.code, "console.no_note");
  await flow.decision.refuse("不在编制内");
  assert.equal(flow.decision.sending.refusal.value?.code, "access.request_decided");
  assert.equal(stage.port.asked.at(-1)?.name, "GET /rights-requests");
});

Deno.test("RequestsModel asks under one id, for an account as the platform knows it", async () => {
  const { stage, flow } = await opened(
    { "POST /rights-requests": [no("console.outcome_unknown"), yes(REQUEST)] },
    "/console/rights-requests/new?accountId=id-of-li.na&login=li.na",
  );
  const form = flow.newRequest;
  assert.equal(form.accounts.chosen.value?.login, "li.na");
  const fields = { roleId: ROLE.id, reason: "到岗", expiresAt: "2027-01-31" };
  await form.send(fields);
  assert.equal(form.sending.refusal.value?.code, "console.no_organisation");
  await form.send({ ...fields, roleId: "" });
  assert.equal(form.sending.refusal.value?.code, "console.no_role");
  form.organisations.choose({ id: TOWN.id, name: TOWN.name });
  await form.send(fields);
  await form.send(fields);
  const sent = stage.port.asked.filter(({ name }) => name === "POST /rights-requests");
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[0]?.request, sent[1]?.request);
  assert.equal(stage.history.addresses.at(-1), "/console/rights-requests?view=own");
});

Deno.test("RequestsModel takes nothing of an address for true", async () => {
  const { flow } = await opened(
    {},
    "/console/rights-requests/new?accountId=id-of-somebody&login=li.na",
  );
  assert.equal(flow.newRequest.accounts.chosen.value, null);
  const ended = await opened(
    { "GET /grants": [yes({ grants: [], next: null })] },
    "/console/rights-requests/new?accountId=id-of-li.na&grantId=gone",
  );
  const step = ended.flow.newRequest.step.value;
  assert.ok(step.kind === "end" && step.grant === null);
});
