import assert from "node:assert/strict";
import { testDb } from "../../../../tests/db.ts";
import { done, notSent, refused, unknown } from "../../../platform/outcome.ts";
import { openStage, STAGE_TIME, tellAnswer } from "../claim_stage_test.ts";
import { planClaim } from "../plan_claim.ts";
import type { HisAdapterDeps } from "./his_adapter.ts";
import { voidHisClaim } from "./void_with_his.ts";

type Found = Awaited<ReturnType<HisAdapterDeps["his"]["findClaim"]>>;

const NEVER = () => Promise.resolve(notSent("not asked in this test"));
const CLOSED = refused("insurance_period_closed", "已清算");
const SETTLED = {
  state: "settled",
  settlementId: "S1",
  total: "126.40",
  fund: "48.79",
  account: "23.41",
  other: "0.00",
  cash: "54.20",
  balance: null,
} as const;

Deno.test("voidHisClaim() refused: what stands at HIS says what the no means", async (t) => {
  await using own = await testDb(STAGE_TIME);
  await using stage = await openStage({ own });
  const cases: readonly [string, Found, string][] = [
    ["an earlier one went through", done({ state: "voided", voidId: "V1" }), "done"],
    ["the settlement stands", done(SETTLED), "refused insurance.period_closed"],
    ["it was only quoted, and may be settled late", done({ state: "quoted" }), "unknown"],
    ["HIS never saw it, and may do late", done({ state: "absent" }), "unknown"],
    ["HIS does not tell", unknown("no answer"), "unknown"],
    ["HIS refuses to tell", refused("claim_unknown", ""), "unknown"],
  ];
  for (const [name, found, expected] of cases) {
    await t.step(name, async () => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const nameSettlement = () => Promise.resolve("H1");
      const plan = await own.db.transaction().execute((tx) =>
        planClaim(tx, stage.deps, { context: order, ask: "perform", nameSettlement })
      );
      const his = {
        presettleClaim: NEVER,
        settleClaim: NEVER,
        releaseClaim: NEVER,
        voidClaim: () => Promise.resolve(CLOSED),
        findClaim: () => Promise.resolve(found),
      };
      const deps = { ...stage.deps, his, hisPatientIdOf: () => Promise.resolve("P1") };
      assert.equal(tellAnswer(await voidHisClaim(deps, plan)), expected);
      await stage.ask(order, "release");
    });
  }
});
