import assert from "node:assert/strict";
import {
  type MobileStage,
  openMobileStage,
} from "../../../../tests/conformance/insurance_mobile_rig.ts";
import { testDb } from "../../../../tests/db.ts";
import { asFen } from "../../../platform/money.ts";
import { newId } from "../../../platform/ids.ts";
import { refused } from "../../../platform/outcome.ts";
import type { ClaimContext } from "../../insurance/claim.ts";
import { SITE, STAGE_TIME, tellAnswer } from "../../insurance/claim_stage_test.ts";
import type { ChannelTrade, TenderChannel } from "../channel.ts";
import { medicalMixChannel } from "./medical_mix.ts";

const CASH = asFen(5_420n);
const WORKED = "done 4879/2341/0/5420";

interface Play {
  readonly on: MobileStage;
  readonly channel: TenderChannel;
  readonly order: ClaimContext;
  readonly trade: ChannelTrade;
  collect(): Promise<string>;
  /** The patient pays on the phone. */
  pay(): Promise<void>;
  books(): Promise<{ status: string; cashFen: string; refundedFen: string }>;
}

Deno.test("medicalMixChannel() pays the cash part at the wallet (R-PAY-09)", async (t) => {
  await using own = await testDb(STAGE_TIME);
  async function play(name: string, work: (play: Play) => Promise<void>) {
    await t.step(name, async () => {
      await using on = await openMobileStage(own);
      const order = await on.newOrder();
      await on.ask(order, "prepare");
      await work(playOn(on, order));
    });
  }

  await play("together with insurance, where cash is first", async (p) => {
    assert.equal(await p.collect(), "waiting");
    assert.equal(
      tellAnswer(await p.on.ask(p.order, "perform")),
      "pending",
      "the phone has not paid",
    );
    await p.pay();
    assert.equal(await tell(p.channel.query(p.trade)), "paid");
    assert.equal(tellAnswer(await p.on.ask(p.order, "find")), WORKED);
    assert.equal((await p.on.stage.settlements()).length, 1, "one settlement by one order");
  });

  await play("alone, where insurance has settled", async (p) => {
    assert.equal(tellAnswer(await p.on.ask(p.order, "perform")), WORKED);
    assert.equal(await p.collect(), "waiting");
    await p.pay();
    assert.equal(await tell(p.channel.query(p.trade)), "paid");
    assert.equal((await p.on.stage.settlements()).length, 1);
  });

  await play("gives cash back by itself when insurance then refuses", async (p) => {
    await p.collect();
    p.on.refuse("settle");
    await p.pay();
    assert.equal(await tell(p.channel.query(p.trade)), "refused payment.declined");
    assert.equal((await p.books()).status, "FAIL");
    assert.equal(tellAnswer(await p.on.ask(p.order, "find")), "refused insurance.refused");
  });

  await play("closes what nobody paid, and then insurance is let go", async (p) => {
    await p.collect();
    assert.equal(await tell(p.channel.close(p.trade)), "done");
    await p.pay();
    assert.equal(await tell(p.channel.query(p.trade)), "refused payment.declined");
    assert.equal(tellAnswer(await p.on.ask(p.order, "release")), "done");
  });

  await play("closes for good an order that never arrived", async (p) => {
    p.on.lose("settle", "lose_request");
    assert.equal(await p.collect(), "unknown");
    assert.equal(await tell(p.channel.query(p.trade)), "absent");
    assert.equal(await tell(p.channel.close(p.trade)), "done");
    assert.equal(await p.collect(), "refused payment.declined", "it comes in late and is dead");
  });

  await play("does not close what was paid", async (p) => {
    await p.collect();
    await p.pay();
    assert.equal(await tell(p.channel.close(p.trade)), "refused payment.already_paid");
  });

  await play("refunds once under one number, in parts up to the whole", async (p) => {
    await p.on.ask(p.order, "perform");
    await p.collect();
    await p.pay();
    const first = { refundId: newId(STAGE_TIME), amount: asFen(3_000n) };
    p.on.stage.faults.plan("mobile_insurance", "refund", { kind: "lose_answer" });
    assert.equal(await tell(p.channel.refund(p.trade, first)), "unknown");
    assert.equal(await tell(p.channel.queryRefund(p.trade, first)), "refunded");
    assert.equal(await tell(p.channel.refund(p.trade, first)), "refunded");
    assert.equal((await p.books()).refundedFen, "3000");
    const over = { refundId: newId(STAGE_TIME), amount: asFen(2_421n) };
    const told = await tell(p.channel.refund(p.trade, over));
    assert.equal(told, "refused payment.refund_refused");
    assert.equal(await tell(p.channel.queryRefund(p.trade, over)), "absent");
  });

  await play("takes no order whose cash is not the quote's", async (p) => {
    const wrong = { ...p.trade, amount: asFen(1n) };
    const told = await tell(p.channel.collect(wrong, HOW));
    assert.equal(told, "refused payment.amount_mismatch");
  });

  await play("a number that is taken is looked at, not taken for a no", async (p) => {
    const { wallet } = p.on;
    const channel = medicalMixChannel({
      ...p.on.deps,
      institutionOf: () => Promise.resolve({ name: SITE.name, code: SITE.code, cityId: "441900" }),
      wallet: {
        ...wallet,
        async place(order) {
          await wallet.place(order);
          return refused("OUT_TRADE_NO_USED", "单号已用");
        },
      },
    });
    assert.equal(await tell(channel.collect(p.trade, HOW)), "waiting");
    await p.pay();
    assert.equal(await tell(channel.collect(p.trade, HOW)), "paid");
  });

  await play("a quote written into past the platform pays and closes nothing", async (p) => {
    const less = { quoted_cash_fen: 1n, quoted_account_fen: 7_760n };
    await p.on.deps.db.updateTable("insurance_mobile_order").set(less)
      .where("order_id", "=", p.order.orderId).execute();
    const cheap = { ...p.trade, amount: asFen(1n) };
    assert.match(await tell(p.channel.collect(cheap, HOW)), /^not_sent/);
    assert.match(await tell(p.channel.close(p.trade)), /^unknown/, "one sent may yet arrive");
    const { orders } = await (await p.on.sandbox.app.request("/sandbox/orders")).json();
    assert.deepEqual(orders.map((one: { ordStas: number }) => one.ordStas), [1], "as presettled");
    assert.equal(await p.books(), undefined);
  });
});

const HOW = { presented: null, title: "门诊缴费", expiresAt: STAGE_TIME };

function playOn(on: MobileStage, order: ClaimContext): Play {
  const channel = medicalMixChannel({
    ...on.deps,
    institutionOf: () => Promise.resolve({ name: SITE.name, code: SITE.code, cityId: "441900" }),
  });
  const trade: ChannelTrade = {
    tradeId: newId(STAGE_TIME),
    orderId: order.orderId,
    institutionId: SITE.institutionId,
    mode: "medical_mix",
    merchant: SITE.code,
    terminalNumber: "0317",
    amount: CASH,
  };
  const number = `T${trade.tradeId.replaceAll("-", "")}`;
  return {
    on,
    channel,
    order,
    trade,
    collect: () => tell(channel.collect(trade, HOW)),
    async pay() {
      await on.sandbox.app.request(`/sandbox/mixes/${number}/pay`, { method: "POST" });
    },
    async books() {
      const { mixes } = await (await on.sandbox.app.request("/sandbox/orders")).json();
      return mixes.find((mix: { outTradeNo: string }) => mix.outTradeNo === number);
    },
  };
}

async function tell(
  answer: Promise<{ readonly kind: string; readonly code?: string; readonly value?: unknown }>,
): Promise<string> {
  const { kind, code, value } = await answer;
  if (kind === "refused") return `refused ${code}`;
  const isFact = typeof value === "object" && value !== null && "state" in value;
  return isFact ? String(value.state) : kind;
}
