import assert from "node:assert/strict";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import { listOpenHolds } from "../server/modules/ledger/open_holds.ts";
import { assertBooksAgree, readBooks } from "./books.ts";
import { act, identifyByIdCard, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** One trouble a test, as a patient would meet it. */

async function confirmed(world: World, story = "two_bills") {
  const order = await orderAllBills(world, story);
  return await act(world, order, "confirm", { quoteVersion: 1 });
}

async function paidByScan(world: World) {
  const order = await confirmed(world);
  const code = paymentCode("ALIPAY", "pays", 7);
  return await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
}

Deno.test("2207 settled but its answer lost: unknown, never failed, then found and completed", async () => {
  await using world = await openWorld();
  world.faults.plan("insurance", "2207", { kind: "lose_answer" });
  world.faults.plan("insurance", "5201", { kind: "lose_request" });
  let order = await confirmed(world);
  assert.equal(order.stage, "unknown");
  assert.equal(order.reason, null);
  for (let n = 0; n < 10 && order.stage === "unknown"; n++) {
    world.clock.advance(5_000);
    await world.work();
    order = await readOrder(world, order);
  }
  assert.equal(order.stage, "choose_tender", JSON.stringify(order));
  const code = paymentCode("WXPAY", "pays", 3);
  await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  assert.equal((await settle(world, order)).state, "completed");
  await assertBooksAgree(world, "lost 2207");
});

Deno.test("2207 never arrived: it is reversed, the order turns back, nothing is kept", async () => {
  await using world = await openWorld();
  world.faults.plan("insurance", "2207", { kind: "lose_request" });
  const order = await confirmed(world);
  const end = await settle(world, order);
  assert.equal(end.state, "unwound");
  assert.equal(end.reason, "checkout.insurance_lost");
  await assertBooksAgree(world, "2207 never arrived");
});

Deno.test("HIS refuses after all money has moved: everything goes back the way it came", async () => {
  await using world = await openWorld();
  world.faults.plan("his", "post", { kind: "refuse", text: "处方已作废" });
  const order = await paidByScan(world);
  const end = await settle(world, order);
  assert.equal(end.state, "unwound", JSON.stringify(end));
  assert.equal(end.tender?.state, "paid");
  const { parties } = await readBooks(world);
  assert.deepEqual(parties, { bank: 0n, insurance: 0n, his: 0n, hold: 0n });
  await assertBooksAgree(world, "HIS refused");
});

Deno.test("HIS posts and its answer is lost: it is found, not posted twice", async () => {
  await using world = await openWorld();
  world.faults.plan("his", "post", { kind: "lose_answer" });
  const order = await paidByScan(world);
  assert.equal(order.stage, "unknown");
  assert.equal((await settle(world, order)).state, "completed");
  await assertBooksAgree(world, "lost post");
});

Deno.test("insurance settles other figures before cash: the patient confirms again", async () => {
  await using world = await openWorld();
  world.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: 150 });
  let order = await confirmed(world);
  assert.equal(order.stage, "confirm_again");
  assert.equal(order.quote?.version, 2);
  order = await act(world, order, "confirm", { quoteVersion: 2 });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  assert.equal((await settle(world, order)).state, "completed");
  await assertBooksAgree(world, "settled differs");
});

Deno.test("cash first and insurance settles less cash: the surplus goes back", async () => {
  await using world = await openWorld({
    profile: { legOrder: ["tender", "insurance", "fulfilment"] },
  });
  world.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: -150 });
  const order = await paidByScan(world);
  const end = await settle(world, order);
  assert.equal(end.state, "completed", JSON.stringify(end));
  for (let n = 0; n < 4; n++) {
    world.clock.advance(5_000);
    await world.work();
  }
  await assertBooksAgree(world, "surplus");
});

Deno.test("cash first and insurance settles more cash: the order turns back", async () => {
  await using world = await openWorld({
    profile: { legOrder: ["tender", "insurance", "fulfilment"] },
  });
  world.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: 150 });
  const end = await settle(world, await paidByScan(world));
  assert.equal(end.state, "unwound");
  assert.equal(end.reason, "checkout.shortage");
  await assertBooksAgree(world, "shortage");
});

Deno.test("the channel books another amount: it is never accepted, and goes back", async () => {
  await using world = await openWorld();
  let order = await confirmed(world);
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  world.faults.plan("aggregate_pay", "pay", { kind: "wrong_amount", byFen: 1 });
  await payShownCode(world, order);
  const end = await settle(world, order);
  assert.equal(end.state, "unwound", JSON.stringify(end));
  assert.equal(end.reason, "checkout.amount_mismatch");
  await assertBooksAgree(world, "wrong amount");
});

Deno.test("a refused code leaves the choice; another way is taken and completes", async () => {
  await using world = await openWorld();
  let order = await confirmed(world);
  const poor = paymentCode("WXPAY", "insufficient", 1);
  order = await act(world, order, "tender", { id: world.id(), mode: "scan_code", code: poor });
  assert.equal(order.stage, "choose_tender", JSON.stringify(order));
  assert.equal(order.tender?.state, "refused");
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  assert.equal((await settle(world, order)).state, "completed");
  await assertBooksAgree(world, "refused code");
});

Deno.test("changing the way to pay closes the shown code at the bank first", async () => {
  await using world = await openWorld();
  let order = await confirmed(world);
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  const shown = order;
  order = await act(world, order, "tender/close");
  assert.equal(order.stage, "choose_tender", JSON.stringify(order));
  const reply = await world.control("/aggregate-pay/sandbox/phone", {
    do: "pay",
    codeText: shown.tender?.codeText,
  });
  assert.equal((await reply.json()).kind, "not_done", "a closed code cannot be paid");
});

Deno.test("nobody pays in time: the order turns back and insurance is voided", async () => {
  await using world = await openWorld();
  let order = await confirmed(world);
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  const end = await settle(world, order, { stepMs: 30_000 });
  assert.equal(end.state, "unwound");
  assert.equal(end.reason, "checkout.expired");
  await assertBooksAgree(world, "expired");
});

Deno.test("insurance down: identification says so and self-pay goes through", async () => {
  await using world = await openWorld();
  world.faults.plan("insurance", "1101", { kind: "lose_request" }, 4);
  const reply = await identifyByIdCard(world, "two_bills");
  assert.equal(reply.kind, "known");
  assert.equal(reply.kind === "known" && reply.insurance.status, "unavailable");
});

Deno.test("a wallet that needs a password is waited for, then completes", async () => {
  await using world = await openWorld();
  let order = await confirmed(world);
  const code = paymentCode("WXPAY", "password", 5);
  order = await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  assert.equal(order.stage, "pay");
  assert.equal(order.tender?.state, "password");
  assert.equal((await settle(world, order)).state, "completed");
});

Deno.test("an order that needs a person says so and goes on when the party gives in", async () => {
  await using world = await openWorld();
  world.faults.plan("his", "post", { kind: "refuse", text: "退回" });
  world.faults.plan("insurance", "2208", { kind: "refuse", text: "系统繁忙" }, 3);
  const order = await paidByScan(world);
  const waiting = await settle(world, order, { roundsMax: 1 });
  assert.equal(waiting.stage, "attention", JSON.stringify(waiting));
  const end = await settle(world, order, { roundsMax: 30 });
  assert.equal(end.state, "unwound");
  await assertBooksAgree(world, "attention");
});

Deno.test("money paid and not yet posted is an open hold with its age (rule 8)", async () => {
  await using world = await openWorld();
  world.faults.plan("his", "post", { kind: "lose_request" });
  world.faults.plan("his", "find_posting", { kind: "lose_request" }, 8);
  const order = await paidByScan(world);
  assert.equal(order.stage, "unknown");
  world.clock.advance(60_000);
  const [hold, ...others] = await listOpenHolds({ db: world.own.db }, world.clock.now());
  assert.deepEqual(others, []);
  assert.equal(hold?.orderId, order.id);
  assert.equal(hold.amountFen, BigInt(order.quote?.totalFen ?? 0));
  assert.equal(hold.ageMs, 60_000);
  assert.equal((await settle(world, order)).state, "completed");
  assert.deepEqual(await listOpenHolds({ db: world.own.db }, world.clock.now()), []);
});
