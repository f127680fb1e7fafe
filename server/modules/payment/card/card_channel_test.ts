import assert from "node:assert/strict";
import { tagOf } from "../../../platform/tagged_table.ts";
import { cardHostChannel } from "../channels/card_host.ts";
import { inquireBalance } from "./inquire_balance.ts";
import { driveOpenCardMessages, probeCardLine, settleDueBatches } from "./jobs.ts";
import { settleBatch } from "./settle_batch.ts";
import { CARD_MESSAGE_TAGGED } from "./tables.ts";
import { type CardRig, openCardRig, PAN } from "./testing/card_rig.ts";

/** Over what the host takes for late, so that "not found" ends a reversal. */
const LATE_MS = 61_000;

async function stateOf({ own }: CardRig, subjectId: string): Promise<string | undefined> {
  const row = await own.db.selectFrom("card_message").select("state")
    .where("subject_id", "=", subjectId).orderBy("attempt", "desc").executeTakeFirst();
  return row?.state;
}

function told(value: unknown): string {
  return Deno.inspect(value, { depth: 6 });
}

Deno.test("bank cards through the host", async (t) => {
  await using rig = await openCardRig();
  const { channel, faults, clock } = rig;

  await t.step("a sale is booked once, however often it is asked for (R-PAY-04)", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    const paid = await rig.collect(trade);
    assert.equal(paid.kind, "done", told(paid));
    assert.ok(paid.kind === "done" && paid.value.state === "paid");
    assert.equal(paid.value.amount, 12_640n);
    assert.equal(paid.value.wallet, `银行卡（尾号${PAN.slice(-4)}）`);
    assert.deepEqual(await rig.collect(trade), paid);
    assert.deepEqual(await channel.query(trade), paid);
    const closed = await channel.close(trade);
    assert.ok(closed.kind === "refused" && closed.code === "payment.already_paid");
    assert.equal(await rig.balance(), before - 12_640);
  });

  await t.step("the host's definite answers are ours (R-PAY-04)", async () => {
    const code = async (change: Parameters<CardRig["card"]>[1] = {}, amount = 100) => {
      const outcome = await rig.collect(rig.trade(amount), change);
      return outcome.kind === "refused" ? outcome.code : outcome.kind;
    };
    assert.equal(await code({}, 90_000_000), "payment.insufficient");
    assert.equal(await code({ pin: "654321" }), "payment.pin_wrong");
    assert.equal(await code({ pin: "654321" }), "payment.pin_wrong");
    assert.equal(await code({ pin: "654321" }), "payment.pin_tries_exceeded");
    assert.equal(await code(), "payment.pin_tries_exceeded");
    await rig.control(`/sandbox/accounts/${PAN}`, { expiry: "2501" });
    assert.equal(await code(), "payment.card_expired");
    await rig.control(`/sandbox/accounts/${PAN}`, { expiry: "3012", state: "closed" });
    assert.equal(await code(), "payment.card_closed");
    await rig.control(`/sandbox/accounts/${PAN}`, { state: "blocked" });
    assert.equal(await code(), "payment.declined");
    await rig.control(`/sandbox/accounts/${PAN}`, { state: "open" });
    assert.equal(await code(), "done");
  });

  await t.step("the balance is asked for under the pad's MAC and PIN too", async () => {
    const trade = rig.trade(0);
    const inquiry = { id: trade.tradeId, terminalNumber: "0001", merchant: trade.merchant };
    const told = await inquireBalance(rig.deps, inquiry, rig.card(trade));
    assert.deepEqual(told, { kind: "done", value: BigInt(await rig.balance()) });
    const wrong = await inquireBalance(rig.deps, inquiry, rig.card(trade, { pin: "111111" }));
    assert.ok(wrong.kind === "refused" && wrong.code === "payment.pin_wrong");
    assert.equal(await probeCardLine(rig.deps), true);
  });

  await t.step("the pad's MAC is over this terminal, trade, amount and card", async () => {
    const trade = rig.trade();
    const sent = (await rig.entries()).length;
    const other = await rig.collect(trade, { macAmount: 100n });
    assert.ok(other.kind === "refused" && other.code === "payment.card_unverified");
    const elsewhere = await channel.collect(trade, {
      presented: { kind: "card", card: rig.card(rig.trade()) },
      title: "门诊缴费",
      expiresAt: clock.now(),
    });
    assert.ok(elsewhere.kind === "refused" && elsewhere.code === "payment.card_unverified");
    assert.equal((await rig.entries()).length, sent);
    assert.deepEqual(await channel.query(trade), { kind: "done", value: { state: "absent" } });
  });

  for (const kind of ["lose_answer", "wrong_mac"] as const) {
    await t.step(`${kind}: the sale is unknown, then taken back (R-REF-02)`, async () => {
      const before = await rig.balance();
      faults.plan("card_host", "sale", { kind });
      const trade = rig.trade();
      assert.equal((await rig.collect(trade)).kind, "unknown");
      assert.equal(await rig.balance(), before - 12_640);
      const asked = await channel.query(trade);
      assert.ok(asked.kind === "refused" && asked.code === "payment.reversed", asked.kind);
      assert.deepEqual(await channel.query(trade), asked);
      assert.deepEqual(await rig.collect(trade), asked);
      assert.equal((await channel.close(trade)).kind, "done");
      assert.equal(await rig.balance(), before);
    });
  }

  await t.step("wrong_amount: another amount in the answer is no answer", async () => {
    const before = await rig.balance();
    faults.plan("card_host", "sale", { kind: "wrong_amount", byFen: 100 });
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    const asked = await channel.query(trade);
    assert.ok(asked.kind === "refused" && asked.code === "payment.reversed");
    assert.equal(await rig.balance(), before);
  });

  await t.step("lose_request: not found ends a reversal only when it is late enough", async () => {
    const before = await rig.balance();
    faults.plan("card_host", "sale", { kind: "lose_request" });
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    assert.equal((await channel.query(trade)).kind, "unknown");
    assert.equal(await stateOf(rig, trade.tradeId), "reversing");
    clock.advance(LATE_MS);
    const asked = await channel.query(trade);
    assert.ok(asked.kind === "refused" && asked.code === "payment.reversed", asked.kind);
    assert.equal(await rig.balance(), before);
  });

  await t.step("duplicate_answer: the second one goes to nobody", async () => {
    const before = await rig.balance();
    faults.plan("card_host", "sale", { kind: "duplicate_answer" });
    assert.equal((await rig.collect(rig.trade())).kind, "done");
    assert.equal((await rig.collect(rig.trade(100))).kind, "done");
    assert.ok(rig.lineEvents.includes("stray_answer"));
    assert.equal(await rig.balance(), before - 12_740);
  });

  await t.step("a reversal whose answer is lost is sent again as it was", async () => {
    const before = await rig.balance();
    faults.plan("card_host", "sale", { kind: "lose_answer" });
    faults.plan("card_host", "reversal", { kind: "lose_answer" }, 2);
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    assert.equal((await channel.query(trade)).kind, "unknown");
    assert.equal((await channel.query(trade)).kind, "unknown");
    assert.equal(await rig.balance(), before);
    assert.equal((await channel.query(trade)).kind, "refused");
    assert.equal(await rig.balance(), before);
  });

  await t.step("a sale of a process that died is taken back by another one", async () => {
    const before = await rig.balance();
    faults.plan("card_host", "sale", { kind: "lose_answer" });
    const trade = rig.trade();
    await rig.collect(trade);
    // As that process left it: committed, sent, and nothing written of the answer.
    const row = await rig.own.db.selectFrom("card_message").selectAll()
      .where("subject_id", "=", trade.tradeId).executeTakeFirstOrThrow();
    const tag = await tagOf(rig.deps.tags, CARD_MESSAGE_TAGGED, { ...row, state: "sending" });
    await rig.own.db.updateTable("card_message")
      .set({ state: "sending", tag, claimed_until: new Date(clock.now().getTime() + 17_000) })
      .where("subject_id", "=", trade.tradeId).execute();
    const restarted = rig.another();
    assert.equal((await cardHostChannel(restarted).query(trade)).kind, "unknown");
    assert.equal(await stateOf(rig, trade.tradeId), "sending");
    clock.advance(20_000);
    assert.equal(await driveOpenCardMessages(restarted), 1);
    assert.equal(await stateOf(rig, trade.tradeId), "reversed");
    assert.equal(await rig.balance(), before);
  });

  await t.step("closing before anything was sent keeps the trade from being paid", async () => {
    const trade = rig.trade();
    assert.equal((await channel.close(trade)).kind, "done");
    const late = await rig.collect(trade);
    assert.ok(late.kind === "refused" && late.code === "payment.closed");
  });

  await t.step("two processes on one line of keys; two reversals at once do no harm", async () => {
    const before = await rig.balance();
    const other = cardHostChannel(rig.another());
    faults.plan("card_host", "sale", { kind: "lose_answer" });
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    const both = await Promise.all([channel.query(trade), other.query(trade)]);
    assert.ok(both.some(({ kind }) => kind === "refused"), told(both));
    assert.ok(both.every(({ kind }) => kind === "refused" || kind === "unknown"));
    assert.equal((await rig.collect(rig.trade(1), {}, other)).kind, "done");
    assert.equal(await rig.balance(), before - 1);
  });

  await t.step("twenty sales at once on one line each get their own answer", async () => {
    const before = await rig.balance();
    const trades = Array.from({ length: 20 }, (_, n) => rig.trade(100 + n));
    faults.plan("card_host", "sale", { kind: "delay", ms: 30 }, 7);
    const outcomes = await Promise.all(trades.map((trade) => rig.collect(trade)));
    outcomes.forEach((outcome, n) => {
      assert.ok(outcome.kind === "done" && outcome.value.state === "paid", told(outcome));
      assert.equal(outcome.value.amount, BigInt(100 + n));
    });
    const references = outcomes.map((one) =>
      one.kind === "done" && one.value.state === "paid" ? one.value.reference : ""
    );
    assert.equal(new Set(references).size, 20);
    assert.equal(await rig.balance(), before - (100 * 20 + 190));
    assert.equal(rig.lineEvents.filter((event) => event === "timeout").length, 0);
  });

  await t.step("keys that the host forgot: the sale is taken back, the next one goes", async () => {
    const before = await rig.balance();
    await rig.control("/sandbox/forget-keys");
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    clock.advance(LATE_MS);
    assert.equal((await channel.query(trade)).kind, "refused");
    assert.equal((await rig.collect(rig.trade(1))).kind, "done");
    assert.equal(await rig.balance(), before - 1);
  });

  await t.step("all of it on the same day is a void, once (R-REF-01)", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    const refund = rig.refund(12_640);
    const back = await channel.refund(trade, refund);
    assert.ok(back.kind === "done" && back.value.state === "refunded", told(back));
    assert.deepEqual(await channel.refund(trade, refund), back);
    assert.deepEqual(await channel.queryRefund(trade, refund), back);
    assert.equal((await rig.entries())[0]?.kind, "void");
    assert.equal(await rig.balance(), before);
  });

  await t.step("a part of it is a refund; more than the rest is refused", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    assert.equal((await channel.refund(trade, rig.refund(2_640))).kind, "done");
    const tooMuch = await channel.refund(trade, rig.refund(12_640));
    assert.ok(tooMuch.kind === "refused" && tooMuch.code === "payment.amount_refused");
    assert.equal((await channel.refund(trade, rig.refund(10_000))).kind, "done");
    assert.equal(await rig.balance(), before);
  });

  await t.step("a refund without an answer is sent again under its number", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    faults.plan("card_host", "refund", { kind: "lose_answer" });
    const refund = rig.refund(640);
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    const again = await channel.queryRefund(trade, refund);
    assert.ok(again.kind === "done" && again.value.state === "refunded", told(again));
    assert.equal(await rig.balance(), before - 12_000);
  });

  await t.step("a void without an answer is taken back and made anew", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    faults.plan("card_host", "void", { kind: "lose_answer" });
    const refund = rig.refund(12_640);
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    const found = await channel.queryRefund(trade, refund);
    assert.deepEqual(found, { kind: "done", value: { state: "absent" } });
    assert.equal(await rig.balance(), before - 12_640);
    assert.equal((await channel.refund(trade, refund)).kind, "done");
    assert.equal(await rig.balance(), before);
  });

  await t.step("by a record somebody changed no card is charged or given back to", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    const write = (
      subject: string,
      change: { state: "sending" | "approved"; reference: string | null },
    ) =>
      rig.own.db.updateTable("card_message").set({ ...change, claimed_until: null })
        .where("subject_id", "=", subject).execute();
    const { reference } = await rig.own.db.selectFrom("card_message").select("reference")
      .where("subject_id", "=", trade.tradeId).executeTakeFirstOrThrow();
    await write(trade.tradeId, { state: "sending", reference: null });
    clock.advance(60_000);
    await driveOpenCardMessages(rig.deps);
    assert.equal(await rig.balance(), before - 12_640, "the sale is not taken back");
    await write(trade.tradeId, { state: "approved", reference });
    faults.plan("card_host", "refund", { kind: "lose_request" });
    const refund = rig.refund(640);
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    await write(refund.refundId, { state: "approved", reference: "000000000001" });
    assert.equal((await channel.queryRefund(trade, refund)).kind, "unknown");
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    await write(refund.refundId, { state: "sending", reference: null });
    assert.equal((await channel.queryRefund(trade, refund)).kind, "done");
    assert.equal((await channel.refund(trade, rig.refund(12_000))).kind, "done");
    assert.equal(await rig.balance(), before);
  });

  await t.step("a refund to a closed card is refused as such (R-REF-01)", async () => {
    const trade = rig.trade();
    await rig.collect(trade);
    await rig.control(`/sandbox/accounts/${PAN}`, { state: "closed" });
    const refund = rig.refund(12_640);
    const back = await channel.refund(trade, refund);
    assert.ok(back.kind === "refused" && back.code === "payment.card_closed", back.kind);
    await rig.control(`/sandbox/accounts/${PAN}`, { state: "open" });
    assert.equal((await channel.refund(trade, refund)).kind, "done");
  });

  await t.step(
    "a settled batch agrees with the host; its sales are refunded, not voided",
    async () => {
      const trade = rig.trade();
      await rig.collect(trade);
      const settled = await settleBatch(rig.deps, "H44190000001");
      assert.ok(settled.kind === "done", told(settled));
      assert.ok(settled.value.agrees, told(settled));
      assert.ok(settled.value.totals.saleCount > 20);
      assert.equal((await channel.refund(trade, rig.refund(12_640))).kind, "done");
      assert.equal((await rig.entries())[0]?.kind, "refund");
    },
  );

  await t.step("a batch that the host counts otherwise is kept as such", async () => {
    const trade = rig.trade();
    await rig.collect(trade);
    await rig.own.db.updateTable("card_message").set({ amount_fen: 1n })
      .where("subject_id", "=", trade.tradeId).execute();
    const settled = await settleBatch(rig.deps, "H44190000001");
    assert.ok(settled.kind === "done" && !settled.value.agrees);
    const rows = await rig.own.db.selectFrom("card_batch").select("state")
      .where("merchant", "=", "H44190000001").orderBy("number").execute();
    assert.deepEqual(rows.map(({ state }) => state), ["agreed", "disagreed", "open"]);
    assert.equal((await channel.query(trade)).kind, "unknown", "it may have been charged");
    assert.equal((await channel.close(trade)).kind, "unknown");
    const back = await channel.refund(trade, rig.refund(12_640));
    assert.ok(back.kind === "refused" && back.code === "payment.record_changed", told(back));
  });

  await t.step("a batch waits for messages without an end", async () => {
    faults.plan("card_host", "sale", { kind: "lose_answer" });
    const trade = rig.trade();
    await rig.collect(trade);
    assert.equal((await settleBatch(rig.deps, "H44190000001")).kind, "unknown");
    assert.equal((await channel.query(trade)).kind, "refused");
    assert.equal((await settleBatch(rig.deps, "H44190000001")).kind, "done");
  });

  await t.step("two workers that end a batch at once end one (R-PAY-20)", async () => {
    await rig.collect(rig.trade());
    const merchant = "H44190000001";
    const batches = async () =>
      (await rig.own.db.selectFrom("card_batch").select("number")
        .where("merchant", "=", merchant).execute()).length;
    const before = await batches();
    const both = await Promise.all([
      settleBatch(rig.deps, merchant),
      settleBatch(rig.another(), merchant),
    ]);
    assert.ok(both.every(({ kind }) => kind === "done"), told(both));
    assert.equal(await batches(), before + 1);
  });

  await t.step("a worker ends the batches of days before", async () => {
    await rig.collect(rig.trade());
    clock.advance(24 * 3_600_000);
    await settleDueBatches(rig.deps);
    const open = await rig.own.db.selectFrom("card_batch").select(["merchant", "opened_at"])
      .where("state", "in", ["open", "closing"]).execute();
    assert.ok(open.every(({ opened_at }) => opened_at >= clock.now()), told(open));
  });

  await t.step("PIN blocks that do not open stop the terminal's cards for the day", async () => {
    for (let n = 0; n < 5; n++) {
      const outcome = await rig.collect(rig.trade(), { pinUnderPan: "6222021234567890123" });
      assert.ok(outcome.kind === "refused" && outcome.code === "payment.pin_unreadable");
    }
    const stopped = await rig.collect(rig.trade());
    assert.ok(stopped.kind === "refused" && stopped.code === "payment.card_stopped");
    clock.advance(24 * 3_600_000);
    assert.equal((await rig.collect(rig.trade())).kind, "done");
  });

  await t.step("no card number, track, PIN or its block is in the books or the log", async () => {
    const rows = await rig.own.db.selectFrom("card_message").selectAll().execute();
    const books = rows.flatMap((row) => Object.values(row)).map((value) =>
      value instanceof Uint8Array ? value.toHex() : String(value)
    );
    const texts = [...books, ...rig.logged].join("\n");
    const panHex = new TextEncoder().encode(PAN).toHex();
    for (const secret of [PAN, panHex, `${PAN}=`, "9f26081122334455667788"]) {
      assert.ok(!texts.includes(secret), `found ${secret}`);
    }
    assert.ok(rows.some(({ pan_end }) => pan_end === PAN.slice(-4)));
  });
});
