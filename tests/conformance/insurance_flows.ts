import assert from "node:assert/strict";
import { tellAnswer } from "../../server/modules/insurance/claim_stage_test.ts";
import type { ClaimContext } from "../../server/modules/insurance/claim.ts";
import type { Ask } from "../../server/modules/insurance/leg_answer.ts";
import { findClaim } from "../../server/modules/insurance/summary.ts";
import type { InsuranceStage } from "./insurance_rig.ts";

/** What every way to settle with insurance passes, on the worked visit of nhsa.md §5. */
export interface InsuranceFlow {
  readonly name: string;
  play(on: InsuranceStage): Promise<void>;
}

const WORKED = "done 4879/2341/0/5420";
/** An answer that is on its way is asked for so often, at most (nhsa.md §7.21). */
const FINDS_MAX = 12;

export const INSURANCE_FLOWS: readonly InsuranceFlow[] = [
  {
    name: "quotes, settles and is found settled (R-PAY-01, R-BIL-03)",
    async play(on) {
      const order = await on.newOrder();
      assert.equal(await tell(on, order, "prepare"), WORKED);
      assert.equal(await tell(on, order, "find"), "absent", "a quote moves nothing");
      assert.equal(await settled(on, order), WORKED);
      assert.equal(await tell(on, order, "find"), WORKED);
      assert.equal((await findClaim(on.stage.deps.db, order))?.split.balance, 28_864n);
      assert.equal(await inForce(on), 1);
    },
  },
  {
    name: "settles once, however often it is asked",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await tell(on, order, "prepare");
      await settled(on, order);
      assert.equal(await settled(on, order), WORKED);
      assert.equal(await inForce(on), 1);
    },
  },
  {
    name: "passes a refused quote on, and lets go",
    async play(on) {
      const order = await on.newOrder();
      on.refuse("quote");
      assert.equal(await tell(on, order, "prepare"), "refused insurance.refused");
      assert.equal(await tell(on, order, "release"), "done");
      assert.equal(await tell(on, await on.newOrder(), "prepare"), WORKED);
    },
  },
  {
    name: "passes a refused settlement on: nothing moved, nothing is left",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      on.refuse("settle");
      assert.equal(await settled(on, order), "refused insurance.refused");
      assert.equal(await inForce(on), 0);
      assert.equal(await tell(on, order, "release"), "done");
      assert.equal(await tell(on, await on.newOrder(), "prepare"), WORKED);
    },
  },
  ...(["lose_request", "lose_answer"] as const).flatMap((loss): InsuranceFlow[] => [
    {
      name: `with the settlement lost (${loss}) finds what is true`,
      async play(on) {
        const order = await on.newOrder();
        await tell(on, order, "prepare");
        on.lose("settle", loss);
        assert.equal(await tell(on, order, "perform"), "unknown");
        const found = await untilKnown(on, order, "find");
        assert.equal(found, loss === "lose_answer" ? WORKED : "absent");
        assert.equal(await inForce(on), loss === "lose_answer" ? 1 : 0);
      },
    },
    {
      name: `with the settlement lost (${loss}) is brought back to nothing`,
      async play(on) {
        const order = await on.newOrder();
        await tell(on, order, "prepare");
        on.lose("settle", loss);
        await tell(on, order, "perform");
        assert.equal(await untilKnown(on, order, "undo"), "done");
        assert.equal(await untilKnown(on, order, "release"), "done");
        assert.equal(await inForce(on), 0);
        assert.equal(await tell(on, await on.newOrder(), "prepare"), WORKED);
      },
    },
    {
      name: `with the void lost (${loss}) voids once`,
      async play(on) {
        const order = await on.newOrder();
        await tell(on, order, "prepare");
        await settled(on, order);
        on.lose("void", loss);
        assert.equal(await tell(on, order, "undo"), "unknown");
        const found = await untilKnown(on, order, "find_undo");
        if (found === "absent") assert.equal(await untilKnown(on, order, "undo"), "done");
        else assert.equal(found, "done");
        assert.equal(await inForce(on), 0);
        assert.equal((await on.stage.settlements()).length, 2, "one settlement and one void");
      },
    },
  ]),
  {
    name: "voids what was settled and frees the visit (R-BIL-12)",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await settled(on, order);
      assert.equal(await untilKnown(on, order, "undo"), "done");
      assert.equal(await tell(on, order, "find_undo"), "done");
      assert.equal(await untilKnown(on, order, "undo"), "done", "a second time it is still void");
      assert.equal(await tell(on, order, "release"), "done");
      assert.equal(await inForce(on), 0);
      assert.equal((await findClaim(on.stage.deps.db, order))?.voided, true);
      assert.equal(await tell(on, await on.newOrder(), "prepare"), WORKED);
    },
  },
  {
    name: "undo of what was never settled is done",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      assert.equal(await tell(on, order, "undo"), "done");
      assert.equal(await tell(on, order, "release"), "done");
      assert.equal(await inForce(on), 0);
    },
  },
  {
    name: "refuses a quote whose figures contradict each other",
    async play(on) {
      const order = await on.newOrder();
      on.misstate("quote");
      assert.equal(await tell(on, order, "prepare"), "refused insurance.unsound_figures");
      assert.equal(await tell(on, order, "release"), "done");
    },
  },
  {
    name: "says of a settlement whose figures contradict each other that it moved money",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      on.misstate("settle");
      let answer = await on.ask(order, "perform");
      for (let n = 0; n < FINDS_MAX && answer.kind === "pending"; n++) {
        answer = await on.ask(order, "find");
      }
      assert.equal(answer.kind === "done" && answer.unsound, true, tellAnswer(answer));
      assert.equal(await untilKnown(on, order, "undo"), "done");
      assert.equal(await inForce(on), 0);
    },
  },
  {
    name: "gives back the claim of another order, once (R-REF-01)",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await settled(on, order);
      assert.equal(tellAnswer(await on.askReturn(order, "prepare")), WORKED);
      assert.equal(tellAnswer(await on.askReturn(order, "find")), "absent");
      assert.equal(tellAnswer(await on.askReturn(order, "perform")), WORKED);
      assert.equal(tellAnswer(await on.askReturn(order, "perform")), WORKED);
      assert.equal(tellAnswer(await on.askReturn(order, "find")), WORKED);
      assert.equal((await on.stage.settlements()).length, 2);
    },
  },
  {
    name: "does not give back of a cleared period: a person decides",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await settled(on, order);
      await on.stage.clearMonth();
      const answer = tellAnswer(await on.askReturn(order, "perform"));
      assert.equal(answer, "refused insurance.period_closed");
      assert.equal(await inForce(on), 1);
    },
  },
  {
    name: "moves nothing on a record that was changed past the platform",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await settled(on, order);
      await on.stage.deps.db.updateTable("insurance_claim").set({ fund_fen: 1n })
        .where("order_id", "=", order.orderId).execute();
      assert.equal(await tell(on, order, "undo"), "refused insurance.record_changed");
      const back = tellAnswer(await on.askReturn(order, "perform"));
      assert.equal(back, "refused insurance.record_changed");
      assert.equal(await inForce(on), 1);
    },
  },
  {
    name: "settles nothing on another route than it was begun on",
    async play(on) {
      const order = await on.newOrder();
      await tell(on, order, "prepare");
      await settled(on, order);
      const route = order.site.route === "fsi" ? "his" : "fsi";
      await on.stage.deps.db.updateTable("insurance_claim").set({ route })
        .where("order_id", "=", order.orderId).execute();
      assert.equal(await tell(on, order, "undo"), "refused insurance.record_changed");
    },
  },
];

async function tell(on: InsuranceStage, order: ClaimContext, ask: Ask): Promise<string> {
  return tellAnswer(await on.ask(order, ask));
}

/** `perform`, and `find` while the party is at it. */
async function settled(on: InsuranceStage, order: ClaimContext): Promise<string> {
  const told = await tell(on, order, "perform");
  return told === "pending" ? await untilKnown(on, order, "find") : told;
}

/** Asked again while nobody knows, as the saga does on its schedule. */
async function untilKnown(on: InsuranceStage, order: ClaimContext, ask: Ask): Promise<string> {
  let told = await tell(on, order, ask);
  for (let n = 1; n < FINDS_MAX && (told === "unknown" || told === "pending"); n++) {
    told = await tell(on, order, ask);
  }
  return told;
}

async function inForce(on: InsuranceStage): Promise<number> {
  const rows = await on.stage.settlements();
  return rows.filter((row) => row.voids === null && row.voidedBy === null).length;
}
