import assert from "node:assert/strict";
import { BOOKS_SESSION, POSTING, TRIAL_BALANCE } from "../../testing/books.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";

Deno.test("TrialBalanceModel goes from an account to its postings, page by page, and back (R-BIL-11)", async () => {
  const next = `${POSTING.orderId} 1`;
  const stage = await startedStage({
    address:
      `/console/trial-balance?day=2026-11-22&organisationId=${TRIAL_BALANCE.organisation.id}`,
    script: {
      "GET /session": [yes(BOOKS_SESSION)],
      "GET /ledger/trial-balance": [yes(TRIAL_BALANCE)],
      "GET /ledger/postings": [
        yes({ postings: [POSTING], next }),
        yes({ postings: [{ ...POSTING, n: 2 }], next: null }),
      ],
    },
  });
  const flow = shownPage(stage, "trial-balance")?.flow;
  assert.ok(flow);
  const query = { day: "2026-11-22", organisationId: TRIAL_BALANCE.organisation.id };
  const asked = (name: string) =>
    stage.port.asked.filter((each) => each.name === name).map(({ request }) => request);
  assert.deepEqual(asked("GET /ledger/trial-balance"), [{ query }]);

  const account = "channel:aggregate_pay";
  stage.console.go({ section: "trial-balance", query: { ...query, account } });
  await settle();
  assert.equal(flow.account.value, account);
  await flow.postings.next();
  const shown = flow.postings.state.value;
  assert.deepEqual(shown.kind === "listed" && shown.page.rows.map(({ n }) => n), [2]);
  assert.deepEqual(asked("GET /ledger/postings"), [
    { query: { ...query, account } },
    { query: { ...query, account, cursor: next } },
  ]);

  stage.console.go({ section: "trial-balance", query });
  await settle();
  assert.equal(flow.account.value, null);
});
