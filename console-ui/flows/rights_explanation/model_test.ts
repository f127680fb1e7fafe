import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { EXPLANATION, TOWN } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { ExplanationModelInstance } from "./model.ts";
import { whyText } from "./why.ts";

const ADDRESS = `/console/rights-explanation?accountId=id-of-li.na&organisationId=${TOWN.id}`;

async function opened(
  address: string,
  script: Script = {},
): Promise<{ stage: Stage; flow: ExplanationModelInstance }> {
  const stage = await startedStage({ address, script });
  await settle();
  const page = shownPage(stage, "rights-explanation");
  assert.ok(page);
  return { stage, flow: page.flow };
}

Deno.test("ExplanationModel answers the question of the address", async () => {
  const { stage, flow } = await opened(`${ADDRESS}&address=10.8.0.1`);
  assert.equal(flow.state.value.kind, "explained");
  assert.equal(flow.accounts.chosen.value?.login, "li.na");
  assert.equal(flow.organisations.chosen.value?.name, TOWN.name);
  const asked = stage.port.asked.find(({ name }) => name === "GET /rights-explanations");
  assert.deepEqual(asked?.request, {
    query: { accountId: "id-of-li.na", organisationId: TOWN.id, address: "10.8.0.1" },
  });
});

Deno.test("ExplanationModel asks for both before it asks the platform", async () => {
  const { stage, flow } = await opened("/console/rights-explanation?accountId=id-of-li.na");
  assert.equal(flow.accounts.chosen.value?.login, "li.na");
  flow.ask({ accountId: "id-of-li.na", organisationId: "" });
  const state = flow.state.value;
  assert.ok(state.kind === "asking" && state.isIncomplete);
  flow.ask({ accountId: "id-of-li.na", organisationId: TOWN.id });
  await settle();
  assert.equal(stage.history.addresses.at(-1), ADDRESS);
  assert.equal(flow.state.value.kind, "explained");
});

Deno.test("ExplanationModel goes on after a failure", async () => {
  const { flow } = await opened(ADDRESS, {
    "GET /rights-explanations": [no("console.no_answer"), yes(EXPLANATION)],
  });
  assert.equal(flow.state.value.kind, "failed");
  await flow.again();
  assert.equal(flow.state.value.kind, "explained");
});

function told(permission: string, explanation = EXPLANATION): string {
  const answered = explanation.permissions.find((each) => each.permission === permission);
  assert.ok(answered);
  return whyText(answered, explanation).join("\n");
}

Deno.test("whyText() names role, place and who approved, or what stands in the way", () => {
  assert.match(
    told("order.read"),
    /「机构负责人」，授予在「莞城街道」.*huang\.min 于 2026-11-22 17:00:00/,
  );
  assert.match(told("organisation.change"), /不属于业务人员的职责/);
  assert.match(told("person.read"), /只授予在「南城街道」及其下级，不包括这里/);
});

Deno.test("whyText() has words for every reason there is", () => {
  const [answered] = EXPLANATION.permissions;
  const [grant] = EXPLANATION.grants;
  assert.ok(answered && grant);
  for (const trouble of ["ended", "expired", "elsewhere", "address", "broken"] as const) {
    const row = { ...answered, held: false, grantIds: [grant.id], whyNot: trouble };
    const explanation = { ...EXPLANATION, grants: [{ ...grant, trouble }] };
    assert.match(whyText(row, explanation).join(""), /「机构负责人」/, trouble);
  }
  for (const whyNot of ["duty", "not_granted", "account"] as const) {
    const texts = whyText({ ...answered, held: false, grantIds: [], whyNot }, EXPLANATION);
    assert.equal(texts.length, 1, whyNot);
  }
});
