import assert from "node:assert/strict";
import { findCity } from "../server/modules/access/find_organisation.ts";
import type { Permission } from "../server/modules/access/permission.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import type { ConsoleOrder } from "../server/modules/checkout/console/contract.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import { isMobileOrderWhole } from "../server/modules/insurance/mobile/store.ts";
import { checkBooks } from "../server/modules/ledger/check/check_books.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import { testAudit } from "./audit.ts";
import { assertBooksAgree } from "./books.ts";
import { addPerson } from "./console.ts";
import { answered, callerOf, consoleAs, refused } from "./console_callers.ts";
import { refund } from "./refund.ts";
import { testRowTags } from "./sealer.ts";
import { act, billsOf, createOrder, identifyByCard, orderAllBills, settle } from "./visit.ts";
import { openWorld, START, type World } from "./world.ts";

/** What two of the staff state of a leg is in the books of whose leg it is (R-PAY-19, R-REF-05). */

const STAFF: readonly Permission[] = ["order.read", "order.work", "order.approve"];

type Settle = { readonly leg: string; readonly outcome: string; readonly number?: string | null };

Deno.test("a settlement stated done is the claim's, with the relative's part, and can be voided", async () => {
  await using world = await openWorld();
  const desk = await deskOf(world);
  const created = await orderWithRelative(world);
  world.faults.plan("insurance", "2207", { kind: "lose_answer" });
  lose(world, ["5201", "5203"]);
  const order = await act(world, created, "confirm", { quoteVersion: 1 });
  assert.equal(order.stage, "unknown", JSON.stringify(order));
  assert.equal(
    await refused(
      desk.ask(order, { leg: "insurance", outcome: "done", number: null }),
    ),
    "409 checkout.number_needed",
  );
  const number = await settlementAtCentre(world);
  await desk.state(order, { leg: "insurance", outcome: "done", number });
  const claim = await claimOf(world, order);
  assert.deepEqual([claim.setl_id, claim.total_fen, claim.cash_fen, claim.voided_at], [
    number,
    BigInt(created.quote?.totalFen ?? 0),
    BigInt(created.quote?.cashFen ?? 0),
    null,
  ]);
  const choice = await world.own.db.selectFrom("insurance_choice").selectAll()
    .where("order_id", "=", order.id).executeTakeFirstOrThrow();
  assert.equal(choice.relative_fen, BigInt(created.quote?.relativeFen ?? 0));
  await assertChecks(world);

  world.faults.clear();
  await act(world, order, "cancel");
  assert.equal((await settle(world, order)).state, "unwound");
  assert.notEqual((await claimOf(world, order)).voided_at, null, "voided by the stated number");
  await assertBooksAgree(world, "stated done, then turned back");
  await assertChecks(world);
});

Deno.test("a settlement stated not done turns the order back, and leaves nothing to void", async () => {
  await using world = await openWorld();
  const desk = await deskOf(world);
  const created = await orderAllBills(world, "two_bills");
  lose(world, ["2207", "5201", "5203"]);
  const order = await act(world, created, "confirm", { quoteVersion: 1 });
  await desk.state(order, { leg: "insurance", outcome: "not_done" });
  world.faults.clear();
  assert.equal((await settle(world, order)).state, "unwound");
  const claim = await claimOf(world, order);
  assert.deepEqual([claim.settle_msgid, claim.setl_id, claim.total_fen], [null, null, null]);
  await assertBooksAgree(world, "stated not done");
  await assertChecks(world);
});

Deno.test("a settlement stated undone is the claim's voiding, by the number of its paper", async () => {
  await using world = await openWorld();
  const desk = await deskOf(world);
  const order = await insured(world);
  world.faults.plan("insurance", "2208", { kind: "lose_answer" });
  lose(world, ["5201", "5203"]);
  await act(world, order, "cancel");
  await settle(world, order, { roundsMax: 2 });
  await desk.state(order, { leg: "insurance", outcome: "undone", number: "V20261118" });
  const claim = await claimOf(world, order);
  assert.deepEqual([claim.void_setl_id, claim.voided_at], ["V20261118", world.clock.now()]);
  world.faults.clear();
  assert.equal((await settle(world, order)).state, "unwound");
  await assertBooksAgree(world, "stated undone");
  await assertChecks(world);
});

Deno.test("stated done at the centre for mobile payment, its order row stays, and it can be given back", async () => {
  await using world = await openWorld();
  const desk = await deskOf(world);
  await setMobile(world);
  const { identificationId, created } = await orderByVoucher(world);
  world.faults.plan("mobile_insurance", "6301", { kind: "lose_request" }, 100);
  const order = await act(world, created, "confirm", { quoteVersion: created.quote?.version });
  assert.equal(order.stage, "unknown", JSON.stringify(order));
  const before = await mobileOrderOf(world, order);
  await desk.state(order, { leg: "insurance", outcome: "done", number: "MOBILE1" });
  assert.deepEqual(await mobileOrderOf(world, order), before);
  assert.ok(await isMobileOrderWhole(world.own.db, world.services.rowTags, before));
  assert.equal((await claimOf(world, order)).setl_id, "MOBILE1");
  await assertChecks(world);

  world.faults.clear();
  const paid = await settle(world, order);
  assert.equal(paid.state, "completed", JSON.stringify(paid));
  const back = await refund(world, { order: paid, identificationId });
  assert.equal(back.state, "returned", JSON.stringify(back));
  assert.notEqual((await claimOf(world, order)).voided_at, null, "given back all the same");
  await assertChecks(world);
});

Deno.test("a surplus stated given back is in payment's books, so no more than the rest goes back", async () => {
  await using world = await openWorld({
    profile: { legOrder: ["tender", "insurance", "fulfilment"] },
  });
  const desk = await deskOf(world);
  world.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: -150 });
  world.faults.plan("aggregate_pay", "refund", { kind: "lose_answer" }, 100);
  world.faults.plan("aggregate_pay", "refund_query", { kind: "lose_request" }, 100);
  let order = await act(world, await orderAllBills(world, "two_bills"), "confirm", {
    quoteVersion: 1,
  });
  const code = paymentCode("ALIPAY", "pays", 7);
  order = await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  await settle(world, order);
  const view = await desk.read(order);
  const surplus = view.legs.find(({ kind }) => kind === "surplus");
  assert.deepEqual(surplus?.settlements, ["done"], JSON.stringify(view.legs));
  const stated = await desk.state(order, { leg: "surplus", outcome: "done" });
  assert.deepEqual(stated.payments.map(({ kind, state }) => `${kind} ${state}`), [
    "trade paid",
    "refund refunded",
  ]);
  const trade = await world.own.db.selectFrom("payment_trade").select("refunded_fen")
    .executeTakeFirstOrThrow();
  assert.equal(trade.refunded_fen, 150n);
  await assertBooksAgree(world, "surplus stated");
  await assertChecks(world);
});

interface Desk {
  read(order: { readonly id: string }): Promise<ConsoleOrder>;
  ask(order: { readonly id: string }, what: Settle): Promise<Response>;
  /** One asks, another approves. */
  state(order: { readonly id: string }, what: Settle): Promise<ConsoleOrder>;
}

async function deskOf(world: World): Promise<Desk> {
  const person = async (login: string) => {
    await addPerson(world, { login, permissions: STAFF });
    return consoleAs(world, await callerOf(world, login));
  };
  const [one, two] = [await person("cashier.one"), await person("cashier.two")];
  const read = async ({ id }: { readonly id: string }) =>
    await answered<ConsoleOrder>(one("GET", `/orders/${id}`));
  const ask = async (order: { readonly id: string }, { leg, outcome, number }: Settle) => {
    const of = (await read(order)).legs.find(({ kind }) => kind === leg);
    return await one("POST", `/orders/${order.id}/acts`, {
      id: world.id(),
      kind: "settle",
      leg: of?.n ?? -1,
      outcome,
      evidence: "对账单已核对",
      evidenceNumber: number === undefined ? "S20261118" : number,
      evidenceDigest: null,
    });
  };
  return {
    read,
    ask,
    async state(order, what) {
      const { acts } = await answered<ConsoleOrder>(ask(order, what));
      const asked = acts.find(({ state }) => state === "asked");
      assert.ok(asked, JSON.stringify(acts));
      const path = `/orders/${order.id}/acts/${asked.id}/approve`;
      return await answered<ConsoleOrder>(two("POST", path));
    },
  };
}

function lose(world: World, calls: readonly string[]): void {
  for (const call of calls) world.faults.plan("insurance", call, { kind: "lose_request" }, 100);
}

async function orderWithRelative(world: World): Promise<OrderView> {
  const identificationId = await identifyByCard(world, "two_bills");
  const relative = world.person("card_v2");
  assert.ok(relative.card);
  const { consentId } = await answered<{ consentId: string }>(world.call("POST", "/relatives", {
    id: world.id(),
    identificationId,
    relation: "parent",
    noticeVersion: "1",
    days: 1,
    credential: {
      kind: "social_security_card",
      region: "441900",
      socialSecurityNumber: relative.idNumber,
      cardNumber: relative.card.number,
      cardIdentifier: relative.card.identifier,
      name: relative.name,
      version: relative.card.version,
    },
  }));
  const billIds = (await billsOf(world, identificationId)).map(({ id }) => id);
  return await answered<OrderView>(
    world.call("POST", "/orders", {
      id: world.id(),
      identificationId,
      payable: { kind: "bills", billIds },
      settlement: "insurance",
      payer: { consentId },
    }),
    201,
  );
}

/** Insurance has settled, and cash is waited for. */
async function insured(world: World): Promise<OrderView> {
  const order = await act(world, await orderAllBills(world, "two_bills"), "confirm", {
    quoteVersion: 1,
  });
  assert.equal(order.stage, "choose_tender", JSON.stringify(order));
  return order;
}

async function setMobile(world: World): Promise<void> {
  const { clock, own: { db } } = world;
  const city = await findCity({ db });
  assert.ok(city);
  const change = { scopeId: city.id, name: "insurance.route", value: "mobile" } as const;
  await db.transaction().execute((tx) =>
    changeSetting({ clock, audit: testAudit(clock), rowTags: testRowTags() }, tx, {
      change,
      actor: shellActor("test"),
    })
  );
  clock.advance(5_000);
}

async function orderByVoucher(world: World) {
  const identificationId = world.id();
  const code = world.person("e_voucher").codes.insuranceVoucher;
  await answered(world.call("POST", "/identifications", {
    id: identificationId,
    credential: { kind: "scanned_code", code },
  }));
  const billIds = (await billsOf(world, identificationId)).map(({ id }) => id);
  const payable = { kind: "bills", billIds };
  return { identificationId, created: await createOrder(world, { identificationId, payable }) };
}

async function settlementAtCentre(world: World): Promise<string> {
  const reply = await world.control("/insurance/sandbox/settlements");
  const [row] = (await reply.json()).settlements;
  return String(row.settlementId);
}

async function claimOf(world: World, { id }: { readonly id: string }) {
  return await world.own.db.selectFrom("insurance_claim").selectAll()
    .where("order_id", "=", id).executeTakeFirstOrThrow();
}

async function mobileOrderOf(world: World, { id }: { readonly id: string }) {
  return await world.own.db.selectFrom("insurance_mobile_order").selectAll()
    .where("order_id", "=", id).executeTakeFirstOrThrow();
}

/** What `yikatong ledger check` looks at. */
async function assertChecks({ own: { db } }: World): Promise<void> {
  const since = new Date(START.getTime() - 3_600_000);
  assert.deepEqual([...await checkBooks({ db }, since), ...await checkLegs({ db }, since)], []);
}
