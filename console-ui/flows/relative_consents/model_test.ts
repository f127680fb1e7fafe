import assert from "node:assert/strict";
import { CONSENT, CONSENT_SESSION, RELATIVE_CONSENTS } from "../../testing/consents.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";

const LISTED = yes({ consents: [...RELATIVE_CONSENTS], next: null });

async function opened(script: Script = {}) {
  const stage = await startedStage({
    address: "/console/relative-consents",
    script: {
      "GET /session": [yes(CONSENT_SESSION)],
      "POST /relative-consents/search": [LISTED],
      ...script,
    },
  });
  const flow = shownPage(stage, "relative-consents")?.flow;
  assert.ok(flow);
  const asked = (name: string) =>
    stage.port.asked.filter((each) => each.name === name).map(({ request }) => request);
  return { stage, flow, asked };
}

Deno.test("RelativeConsentsModel looks for a number that stands in no address (R-SEC-12)", async () => {
  const { stage, flow, asked } = await opened();
  flow.search({ idNumber: "44190019520307001x", state: "in_force" });
  await settle();
  flow.search({ idNumber: "44190019520307001x", state: "in_force" });
  await settle();
  flow.search({});
  await settle();
  const body = { idNumber: "44190019520307001X", state: "in_force" };
  assert.deepEqual(asked("POST /relative-consents/search"), [
    { body: {} },
    { body },
    { body },
    { body: {} },
  ]);
  assert.ok(!JSON.stringify(stage.console.place.value).includes("4419"));
});

Deno.test("RelativeConsentsModel withdraws with a reason, and shows the list as it is after a refusal", async () => {
  const { flow, asked } = await opened({
    "POST /relative-consents/{id}/withdraw": [
      no("insurance.consent_over"),
      yes({ ...CONSENT, state: "withdrawn" }),
    ],
  });
  flow.ask(CONSENT);
  await flow.withdraw("亲属本人到窗口申请");
  assert.equal(flow.sending.refusal.value?.code, "insurance.consent_over");
  await flow.withdraw("亲属本人到窗口申请");
  await settle();
  assert.equal(flow.asked.value, null);
  assert.deepEqual(asked("POST /relative-consents/{id}/withdraw")[1], {
    path: { id: CONSENT.id },
    body: { reason: "亲属本人到窗口申请" },
  });
  assert.equal(asked("POST /relative-consents/search").length, 3);
});
