import assert from "node:assert/strict";
import type { Kysely, Selectable } from "kysely";
import type { Hono } from "hono";
import {
  type AggregatePaySandbox,
  createAggregatePaySandbox,
} from "../sandbox/aggregate_pay/create_aggregate_pay_sandbox.ts";
import { Faults, inProcessFetch } from "../sandbox/faults.ts";
import {
  type AggregatePayClient,
  openAggregatePay,
} from "../server/gateways/aggregate_pay/client.ts";
import { orderNumberOf } from "../server/gateways/aggregate_pay/order_number.ts";
import type { Ask, LegAnswer } from "../server/modules/payment/leg_answer.ts";
import { paymentNotifyRoutes } from "../server/modules/payment/routes.ts";
import { type SurplusContext, surplusLeg } from "../server/modules/payment/surplus_leg.ts";
import type { PaymentTables } from "../server/modules/payment/tables.ts";
import { type TenderContext, tenderLeg } from "../server/modules/payment/tender_leg.ts";
import { OffsetClock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { asFen } from "../server/platform/money.ts";
import { openParty } from "../server/platform/party.ts";
import type { Tables } from "../server/schema.ts";
import { testAudit } from "./audit.ts";
import { tenderChannels } from "../server/tender_channels.ts";
import { testDb } from "./db.ts";
import { testRowTags, testSealer } from "./sealer.ts";

const SECRETS = { appId: "TESTAPP", appKey: "test-key", notifyKey: "test-notify" };
const PREFIX = "3194";
const PAY_MS = 120_000;
const CONFIG = {
  ...SECRETS,
  orderPrefix: PREFIX,
  notifyUrl: "http://us.test/api/notify/aggregate-pay",
};

export interface PaymentBooks extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly clock: OffsetClock;
  readonly faults: Faults;
  readonly sandbox: AggregatePaySandbox;
  readonly routes: Hono;
  /** Plans, calls and records one ask, each part as checkout does it. */
  ask(context: TenderContext, ask: Ask): Promise<LegAnswer>;
  askSurplus(context: SurplusContext, ask: Ask): Promise<LegAnswer>;
  newId(): string;
  context(change?: Partial<TenderContext>): TenderContext;
  /** The patient's phone. */
  phone(context: TenderContext, deed?: "pay" | "refuse"): Promise<void>;
  tradeRow(context: TenderContext): Promise<Selectable<PaymentTables["payment_trade"]>>;
  refundedAtBank(context: TenderContext): Promise<string | undefined>;
}

/** Payment's books and the bank's, each a real one, and the hands that move them. */
export async function openBooks(): Promise<PaymentBooks> {
  const own = await testDb();
  const clock = new OffsetClock();
  const faults = new Faults();
  const routes = paymentNotifyRoutes({
    db: own.db,
    sealer: testSealer(),
    clock,
    audit: testAudit(clock),
    config: CONFIG,
  });
  const sandbox = createAggregatePaySandbox({
    store: ":memory:",
    clock,
    faults,
    secrets: SECRETS,
    publicUrl: () => "http://bank.test",
    fetch: inProcessFetch((request) => routes.fetch(request)),
  });
  const channels = tenderChannels({ aggregatePay: bankOf(sandbox, clock) });
  const tags = testRowTags();
  return {
    db: own.db,
    clock,
    faults,
    sandbox,
    routes,
    ask: askerOf(own.db, tenderLeg({ channels, clock, tags })),
    askSurplus: askerOf(own.db, surplusLeg({ channels, clock, tags })),
    newId: () => newId(clock.now()),
    context: (change = {}) => ({ ...newContext(clock), ...change }),
    async phone(context, deed = "pay") {
      const path = `/sandbox/orders/${orderNumberOf(PREFIX, context.tradeId)}/${deed}`;
      assert.equal((await sandbox.app.request(path, { method: "POST" })).status, 200);
    },
    async tradeRow(context) {
      return await own.db.selectFrom("payment_trade").selectAll()
        .where("id", "=", context.tradeId).executeTakeFirstOrThrow();
    },
    async refundedAtBank(context) {
      const { orders } = await (await sandbox.app.request("/sandbox/orders")).json();
      const number = orderNumberOf(PREFIX, context.tradeId);
      return orders.find((order: { number: string }) => order.number === number)?.refundedFen;
    },
    async [Symbol.asyncDispose]() {
      sandbox[Symbol.dispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

function bankOf(sandbox: AggregatePaySandbox, clock: OffsetClock): AggregatePayClient {
  const party = openParty({
    name: "aggregate_pay",
    baseUrl: "http://bank.test",
    timeoutMs: 5_000,
    clock,
    fetch: inProcessFetch((request) => sandbox.app.fetch(request)),
  });
  return openAggregatePay({ party, config: CONFIG, clock });
}

function newContext(clock: OffsetClock): TenderContext {
  const now = clock.now();
  return {
    orderId: newId(now),
    institutionId: newId(now),
    tradeId: newId(now),
    mode: "show_code",
    presented: null,
    amountFen: asFen(4879n),
    title: "门诊缴费",
    terminalNumber: "0001",
    merchant: "898441900000001",
    expiresAt: new Date(now.getTime() + PAY_MS),
    refundId: newId(now),
  };
}

type Tx = Parameters<ReturnType<typeof tenderLeg>["plan"]>[0];

interface Work<Context, Plan> {
  plan(tx: Tx, context: Context, ask: Ask): Promise<Plan>;
  call(plan: Plan): Promise<LegAnswer>;
  record(tx: Tx, plan: Plan, answer: LegAnswer): Promise<unknown>;
}

function askerOf<Context, Plan>(
  db: Kysely<Tables>,
  work: Work<Context, Plan>,
): (context: Context, ask: Ask) => Promise<LegAnswer> {
  return async (context, ask) => {
    const plan = await db.transaction().execute((tx) => work.plan(tx, context, ask));
    const answer = await work.call(plan);
    await db.transaction().execute((tx) => work.record(tx, plan, answer));
    return answer;
  };
}
