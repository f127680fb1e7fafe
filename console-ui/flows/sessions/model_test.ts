import assert from "node:assert/strict";
import { GOOD_AUDIT, GUARD_SESSION, LOCKS, SESSIONS } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { SessionsModelInstance } from "./model.ts";

async function opened(
  address: string,
  script: Script = {},
): Promise<{ stage: Stage; flow: SessionsModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(GUARD_SESSION)] };
  const stage = await startedStage({ address, script: { ...by, ...script } });
  await settle();
  const page = shownPage(stage, "sessions");
  assert.ok(page);
  return { stage, flow: page.flow };
}

Deno.test("SessionsModel ends a session only after it was asked, and lists them anew", async () => {
  const { stage, flow } = await opened("/console/sessions?accountId=id-of-li.na");
  const [, session] = SESSIONS;
  assert.ok(session);
  await flow.send();
  assert.equal(stage.port.asked.some(({ name }) => name.startsWith("POST")), false);
  flow.ask({ kind: "end", session });
  await flow.send();
  assert.deepEqual(stage.port.asked.slice(-2), [
    { name: "POST /sessions/{id}/end", request: { path: { id: session.id } } },
    { name: "GET /sessions", request: { query: { accountId: "id-of-li.na" } } },
  ]);
  assert.equal(flow.asked.value, null);
});

Deno.test("SessionsModel unlocks, and keeps the question while nobody knows", async () => {
  const { stage, flow } = await opened("/console/sessions/locks", {
    "POST /locks/end": [no("console.outcome_unknown"), yes(null)],
  });
  const [, lock] = LOCKS;
  assert.ok(lock);
  flow.ask({ kind: "unlock", lock });
  await flow.send();
  assert.equal(flow.sending.refusal.value?.code, "console.outcome_unknown");
  await flow.send();
  assert.equal(flow.asked.value, null);
  assert.deepEqual(
    stage.port.asked.filter(({ name }) => name === "POST /locks/end").at(-1)?.request,
    { body: { of: "address", name: "203.0.113.77" } },
  );
});
