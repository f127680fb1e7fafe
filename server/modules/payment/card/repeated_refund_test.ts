import assert from "node:assert/strict";
import { newId } from "../../../platform/ids.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import { cardHostChannel } from "../channels/card_host.ts";
import { driveOpenCardMessages } from "./jobs.ts";
import { settleBatch } from "./settle_batch.ts";
import { CARD_MESSAGE_TAGGED } from "./tables.ts";
import { type CardRig, openCardRig } from "./testing/card_rig.ts";

const DAY_MS = 86_400_000;
const AGAIN_MS = 20_000;

async function refundRow({ own }: CardRig, refundId: string) {
  return await own.db.selectFrom("card_message").selectAll()
    .where("subject_id", "=", refundId).orderBy("attempt", "desc").executeTakeFirstOrThrow();
}

async function refunds(rig: CardRig): Promise<number> {
  return (await rig.entries()).filter(({ kind }) => kind === "refund").length;
}

/** A part of a sale goes back; the answer is lost. */
async function lostRefund(rig: CardRig) {
  const trade = rig.trade();
  assert.equal((await rig.collect(trade)).kind, "done");
  const refund = rig.refund(640);
  rig.faults.plan("card_host", "refund", { kind: "lose_answer" });
  assert.equal((await rig.channel.refund(trade, refund)).kind, "unknown");
  return { trade, refund };
}

Deno.test("a refund that is sent again", async (t) => {
  await using rig = await openCardRig();
  const { channel, faults, clock } = rig;

  await t.step("refused on a repeat it stays unknown and is sent no more (R-REF-02)", async () => {
    const before = await rig.balance();
    const { trade, refund } = await lostRefund(rig);
    assert.equal(await rig.balance(), before - 12_000, "booked by the first sending");
    faults.plan("card_host", "refund", { kind: "refuse", text: "系统维护" });
    const refused = await channel.queryRefund(trade, refund);
    assert.ok(refused.kind === "unknown" && refused.reason.includes("05"), refused.kind);
    clock.advance(AGAIN_MS);
    assert.equal(await driveOpenCardMessages(rig.deps), 0);
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    const row = await refundRow(rig, refund.refundId);
    assert.deepEqual([row.state, row.attempt, row.tries], ["sending", 1, 1]);
    assert.equal(await rig.balance(), before - 12_000, "once");
  });

  await t.step("its batch is settled all the same; the host counts otherwise", async () => {
    const settled = await settleBatch(rig.deps, "H44190000001");
    assert.ok(settled.kind === "done" && !settled.value.agrees);
  });

  await t.step("refused at once it is refused, and asked for anew", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    await rig.collect(trade);
    const refund = rig.refund(640);
    faults.plan("card_host", "refund", { kind: "refuse", text: "系统维护" });
    assert.equal((await channel.refund(trade, refund)).kind, "refused");
    assert.equal((await channel.refund(trade, refund)).kind, "done");
    assert.equal(await rig.balance(), before - 12_000);
  });

  await t.step("a host that answers repeats alike is believed", async () => {
    const profile = { ...rig.deps.profile, answersRepeatsAlike: true };
    const alike = cardHostChannel({ ...rig.deps, profile });
    const { trade, refund } = await lostRefund(rig);
    faults.plan("card_host", "refund", { kind: "refuse", text: "系统维护" });
    assert.equal((await alike.queryRefund(trade, refund)).kind, "refused");
  });

  await t.step("without an answer it is sent again for days, not for ever", async () => {
    const trade = rig.trade();
    await rig.collect(trade);
    const refund = rig.refund(640);
    faults.plan("card_host", "refund", { kind: "lose_request" }, 2);
    assert.equal((await channel.refund(trade, refund)).kind, "unknown");
    clock.advance(2 * DAY_MS);
    assert.equal((await channel.queryRefund(trade, refund)).kind, "unknown");
    clock.advance(2 * DAY_MS);
    const sent = await refunds(rig);
    const late = await channel.queryRefund(trade, refund);
    assert.ok(late.kind === "unknown" && late.reason.includes("no more"), late.kind);
    await driveOpenCardMessages(rig.deps);
    assert.equal(await refunds(rig), sent, "people may have paid it out by now");
  });
});

Deno.test("a refund that was stopped is not sent again by writing past the platform", async () => {
  await using rig = await openCardRig();
  const { refund } = await lostRefund(rig);
  rig.faults.plan("card_host", "refund", { kind: "refuse", text: "系统维护" });
  rig.clock.advance(AGAIN_MS);
  await driveOpenCardMessages(rig.deps);
  const row = await refundRow(rig, refund.refundId);
  assert.ok(row.stopped_at);
  const check = { tagged: CARD_MESSAGE_TAGGED, row };
  assert.ok(await isUnchanged(rig.own.db, rig.deps.tags, check));
  const sent = await refunds(rig);
  await rig.own.db.updateTable("card_message").set({ stopped_at: null })
    .where("subject_id", "=", refund.refundId).execute();
  const emptied = { ...check, row: await refundRow(rig, refund.refundId) };
  assert.ok(!await isUnchanged(rig.own.db, rig.deps.tags, emptied));
  rig.clock.advance(AGAIN_MS);
  assert.equal(await driveOpenCardMessages(rig.deps), 0);
  assert.equal(await refunds(rig), sent);
});

Deno.test("rows that cannot be driven do not keep others from their turn", async () => {
  await using rig = await openCardRig();
  const { channel, clock, faults, own } = rig;
  faults.plan("card_host", "sale", { kind: "lose_answer" });
  const stuck = rig.trade();
  assert.equal((await rig.collect(stuck)).kind, "unknown");
  const { tag: _, ...row } = await own.db.selectFrom("card_message").selectAll()
    .where("subject_id", "=", stuck.tradeId).executeTakeFirstOrThrow();
  const at = clock.now();
  // More than one round takes, all of them changed past the platform.
  for (let n = 0; n < 60; n++) {
    const subject_id = newId(at);
    await own.db.insertInto("card_message")
      .values({ ...row, at, subject_id, trade_id: subject_id, tag: new Uint8Array(16) }).execute();
  }
  clock.advance(1_000);
  faults.plan("card_host", "sale", { kind: "lose_answer" });
  const trade = rig.trade();
  assert.equal((await rig.collect(trade)).kind, "unknown");
  for (let round = 0; round < 2; round++) {
    clock.advance(AGAIN_MS);
    await driveOpenCardMessages(rig.deps);
  }
  const books = await own.db.selectFrom("card_message").select("state")
    .where("subject_id", "=", trade.tradeId).executeTakeFirstOrThrow();
  assert.equal(books.state, "reversed");
  assert.equal((await channel.query(trade)).kind, "refused");
});
