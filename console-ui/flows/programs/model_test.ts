import assert from "node:assert/strict";
import { GOOD_AUDIT, KEEPER_SESSION, programKey } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { accountOf } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { ProgramsModelInstance } from "./model.ts";

const KEYS = "POST /accounts/{id}/program-keys";

async function opened(script: Script = {}): Promise<{ stage: Stage; flow: ProgramsModelInstance }> {
  const by: Script = {
    ...GOOD_AUDIT,
    "GET /session": [yes(KEEPER_SESSION)],
    "GET /accounts/{id}": [yes(accountOf("report.agent"))],
  };
  const stage = await startedStage({
    address: "/console/programs/id-of-report.agent",
    script: { ...by, ...script },
  });
  await settle();
  const page = shownPage(stage, "programs");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function sent({ port }: Stage): readonly unknown[] {
  return port.asked.filter(({ name }) => name === KEYS).map(({ request }) => request);
}

Deno.test("ProgramsModel shows a secret once: after it nothing holds it", async () => {
  const { flow } = await opened();
  flow.openAdd();
  await flow.add({ kind: "hmac", days: "180" });
  const told = flow.dialog.value;
  assert.ok(told?.kind === "secret" && told.secret.length === 64);
  flow.close();
  assert.equal(flow.dialog.value, null);
  assert.equal(JSON.stringify(flow.keys.state.value).includes(told.secret), false);
});

Deno.test("ProgramsModel takes the secret away with the page that is left", async () => {
  const { stage, flow } = await opened();
  flow.openAdd();
  await flow.add({ kind: "hmac", days: "180" });
  stage.console.go({ section: "programs" });
  assert.equal(flow.dialog.value, null);
});

Deno.test("ProgramsModel sends the same key again after no answer", async () => {
  const { stage, flow } = await opened({
    [KEYS]: [no("console.outcome_unknown"), yes({ key: programKey(), secret: null })],
  });
  flow.openAdd();
  const asked = flow.dialog.value;
  assert.ok(asked?.kind === "add");
  const fields = { kind: "sm2", publicKeyPem: "-----BEGIN PUBLIC KEY-----", days: "90" };
  await flow.add(fields);
  await flow.add(fields);
  const request = {
    path: { id: "id-of-report.agent" },
    body: { id: asked.id, kind: "sm2", publicKeyPem: `${fields.publicKeyPem}\n`, days: 90 },
  };
  assert.deepEqual(sent(stage), [request, request]);
  assert.equal(flow.dialog.value, null);
});
