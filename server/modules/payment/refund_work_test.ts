import assert from "node:assert/strict";
import { paymentCode } from "../../../sandbox/aggregate_pay/payment_code.ts";
import { done, type Outcome, refused } from "../../platform/outcome.ts";
import type { RefundFact, TenderChannels } from "./channel.ts";
import { type SurplusContext, surplusLeg } from "./surplus_leg.ts";
import { asFen } from "../../platform/money.ts";
import { openAdoption } from "../../platform/row_adoption.ts";
import { testRowTags } from "../../../tests/sealer.ts";
import { openBooks } from "../../../tests/payment_books.ts";

const CODE = paymentCode("WXPAY", "pays", 1);

async function openPaid() {
  const own = await openBooks();
  const context = own.context({ mode: "scan_code", presented: { kind: "code", code: CODE } });
  assert.equal((await own.ask(context, "perform")).kind, "done");
  const part = (amountFen: bigint) => ({
    orderId: context.orderId,
    institutionId: context.institutionId,
    tradeId: context.tradeId,
    refundId: own.newId(),
    amountFen: asFen(amountFen),
  });
  return { ...own, paid: context, part };
}

Deno.test("undo pays the whole trade back once, however often it is asked", async () => {
  await using own = await openPaid();
  const first = await own.ask(own.paid, "undo");
  assert.equal(first.kind === "done" && first.split?.cash, 4879n);
  assert.deepEqual(await own.ask(own.paid, "undo"), first);
  assert.deepEqual(await own.ask(own.paid, "find_undo"), first);
  assert.equal(await own.refundedAtBank(own.paid), "4879");
});

Deno.test("undo that is lost keeps its id: asked again it is still one refund", async () => {
  await using own = await openPaid();
  own.faults.plan("aggregate_pay", "refund", { kind: "lose_answer" });
  assert.equal((await own.ask(own.paid, "undo")).kind, "unknown");
  assert.equal((await own.tradeRow(own.paid)).refunded_fen, 4879n);
  const again = await own.ask(own.paid, "undo");
  assert.equal(again.kind, "done");
  assert.equal(await own.refundedAtBank(own.paid), "4879");
});

Deno.test("find_undo tells a refund that was made from one that never arrived", async () => {
  await using own = await openPaid();
  assert.equal((await own.ask(own.paid, "find_undo")).kind, "absent");
  own.faults.plan("aggregate_pay", "refund", { kind: "lose_request" });
  assert.equal((await own.ask(own.paid, "undo")).kind, "unknown");
  assert.equal((await own.ask(own.paid, "find_undo")).kind, "absent");
  own.faults.plan("aggregate_pay", "refund", { kind: "lose_answer" });
  assert.equal((await own.ask(own.paid, "undo")).kind, "unknown");
  assert.equal((await own.ask(own.paid, "find_undo")).kind, "done");
});

Deno.test("a refused refund frees its amount, and may be asked for again under its id", async () => {
  await using own = await openPaid();
  own.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "商户余额不足" });
  const refused = await own.ask(own.paid, "undo");
  assert.deepEqual(refused, {
    kind: "refused",
    code: "payment.refund_refused",
    text: "商户余额不足",
  });
  assert.equal((await own.tradeRow(own.paid)).refunded_fen, 0n);
  assert.equal((await own.ask(own.paid, "undo")).kind, "done");
  assert.equal((await own.tradeRow(own.paid)).refunded_fen, 4879n);
});

Deno.test("surplusLeg() gives a part back, and undo later only the rest", async () => {
  await using own = await openPaid();
  const part = own.part(879n);
  const given = await own.askSurplus(part, "perform");
  assert.equal(given.kind === "done" && given.split?.cash, 879n);
  assert.deepEqual(await own.askSurplus(part, "find"), given);
  const rest = await own.ask(own.paid, "undo");
  assert.equal(rest.kind === "done" && rest.split?.cash, 4000n);
  const nothing = await own.ask({ ...own.paid, refundId: own.newId() }, "undo");
  assert.equal(nothing.kind === "done" && nothing.split?.cash, 0n);
  assert.equal(await own.refundedAtBank(own.paid), "4879");
});

Deno.test("surplusLeg() refuses more than is left, and asks the bank nothing", async () => {
  await using own = await openPaid();
  const answer = await own.askSurplus(own.part(4880n), "perform");
  assert.equal(answer.kind === "refused" && answer.code, "payment.exceeds_remainder");
  assert.equal(await own.refundedAtBank(own.paid), "0");
});

Deno.test("two refunds at once never exceed what was paid", async () => {
  await using own = await openPaid();
  const answers = await Promise.all([
    own.askSurplus(own.part(3000n), "perform"),
    own.askSurplus(own.part(3000n), "perform"),
  ]);
  assert.deepEqual(answers.map((answer) => answer.kind).sort(), ["done", "refused"]);
  assert.equal((await own.tradeRow(own.paid)).refunded_fen, 3000n);
  assert.equal(await own.refundedAtBank(own.paid), "3000");
});

Deno.test("the books themselves refuse to hold more refunded than paid", async () => {
  await using own = await openPaid();
  await assert.rejects(
    own.db.updateTable("payment_trade").set({ refunded_fen: 4880n })
      .where("id", "=", own.paid.tradeId).execute(),
    /check constraint/,
  );
});

Deno.test("a trade that was not paid is never refunded", async () => {
  await using own = await openPaid();
  const unpaid = own.context({ refundId: own.newId() });
  await own.ask(unpaid, "perform");
  await assert.rejects(own.ask(unpaid, "undo"), /only a paid trade is refunded/);
});

Deno.test("no refund goes out by a trade or refund somebody wrote into (R-SEC-12)", async (t) => {
  await using own = await openBooks();
  const changed = { kind: "refused", code: "payment.record_changed" };

  await t.step("paid amount raised", async () => {
    const context = own.context();
    await own.ask(context, "perform");
    await own.phone(context);
    await own.ask(context, "find");
    await own.db.updateTable("payment_trade").set({ paid_fen: 99_999n })
      .where("id", "=", context.tradeId).execute();
    const answer = await own.ask(context, "undo");
    assert.deepEqual({ kind: answer.kind, code: "code" in answer && answer.code }, changed);
    assert.equal(await own.refundedAtBank(context), "0");
    await own.ask(context, "find");
    const row = await own.tradeRow(context);
    assert.equal((await own.ask(context, "undo")).kind, "refused", `tag made good: ${row.state}`);
  });

  await t.step("tag taken away", async () => {
    const context = own.context();
    await own.ask(context, "perform");
    await own.phone(context);
    await own.ask(context, "find");
    await own.db.updateTable("payment_trade").set({ tag: null })
      .where("id", "=", context.tradeId).execute();
    assert.equal((await own.ask(context, "undo")).kind, "refused");
  });

  await t.step(
    "a trade of before there were tags is given back while those get theirs",
    async () => {
      const context = own.context();
      await own.ask(context, "perform");
      await own.phone(context);
      await own.ask(context, "find");
      await own.db.updateTable("payment_trade").set({ tag: null })
        .where("id", "=", context.tradeId).execute();
      const at = new Date(own.clock.now().getTime() + 60_000);
      await own.db.updateTable("row_tag_start").set({ at }).execute();
      await own.db.transaction().execute((tx) => openAdoption(tx, testRowTags(), "payment_trade"));
      assert.equal((await own.ask(context, "undo")).kind, "done");
    },
  );
});

/** A channel that says what it is told to say. */
function channelsSaying(say: () => Outcome<RefundFact>): TenderChannels {
  const never = () => Promise.reject(new Error("Cannot be asked here"));
  const refund = () => Promise.resolve(say());
  const channel = { collect: never, query: never, close: never, refund, queryRefund: refund };
  return {
    aggregate_pay: channel,
    card_host: channel,
    citizen_code: channel,
    medical_mix: channel,
  };
}

Deno.test("what a channel answers about a refund counts only if it fits (R-REF-06)", async (t) => {
  await using own = await openPaid();
  let says: Outcome<RefundFact> = done({ state: "processing" });
  const leg = surplusLeg({
    channels: channelsSaying(() => says),
    clock: own.clock,
    tags: testRowTags(),
  });
  const ask = async (context: SurplusContext, how: "perform" | "find") => {
    const plan = await own.db.transaction().execute((tx) => leg.plan(tx, context, how));
    const answer = await leg.call(plan);
    await own.db.transaction().execute((tx) => leg.record(tx, plan, answer));
    return answer.kind;
  };
  const rowOf = (context: SurplusContext) =>
    own.db.selectFrom("payment_refund").select(["state", "channel_reference"])
      .where("id", "=", context.refundId).executeTakeFirstOrThrow();
  const made = (fen: bigint, reference: string) =>
    done({ state: "refunded" as const, amount: asFen(fen), reference });
  const first = own.part(1000n);

  await t.step("processing is pending, asked once or again", async () => {
    assert.equal(await ask(first, "perform"), "pending");
    assert.equal(await ask(first, "perform"), "pending");
    assert.equal(await ask(first, "find"), "pending");
    assert.equal((await own.tradeRow(own.paid)).refunded_fen, 1000n);
  });

  await t.step("another amount, less or more, is unknown and never done", async () => {
    for (const fen of [999n, 1001n, 0n]) {
      says = made(fen, "R1");
      assert.equal(await ask(first, "perform"), "unknown");
      assert.equal(await ask(first, "find"), "unknown");
    }
    assert.deepEqual(await rowOf(first), { state: "requested", channel_reference: null });
    assert.equal((await own.tradeRow(own.paid)).refunded_fen, 1000n);
  });

  await t.step("a reference of another refund is unknown", async () => {
    says = made(1000n, "R1");
    assert.equal(await ask(first, "find"), "done");
    assert.equal(await ask(first, "perform"), "done");
    const second = own.part(500n);
    says = made(500n, "R1");
    assert.equal(await ask(second, "perform"), "unknown");
    says = made(500n, "R2");
    assert.equal(await ask(second, "find"), "done");
  });

  await t.step("after a refusal a success is believed only under a new reservation", async () => {
    const third = own.part(700n);
    says = refused("payment.refund_refused", "余额不足");
    assert.equal(await ask(third, "perform"), "refused");
    says = made(700n, "R3");
    assert.equal(await ask(third, "find"), "absent");
    assert.equal((await own.tradeRow(own.paid)).refunded_fen, 1500n);
    assert.equal(await ask(third, "perform"), "done");
    assert.equal((await own.tradeRow(own.paid)).refunded_fen, 2200n);
  });

  await t.step("a refusal after a success changes nothing", async () => {
    says = refused("payment.refund_refused", "不存在");
    assert.equal(await ask(first, "find"), "done");
    assert.equal((await rowOf(first)).state, "refunded");
  });
});
