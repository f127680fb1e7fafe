import assert from "node:assert/strict";
import { CHECKED, CHECKING, GOOD_AUDIT, GUARD_SESSION } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { WATCH_MS } from "../watch.ts";
import type { ProtectionModelInstance } from "./model.ts";

async function opened(
  script: Script = {},
): Promise<{ stage: Stage; flow: ProtectionModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(GUARD_SESSION)] };
  const stage = await startedStage({
    address: "/console/protection",
    script: { ...by, ...script },
  });
  await settle();
  const page = shownPage(stage, "protection");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function looks({ port }: Stage): number {
  return port.asked.filter(({ name }) => name === "GET /protection/integrity").length;
}

Deno.test("ProtectionModel starts a check and watches it until it is done", async () => {
  const { stage, flow } = await opened();
  flow.ask("integrity");
  await flow.act("integrity", "start");
  assert.equal(flow.asked.value, null);
  assert.deepEqual(flow.integrity.state.value, { kind: "shown", value: CHECKING, refusal: null });
  await stage.timers.advance(10 * WATCH_MS);
  assert.equal(looks(stage), 2);
  assert.deepEqual(flow.integrity.state.value, { kind: "shown", value: CHECKED, refusal: null });
});

Deno.test("ProtectionModel shows what runs already when another was first", async () => {
  const { flow } = await opened({
    "POST /protection/integrity": [no("platform.upkeep_running")],
    "GET /protection/integrity": [yes(CHECKED), yes(CHECKING)],
  });
  flow.ask("integrity");
  await flow.act("integrity", "start");
  assert.equal(flow.sending.refusal.value?.code, "platform.upkeep_running");
  assert.deepEqual(flow.integrity.state.value, { kind: "shown", value: CHECKING, refusal: null });
});
