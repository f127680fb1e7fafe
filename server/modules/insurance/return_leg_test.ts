import assert from "node:assert/strict";
import { testDb } from "../../../tests/db.ts";
import type { ClaimContext } from "./claim.ts";
import { openStage, type Stage, STAGE_TIME, tellAnswer, VISIT } from "./claim_stage_test.ts";
import { keptVisit } from "./kept_visit.ts";
import { findClaim } from "./summary.ts";

const WORKED = "done 4879/2341/0/5420";

Deno.test("returnLeg() voids another order's settlement (R-REF-01)", async (t) => {
  await using own = await testDb(STAGE_TIME);
  async function play(name: string, work: (stage: Stage, order: ClaimContext) => Promise<void>) {
    await t.step(name, async () => {
      await using stage = await openStage({ own });
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      await stage.ask(order, "perform");
      await work(stage, order);
    });
  }

  await play("says what would come back without a message", async (stage, order) => {
    const before = stage.arrived.length;
    assert.equal(tellAnswer(await stage.askReturn(order, "prepare")), WORKED);
    assert.equal(stage.arrived.length, before);
  });

  await play("voids once, however often it is asked, and frees the visit", async (stage, order) => {
    assert.equal(tellAnswer(await stage.askReturn(order, "find")), "absent");
    assert.equal(tellAnswer(await stage.askReturn(order, "perform")), WORKED);
    assert.deepEqual(stage.arrived.slice(-3), ["2208", "2205", "2202"]);
    assert.equal(tellAnswer(await stage.askReturn(order, "perform")), WORKED);
    assert.equal(tellAnswer(await stage.askReturn(order, "find")), WORKED);
    assert.equal((await stage.settlements()).length, 2, "one settlement, one void");
    assert.equal((await findClaim(stage.deps.db, order))?.voided, true);
    assert.equal(tellAnswer(await stage.ask(await stage.newOrder(), "prepare")), WORKED);
  });

  for (const loss of ["lose_request", "lose_answer"] as const) {
    await play(`with 2208 lost (${loss}) finds what is true`, async (stage, order) => {
      stage.faults.plan("insurance", "2208", { kind: loss });
      assert.equal(tellAnswer(await stage.askReturn(order, "perform")), "unknown");
      const found = tellAnswer(await stage.askReturn(order, "find"));
      assert.equal(found, loss === "lose_answer" ? WORKED : "absent");
      assert.equal(tellAnswer(await stage.askReturn(order, "perform")), WORKED);
      assert.equal((await stage.settlements()).length, 2);
    });
  }

  await play("of a cleared period is refused for a person to decide", async (stage, order) => {
    await stage.clearMonth();
    const answer = await stage.askReturn(order, "perform");
    assert.equal(tellAnswer(answer), "refused insurance.period_closed");
    assert.equal((await stage.settlements()).length, 1);
  });

  await play("cannot be taken back", async (stage, order) => {
    await stage.askReturn(order, "perform");
    assert.equal(
      tellAnswer(await stage.askReturn(order, "undo")),
      "refused insurance.return_final",
    );
  });

  await play("lets the kept lines be settled under numbers of their own", async (stage, order) => {
    await stage.askReturn(order, "perform");
    const refund = await stage.newOrder();
    const kept = keptVisit(VISIT, refund.orderId, VISIT.lines.slice(0, 2));
    assert.ok(kept.visitNumber.length <= 30 && kept.visitNumber !== VISIT.visitNumber);
    const again = { ...refund, visit: { ...kept, startedAt: refund.visit.startedAt } };
    assert.equal(tellAnswer(await stage.ask(again, "prepare")), "done 3304/1416/0/0");
    assert.equal(tellAnswer(await stage.ask(again, "perform")), "done 3304/1416/0/0");
  });

  await play("of an order nobody claimed for has nothing to give back", async (stage) => {
    const order = await stage.newOrder();
    assert.equal(tellAnswer(await stage.askReturn(order, "perform")), "done");
  });

  await play("voids nothing on a record that was changed", async (stage, order) => {
    await stage.deps.db.updateTable("insurance_claim").set({ fund_fen: 1n })
      .where("order_id", "=", order.orderId).execute();
    const answer = await stage.askReturn(order, "perform");
    assert.equal(tellAnswer(answer), "refused insurance.record_changed");
  });
});
