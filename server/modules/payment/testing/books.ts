import assert from "node:assert/strict";
import { createAggregatePaySandbox } from "../../../../sandbox/aggregate_pay/create_aggregate_pay_sandbox.ts";
import { Faults, inProcessFetch } from "../../../../sandbox/faults.ts";
import { testDb } from "../../../../tests/db.ts";
import { testSealer } from "../../../../tests/sealer.ts";
import { openAggregatePay } from "../../../gateways/aggregate_pay/client.ts";
import { orderNumberOf } from "../../../gateways/aggregate_pay/order_number.ts";
import { OffsetClock } from "../../../platform/clock.ts";
import { newId } from "../../../platform/ids.ts";
import { asFen } from "../../../platform/money.ts";
import { openParty } from "../../../platform/party.ts";
import type { Ask, LegAnswer } from "../leg_answer.ts";
import { paymentNotifyRoutes } from "../routes.ts";
import { surplusLeg } from "../surplus_leg.ts";
import { type TenderContext, tenderLeg } from "../tender_leg.ts";

const SECRETS = { appId: "TESTAPP", appKey: "test-key", notifyKey: "test-notify" };
const PREFIX = "3194";
const PAY_MS = 120_000;

/** Payment's books and the bank's, each a real one, and the hands that move them. */
export async function openBooks() {
  const own = await testDb();
  const clock = new OffsetClock();
  const faults = new Faults();
  const config = {
    ...SECRETS,
    orderPrefix: PREFIX,
    notifyUrl: "http://us.test/api/notify/aggregate-pay",
  };
  const routes = paymentNotifyRoutes({ db: own.db, sealer: testSealer(), clock, config });
  const sandbox = createAggregatePaySandbox({
    store: ":memory:",
    clock,
    faults,
    secrets: SECRETS,
    publicUrl: () => "http://bank.test",
    fetch: inProcessFetch((request) => routes.fetch(request)),
  });
  const bank = openAggregatePay({
    party: openParty({
      name: "aggregate_pay",
      baseUrl: "http://bank.test",
      timeoutMs: 5_000,
      clock,
      fetch: inProcessFetch((request) => sandbox.app.fetch(request)),
    }),
    config,
    clock,
  });
  const tender = tenderLeg({ bank, clock });
  const surplus = surplusLeg({ bank, clock });
  const leg = <Context, Plan>(work: Work<Context, Plan>) => async (context: Context, ask: Ask) => {
    const plan = await own.db.transaction().execute((tx) => work.plan(tx, context, ask));
    const answer = await work.call(plan);
    await own.db.transaction().execute((tx) => work.record(tx, plan, answer));
    return answer;
  };
  return {
    db: own.db,
    url: own.url,
    clock,
    faults,
    sandbox,
    routes,
    tender,
    surplus,
    ask: leg(tender),
    askSurplus: leg(surplus),
    newId: () => newId(clock.now()),
    context: (change: Partial<TenderContext> = {}): TenderContext => ({
      orderId: newId(clock.now()),
      institutionId: newId(clock.now()),
      tradeId: newId(clock.now()),
      mode: "show_code",
      code: null,
      amountFen: asFen(4879n),
      title: "门诊缴费",
      terminalNumber: "0001",
      merchant: "898441900000001",
      expiresAt: new Date(clock.now().getTime() + PAY_MS),
      refundId: newId(clock.now()),
      ...change,
    }),
    /** The patient's phone. */
    async phone(context: TenderContext, deed: "pay" | "refuse" = "pay") {
      const path = `/sandbox/orders/${orderNumberOf(PREFIX, context.tradeId)}/${deed}`;
      assert.equal((await sandbox.app.request(path, { method: "POST" })).status, 200);
    },
    async tradeRow(context: TenderContext) {
      return await own.db.selectFrom("payment_trade").selectAll()
        .where("id", "=", context.tradeId).executeTakeFirstOrThrow();
    },
    async refundedAtBank(context: TenderContext): Promise<string | undefined> {
      const reply = await sandbox.app.request("/sandbox/orders");
      const { orders } = await reply.json();
      const number = orderNumberOf(PREFIX, context.tradeId);
      return orders.find((order: { number: string }) => order.number === number)?.refundedFen;
    },
    async [Symbol.asyncDispose]() {
      sandbox[Symbol.dispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

interface Work<Context, Plan> {
  plan(tx: Tx, context: Context, ask: Ask): Promise<Plan>;
  call(plan: Plan): Promise<LegAnswer>;
  record(tx: Tx, plan: Plan, answer: LegAnswer): Promise<void>;
}

type Tx = Parameters<ReturnType<typeof tenderLeg>["plan"]>[0];
