import assert from "node:assert/strict";
import { GOOD_AUDIT, GUARD_SESSION, POLICY, policyFields } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { PoliciesModelInstance } from "./model.ts";
import { policyOf } from "./policy_form.ts";

async function opened(script: Script = {}): Promise<{ stage: Stage; flow: PoliciesModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(GUARD_SESSION)] };
  const stage = await startedStage({
    address: "/console/policies",
    script: { ...by, ...script },
  });
  await settle();
  const page = shownPage(stage, "policies");
  assert.ok(page);
  return { stage, flow: page.flow };
}

Deno.test("policyOf() gives back the policy that the form shows", () => {
  assert.deepEqual(policyOf(policyFields()), POLICY);
});

Deno.test("policyOf() takes nothing past the floors, R-SEC-06", () => {
  const past = {
    "password.lengthMin": "7",
    "password.ageDaysMax": "91",
    "lockout.failuresMax": "11",
    "session.idleMinutesMax": "31",
    retentionDays: "183",
    inactivityDaysMax: "1.5",
    programKeyDaysMax: "",
  };
  for (const [name, value] of Object.entries(past)) {
    assert.equal(policyOf(policyFields({ [name]: value })), null, name);
  }
});

Deno.test("policyOf() never lets an administrator in without a second factor", () => {
  const policy = policyOf(policyFields({ "secondFactor.requiredFor": "" }));
  assert.deepEqual(policy?.secondFactor.requiredFor, ["system", "security", "audit"]);
});

Deno.test("PoliciesModel shows what would change, and saves it with its version", async () => {
  const { stage, flow } = await opened();
  flow.lookOver(policyFields());
  assert.equal(flow.formRefusal.value, "unchanged");
  flow.lookOver(policyFields({ "password.lengthMin": "12", "secondFactor.business": "yes" }));
  assert.deepEqual(flow.review.value?.changes, [
    { name: "password.lengthMin", before: "10", after: "12" },
    {
      name: "secondFactor.requiredFor",
      before: "系统管理员、安全管理员、审计管理员",
      after: "系统管理员、安全管理员、审计管理员、业务人员",
    },
  ]);
  assert.equal(stage.port.asked.some(({ name }) => name.startsWith("POST")), false);
  await flow.save();
  assert.deepEqual(stage.port.asked.at(-1), {
    name: "POST /policies/{kind}",
    request: {
      path: { kind: "person" },
      body: {
        version: 4,
        policy: {
          ...POLICY,
          password: { ...POLICY.password, lengthMin: 12 },
          secondFactor: { requiredFor: ["system", "security", "audit", "business"] },
        },
      },
    },
  });
  assert.equal(flow.review.value, null);
});

Deno.test("PoliciesModel shows another's change instead of writing over it", async () => {
  const { stage, flow } = await opened({
    "POST /policies/{kind}": [no("access.policy_changed_meanwhile")],
  });
  flow.lookOver(policyFields({ retentionDays: "2000" }));
  await flow.save();
  assert.equal(flow.formRefusal.value, "conflict");
  assert.equal(flow.review.value, null);
  assert.equal(stage.port.asked.at(-1)?.name, "GET /policies");
});

Deno.test("PoliciesModel keeps the review while nobody knows whether it was saved", async () => {
  const { flow } = await opened({ "POST /policies/{kind}": [no("console.outcome_unknown")] });
  flow.lookOver(policyFields({ retentionDays: "2000" }));
  await flow.save();
  assert.equal(flow.review.value?.changes.length, 1);
  assert.equal(flow.sending.refusal.value?.code, "console.outcome_unknown");
});
