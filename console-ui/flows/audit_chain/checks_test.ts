import assert from "node:assert/strict";
import {
  AUDIT_SESSION,
  BROKEN_CHECK,
  check,
  CHECKS,
  GOOD_AUDIT,
  RUNNING_CHECK,
  WAITING_CHECK,
} from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { WATCH_MS } from "../watch.ts";
import { outcomeOf } from "./check_facts.tsx";
import type { Checks } from "./checks.ts";

const LIST = "/console/audit-chain/checks";

interface Opened {
  readonly stage: Stage;
  readonly flow: Checks;
  asked(name: string): readonly unknown[];
}

async function opened(script: Script = {}, address = LIST): Promise<Opened> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
  const stage = await startedStage({ address, script: { ...by, ...script } });
  await settle();
  const page = shownPage(stage, "audit-chain");
  assert.ok(page);
  return {
    stage,
    flow: page.flow.checks,
    asked: (name) =>
      stage.port.asked.filter((each) => each.name === name).map(({ request }) => request),
  };
}

const START = "POST /audit/verifications";
const READ = "GET /audit/verifications/{id}";

Deno.test("a check of some days is asked for once, in Beijing's days, and then shown", async () => {
  const { stage, flow, asked } = await opened();
  flow.openForm();
  const id = flow.formId.value;
  const span = { from: "2026-11-01", to: "2026-11-02" };
  await Promise.all([flow.start(span), flow.start(span)]);
  const body = { id, from: "2026-10-31T16:00:00.000Z", to: "2026-11-02T15:59:59.000Z" };
  assert.deepEqual(asked(START), [{ body }]);
  assert.equal(flow.formId.value, null);
  assert.deepEqual(stage.history.current().query, { run: WAITING_CHECK.id });
});

Deno.test("a check of everything names no days", async () => {
  const { flow, asked } = await opened();
  flow.openForm();
  const id = flow.formId.value;
  await flow.start({ from: "", to: "" });
  assert.deepEqual(asked(START), [{ body: { id } }]);
});

Deno.test("a second check is refused, and the list shows the one under way", async () => {
  const { flow } = await opened({
    [START]: [no("audit.verify_running")],
    "GET /audit/verifications": [
      yes({ runs: [], next: null }),
      yes({ runs: [RUNNING_CHECK], next: null }),
    ],
  });
  flow.openForm();
  await flow.start({});
  assert.equal(flow.sending.refusal.value?.code, "audit.verify_running");
  assert.equal(flow.live.value?.id, RUNNING_CHECK.id);
});

Deno.test("a check is watched until it is over, and no longer", async () => {
  const { stage, flow, asked } = await opened(
    { [READ]: [yes(WAITING_CHECK), yes(RUNNING_CHECK), yes(check())] },
    `${LIST}?run=${check().id}`,
  );
  for (let looks = 0; looks < 4; looks++) {
    await stage.timers.advance(WATCH_MS);
  }
  assert.equal(asked(READ).length, 3);
  const shown = flow.run.state.value;
  assert.ok(shown.kind === "shown");
  assert.equal(outcomeOf(shown.value), "intact");
});

Deno.test("who goes elsewhere does not watch any more", async () => {
  const { stage, asked } = await opened(
    { [READ]: [yes(RUNNING_CHECK)] },
    `${LIST}?run=${RUNNING_CHECK.id}`,
  );
  stage.console.go({ section: "audit-chain" });
  await stage.timers.advance(WATCH_MS);
  assert.equal(asked(READ).length, 1);
});

Deno.test("a check is cancelled; one that ended meanwhile is shown as it ended", async () => {
  const { stage, flow } = await opened(
    {
      [READ]: [yes(RUNNING_CHECK)],
      "POST /audit/verifications/{id}/cancel": [yes(BROKEN_CHECK)],
    },
    `${LIST}?run=${RUNNING_CHECK.id}`,
  );
  await flow.cancel();
  const shown = flow.run.state.value;
  assert.ok(shown.kind === "shown");
  assert.equal(outcomeOf(shown.value), "broken");
  assert.deepEqual(stage.console.notices.value, []);
});

Deno.test("past checks are turned page by page", async () => {
  const { flow, asked } = await opened({
    "GET /audit/verifications": [
      yes({ runs: [...CHECKS], next: BROKEN_CHECK.id }),
      yes({ runs: [check()], next: null }),
    ],
  });
  await flow.list.next();
  assert.deepEqual(asked("GET /audit/verifications"), [
    { query: {} },
    { query: { before: BROKEN_CHECK.id } },
  ]);
});

Deno.test("every way a check can end has an outcome of its own", () => {
  assert.deepEqual(
    [WAITING_CHECK, RUNNING_CHECK, ...CHECKS].map(outcomeOf),
    ["waiting", "running", "intact", "broken", "cancelled", "interrupted", "failed"],
  );
});
