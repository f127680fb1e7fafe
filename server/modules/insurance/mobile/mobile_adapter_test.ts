import assert from "node:assert/strict";
import { askAdapter } from "../../../../tests/conformance/insurance_rig.ts";
import {
  type MobileStage,
  openMobileStage,
} from "../../../../tests/conformance/insurance_mobile_rig.ts";
import { testDb } from "../../../../tests/db.ts";
import { refused } from "../../../platform/outcome.ts";
import { openReport } from "../../../gateways/mobile_insurance/report.ts";
import { type MobileReport, ordClass, ordRank } from "../../../gateways/mobile_insurance/wire.ts";
import type { ClaimContext } from "../claim.ts";
import { STAGE_TIME, tellAnswer } from "../claim_stage_test.ts";
import type { Ask } from "../leg_answer.ts";
import { mobileAdapter } from "./mobile_adapter.ts";
import { medOrgOrd, orderIdOf } from "./mobile_data.ts";
import { noteMobileReport } from "./note_report.ts";
import { findMobileOrder } from "./store.ts";

const WORKED = "done 4879/2341/0/5420";

/** Beyond the flows that all adapters pass (tests/conformance/insurance_flows.ts). */
Deno.test("mobileAdapter() on what only the centre for mobile payment does", async (t) => {
  await using own = await testDb(STAGE_TIME);
  async function play(
    name: string,
    work: (on: MobileStage, order: ClaimContext) => Promise<void>,
  ) {
    await t.step(name, async () => {
      await using on = await openMobileStage(own);
      await work(on, await on.newOrder());
    });
  }
  async function tell(on: MobileStage, order: ClaimContext, ask: Ask): Promise<string> {
    return tellAnswer(await on.ask(order, ask));
  }

  await play("takes EXP for unknown and finds the refund (§7.18)", async (on, order) => {
    await tell(on, order, "prepare");
    await tell(on, order, "perform");
    on.stage.faults.plan("mobile_insurance", "6203", { kind: "exp" });
    assert.equal(await tell(on, order, "undo"), "unknown");
    assert.equal(await tell(on, order, "find_undo"), "done");
    assert.equal((await on.stage.settlements()).length, 2);
  });

  await play(
    "waits in a state nobody has explained, keeps what it knew (§7.22)",
    async (on, order) => {
      await tell(on, order, "prepare");
      on.stage.faults.plan("mobile_insurance", "6301", { kind: "no_amounts" }, 2);
      assert.equal(await tell(on, order, "perform"), "pending");
      assert.equal(await tell(on, order, "find"), "pending");
      const row = await findMobileOrder(on.deps.db, { order_id: order.orderId, at: order.at });
      assert.deepEqual([row?.ord_stas, row?.quoted_fund_fen, row?.quoted_cash_fen], [
        18,
        4_879n,
        5_420n,
      ]);
      assert.equal(await tell(on, order, "find"), WORKED);
    },
  );

  await play("never calls off an order that was placed (§7.21)", async (on, order) => {
    await tell(on, order, "prepare");
    await tell(on, order, "perform");
    on.stage.faults.plan("mobile_insurance", "6301", { kind: "no_amounts" }, 2);
    assert.equal(await tell(on, order, "release"), "unknown");
    assert.equal(await tell(on, order, "undo"), "unknown");
    assert.equal((await on.stage.settlements()).length, 1);
  });

  await play("revokes with 6401 what was not placed", async (on, order) => {
    await tell(on, order, "prepare");
    assert.equal(await tell(on, order, "release"), "done");
    const { orders } = await (await on.sandbox.app.request("/sandbox/orders")).json();
    assert.equal(orders[0].ordStas, 12);
    assert.equal(await tell(on, order, "release"), "done", "and again");
  });

  for (const loss of ["lose_request", "lose_answer"] as const) {
    await play(`with 6201 lost (${loss}) makes one order`, async (on, order) => {
      on.stage.faults.plan("mobile_insurance", "6201", { kind: loss });
      assert.equal(await tell(on, order, "prepare"), "unknown");
      assert.equal(await tell(on, order, "prepare"), WORKED);
      const { orders } = await (await on.sandbox.app.request("/sandbox/orders")).json();
      assert.equal(orders.length, 1);
    });

    await play(`with 6201 lost (${loss}) lets go by our own number`, async (on, order) => {
      on.stage.faults.plan("mobile_insurance", "6201", { kind: loss });
      await tell(on, order, "prepare");
      assert.equal(await tell(on, order, "release"), "done");
      assert.equal(await tell(on, await on.newOrder(), "prepare"), WORKED);
    });
  }

  await play("with 6202's answer lost has the figures of 6301", async (on, order) => {
    on.stage.faults.plan("mobile_insurance", "6202", { kind: "lose_answer" });
    assert.equal(await tell(on, order, "prepare"), WORKED);
  });

  await play("with a gateway's error knows nothing", async (on, order) => {
    on.stage.faults.plan("mobile_insurance", "6202", { kind: "gateway_error" });
    assert.equal(await tell(on, order, "prepare"), "unknown");
  });

  await play("asks for an e-voucher where another medium was shown", async (on) => {
    const order = await on.stage.newOrder();
    assert.equal(await tell(on, order, "prepare"), "refused insurance.voucher_needed");
  });

  await play("asks for a fresh e-voucher once it has run out", async (on, order) => {
    on.stage.advance(31 * 60_000);
    assert.equal(await tell(on, order, "prepare"), "refused insurance.token_expired");
  });

  await play("notes a report once, whatever the order they come in (§7.20)", async (on, order) => {
    on.stage.faults.plan("mobile_insurance", "notify", { kind: "early_notify" });
    on.stage.faults.plan("mobile_insurance", "notify", { kind: "duplicate_notify" });
    await tell(on, order, "prepare");
    await tell(on, order, "perform");
    await on.sandbox.tick();
    const reports: MobileReport[] = [];
    for (const body of on.reports) {
      const opened = await openReport(on.line, body);
      if (opened.kind === "reported") reports.push(opened.report);
    }
    assert.deepEqual(reports.map((report) => report.ordStas), [1, 6, 6]);
    const news: (boolean | undefined)[] = [];
    for (const report of reports.toReversed()) {
      const noted = await on.deps.db.transaction().execute((tx) =>
        noteMobileReport(tx, report, STAGE_TIME)
      );
      news.push(noted?.isNews);
    }
    assert.deepEqual(news, [true, false, false], "6 first, then nothing that is less");
  });

  await play(
    "takes no refused 6202 for its word when an earlier one went through",
    async (on, order) => {
      await tell(on, order, "prepare");
      const { centre } = on.deps;
      const adapter = mobileAdapter({
        ...on.deps,
        centre: {
          ...centre,
          place: () => Promise.resolve(refused("insurance.refused", "重复提交")),
        },
      });
      const again = await askAdapter(on.stage, adapter, { context: order, ask: "prepare" });
      assert.equal(tellAnswer(again), WORKED);
      const fresh = await on.newOrder();
      const never = await askAdapter(on.stage, adapter, { context: fresh, ask: "prepare" });
      assert.equal(tellAnswer(never), "refused insurance.refused");
    },
  );

  await play("finds what a wallet placed that says the number is taken", async (on, order) => {
    await tell(on, order, "prepare");
    const adapter = mobileAdapter({
      ...on.deps,
      wallet: {
        ...on.wallet,
        async place(request) {
          await on.wallet.place(request);
          return refused("OUT_TRADE_NO_USED", "单号已用");
        },
      },
    });
    const settled = await askAdapter(on.stage, adapter, { context: order, ask: "perform" });
    assert.equal(tellAnswer(settled), WORKED);
    assert.equal((await on.stage.settlements()).length, 1);
    assert.equal(await tell(on, order, "undo"), "done");
  });

  const written = {
    quoted_fund_fen: 7_220n,
    quoted_cash_fen: 1n,
    pay_ord_id: "ORD-OF-SOMEBODY-ELSE",
    tag: null,
  };
  for (const [column, value] of Object.entries(written)) {
    const write = async (on: MobileStage, order: ClaimContext) => {
      await on.deps.db.updateTable("insurance_mobile_order").set({ [column]: value })
        .where("order_id", "=", order.orderId).execute();
    };
    const CHANGED = "refused insurance.record_changed";
    await play(`settles nothing by a row whose ${column} was written into`, async (on, order) => {
      await tell(on, order, "prepare");
      await write(on, order);
      assert.equal(await tell(on, order, "perform"), CHANGED);
      assert.equal(await tell(on, order, "prepare"), CHANGED, "nor is it made good");
      assert.deepEqual(await on.stage.settlements(), []);
    });

    await play(
      `gives nothing back by a row whose ${column} was written into`,
      async (on, order) => {
        await tell(on, order, "prepare");
        await tell(on, order, "perform");
        await write(on, order);
        assert.equal(await tell(on, order, "undo"), CHANGED);
        assert.equal(await tell(on, order, "find"), "unknown", "a person has to look");
        assert.equal(await tell(on, order, "release"), "unknown");
        assert.equal((await on.stage.settlements()).length, 1);
      },
    );
  }

  await play("notes no report about another order", async (on, order) => {
    await tell(on, order, "prepare");
    const report = { payOrdId: "ORD-OTHER", medOrgOrd: medOrgOrd(order.orderId), ordStas: 6 };
    const noted = await on.deps.db.transaction().execute((tx) =>
      noteMobileReport(tx, { ...NOTHING_SAID, ...report }, STAGE_TIME)
    );
    assert.equal(noted, null);
  });
});

const NOTHING_SAID = {
  feeSumamt: null,
  psnAcctPay: null,
  fundPay: null,
  othFeeAmt: null,
  acctMulaidPay: null,
  hospPartAmt: null,
  hiDocSn: null,
  revsToken: null,
  ownpayAmt: null,
};

Deno.test("an order status is what it is said to be, and those unsaid are in flight", () => {
  const classes = Array.from({ length: 26 }, (_, status) => ordClass(status));
  assert.deepEqual(classes.slice(0, 3), ["processing", "processing", "processing"]);
  assert.deepEqual(classes.slice(3, 7), ["candidate", "candidate", "candidate", "settled"]);
  assert.ok(classes.slice(7, 14).every((one) => one === "refunded"));
  assert.ok(classes.slice(14, 17).every((one) => one === "failed"));
  assert.ok(classes.slice(17).every((one) => one === "in_flight"), "17 and 18 to 25");
  assert.ok(ordRank(6) > ordRank(15) && ordRank(8) > ordRank(6) && ordRank(4) > ordRank(18));
});

Deno.test("our number of an order leads back to it", () => {
  const id = "019a8f3e-5c00-7abc-8def-0000000000c1";
  assert.equal(orderIdOf(medOrgOrd(id)), id);
  assert.equal(orderIdOf("KSK0317-20260312-000457"), null);
});
