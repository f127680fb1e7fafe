import assert from "node:assert/strict";
import { testRowTags, testSealer } from "../../../tests/sealer.ts";
import { orderNumberOf } from "../../gateways/aggregate_pay/order_number.ts";
import { openBooks } from "../../../tests/payment_books.ts";
import { lockTrade, updateTrade } from "./store.ts";

const PATH = "/api/notify/aggregate-pay";

async function openShown() {
  const own = await openBooks();
  const shown = own.context();
  await own.ask(shown, "perform");
  const evidence = async () =>
    await own.db.selectFrom("payment_evidence").selectAll().orderBy("id").execute();
  const events = async () => {
    const rows = await own.db.selectFrom("outbox_event").select(["type", "key", "payload"])
      .execute();
    return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) }));
  };
  return { ...own, shown, evidence, events };
}

Deno.test("a notice is kept as evidence and makes checkout ask; by itself it moves nothing", async () => {
  await using own = await openShown();
  await own.phone(own.shown);
  assert.equal(await own.sandbox.tick(), 1);

  const { orderId, tradeId, institutionId } = own.shown;
  assert.deepEqual(await own.events(), [
    { type: "payment.trade_reported", key: orderId, payload: { orderId, tradeId } },
  ]);
  const [kept, ...more] = await own.evidence();
  assert.equal(more.length, 0);
  assert.deepEqual([kept?.verdict, kept?.trade_id, kept?.institution_id], [
    "reported",
    tradeId,
    institutionId,
  ]);
  const body = await testSealer().open(
    "payment_evidence.body",
    kept?.body_sealed ?? new Uint8Array(),
  );
  assert.equal(JSON.parse(body).merchantOrderId, orderNumberOf("3194", tradeId));
  assert.equal((await own.tradeRow(own.shown)).state, "waiting");
  assert.equal(await own.sandbox.tick(), 0);
});

Deno.test("a notice that comes twice is reported twice and pays once", async () => {
  await using own = await openShown();
  own.faults.plan("aggregate_pay", "notify", { kind: "duplicate_notify" });
  await own.phone(own.shown);
  assert.equal(await own.sandbox.tick(), 2);
  assert.equal((await own.events()).length, 2);
  const first = await own.ask(own.shown, "find");
  assert.deepEqual(await own.ask(own.shown, "find"), first);
  assert.equal((await own.tradeRow(own.shown)).paid_fen, 4879n);
});

Deno.test("a notice that comes late is not lost", async () => {
  await using own = await openShown();
  own.faults.plan("aggregate_pay", "notify", { kind: "late_notify", ms: 60_000 });
  await own.phone(own.shown);
  assert.equal(await own.sandbox.tick(), 0);
  own.clock.jump(60_001);
  assert.equal(await own.sandbox.tick(), 1);
  assert.equal((await own.events()).length, 1);
});

Deno.test("money that comes after we gave a trade up is reported and found", async () => {
  await using own = await openShown();
  own.faults.plan("aggregate_pay", "close", { kind: "lose_request" });
  await own.ask(own.shown, "close");
  await own.db.transaction().execute(async (tx) => {
    const trade = await lockTrade(tx, own.shown.tradeId);
    assert.ok(trade);
    const writing = { now: own.clock.now(), tags: testRowTags() };
    await updateTrade(tx, { trade, change: { state: "closed" } }, writing);
  });

  await own.phone(own.shown);
  await own.sandbox.tick();
  assert.equal((await own.events()).length, 1);
  assert.equal((await own.ask(own.shown, "find")).kind, "done");
  assert.equal((await own.tradeRow(own.shown)).state, "paid");
  assert.equal((await own.ask(own.shown, "undo")).kind, "done");
});

Deno.test("a notice with another amount is marked, and the bank is asked all the same", async () => {
  await using own = await openShown();
  own.faults.plan("aggregate_pay", "notify", { kind: "wrong_amount", byFen: 100 });
  await own.phone(own.shown);
  await own.sandbox.tick();
  assert.deepEqual((await own.evidence()).map((row) => row.verdict), ["mismatch"]);
  assert.equal((await own.events()).length, 1);
  const found = await own.ask(own.shown, "find");
  assert.equal(found.kind === "done" && found.split?.cash, 4879n);
});

Deno.test("a notice without the bank's signature is kept and answered FAILED", async () => {
  await using own = await openShown();
  const body = JSON.stringify({ merchantOrderId: orderNumberOf("3194", own.shown.tradeId) });
  const reply = await own.routes.request(PATH, { method: "POST", body });
  assert.deepEqual([reply.status, await reply.text()], [200, "FAILED"]);
  assert.deepEqual((await own.evidence()).map((row) => row.verdict), ["bad_signature"]);
  assert.deepEqual(await own.events(), []);
});

Deno.test("a notice larger than a notice is refused unread", async () => {
  await using own = await openShown();
  const reply = await own.routes.request(PATH, { method: "POST", body: "x".repeat(20_000) });
  assert.equal(reply.status, 413);
  assert.deepEqual(await own.evidence(), []);
});

Deno.test("the bank repeats a notice that was not taken, a bounded number of times", async () => {
  await using own = await openShown();
  await own.db.deleteFrom("payment_trade").execute();
  await own.phone(own.shown);
  let sent = 0;
  for (let hour = 0; hour < 10; hour++) {
    sent += await own.sandbox.tick();
    own.clock.jump(3_600_000);
  }
  assert.equal(sent, 6);
  const verdicts = (await own.evidence()).map((row) => row.verdict);
  assert.deepEqual(verdicts, Array(6).fill("unknown_trade"));
});
