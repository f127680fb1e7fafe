import assert from "node:assert/strict";
import type { RefundView } from "../server/modules/refund/contract.ts";
import type {
  DepartmentList,
  ScheduleList,
  SlotList,
} from "../server/modules/registration/contract.ts";
import { assertBooksAgree, assertNothingForgotten, readBooks } from "./books.ts";
import {
  askRefund,
  endOfRefund,
  findRefundable,
  payNewBills,
  payOrder,
  refund,
  sumOfParts,
} from "./refund.ts";
import { createOrder, identifyByCard, orderAllBills, readOrder } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Refunds as patients ask for them at a terminal, against the sandbox's own books. */

const NOTHING = { bank: 0n, insurance: 0n, his: 0n, hold: 0n };

async function codeOf(reply: Response): Promise<string> {
  return (await reply.json()).code;
}

/** One city for all: each test pays for bills of its own, and every book agrees after each. */
Deno.test("refunds at a terminal", async (t) => {
  await using world = await openWorld();
  const test = (name: string, run: () => Promise<void>) =>
    t.step(name, async () => {
      await run();
      await assertBooksAgree(world, name);
      await assertNothingForgotten(world, name);
    });

  await test("R-REF-03: a whole order goes back to fund, account and wallet", async () => {
    const paid = await payNewBills(world);
    const before = await findRefundable(world, paid);
    assert.deepEqual(before.bars, []);
    const view = await refund(world, paid);
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.equal(sumOfParts(view).toString(), before.valueFen);
    const { refunds = [] } = await readOrder(world, paid.order);
    assert.deepEqual(refunds.map(({ id, state, cashFen }) => [id, state, cashFen]), [
      [view.id, "returned", view.parts.find((part) => part.way === "cash")?.amountFen],
    ]);
    assert.ok(view.parts.every((part) => part.state === "returned"));
    assert.equal(view.parts.find((part) => part.way === "cash")?.to, "支付宝");
    assert.ok(view.slip?.maskedName.includes("*"));
    assert.deepEqual((await readBooks(world)).parties, NOTHING);
    await assertEveryAccountIsEven(world, [paid.order.id, view.id]);
    assert.deepEqual((await findRefundable(world, paid)).bars, ["already_refunded"]);
    assert.equal(await codeOf(await askRefund(world, paid)), "refund.already_refunded");
  });

  await test("R-REF-01: a self-paid order goes back line by line, and no line twice", async () => {
    const paid = await payNewBills(world, { settlement: "self_pay" });
    const { lines, valueFen } = await findRefundable(world, paid);
    assert.ok(lines.length > 2);
    const first = await refund(world, paid, [0]);
    assert.equal(sumOfParts(first).toString(), lines[0]?.amountFen);
    const again = await askRefund(world, paid, { lines: [0, 1] });
    assert.equal(await codeOf(again), "refund.unknown_lines");
    const left = await findRefundable(world, paid);
    assert.equal(BigInt(left.valueFen), BigInt(valueFen) - BigInt(lines[0]?.amountFen ?? 0n));
    assert.equal(left.lines[0]?.state, "returned");
    assert.equal((await refund(world, paid)).state, "returned");
    assert.deepEqual((await readBooks(world)).parties, NOTHING);
  });

  await test("part of an insured order is voided, the rest settled anew, and then the rest", async () => {
    const paid = await payNewBills(world);
    const { lines, valueFen } = await findRefundable(world, paid);
    const view = await refund(world, paid, [0]);
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.equal(view.gaveEverything, false);
    const gone = BigInt(lines[0]?.amountFen ?? 0n);
    assert.equal(BigInt(view.keptFen), BigInt(valueFen) - gone);
    assert.equal(sumOfParts(view), gone);
    const { parties } = await readBooks(world);
    assert.equal(parties.his, BigInt(valueFen) - gone);
    assert.equal(parties.bank + parties.insurance, parties.his);
    const second = await refund(world, paid, [0]);
    assert.equal(second.state, "returned", JSON.stringify(second));
    assert.equal(sumOfParts(second).toString(), lines[1]?.amountFen);
    assert.equal((await refund(world, paid)).state, "returned");
    assert.deepEqual((await readBooks(world)).parties, NOTHING);
  });

  await test("kept lines that insurance refuses: everything is given back", async () => {
    const paid = await payNewBills(world);
    world.faults.plan("insurance", "2207", { kind: "refuse", text: "不予结算" });
    const view = await refund(world, paid, [0]);
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.equal(view.gaveEverything, true);
    assert.deepEqual((await readBooks(world)).parties, NOTHING);
  });

  await test("HIS refuses: nothing moved, and the order may be refunded later", async () => {
    const paid = await payNewBills(world);
    world.faults.plan("his", "return", { kind: "refuse", text: "不能退" });
    const view = await refund(world, paid);
    assert.equal(view.state, "refused");
    assert.deepEqual(view.parts, []);
    assert.equal((await refund(world, paid)).state, "returned");
  });

  await test("R-REF-04: what was handed out stays, in lines and in whole", async () => {
    const paid = await payNewBills(world, { settlement: "self_pay" });
    const { site } = { site: world.services.platform.parties.his };
    const institution = world.city.institutions[0];
    assert.ok(institution);
    const found = await site.findReturnable({
      institutionCode: institution.code,
      postingId: paid.order.id,
    });
    assert.ok(found.kind === "done" && found.value.state === "posted");
    const [line] = found.value.lines;
    assert.ok(line);
    const path = `/his/sandbox/bills/${line.billId}/lines/${line.lineNumber}/render`;
    await world.control(path, {});
    const { lines } = await findRefundable(world, paid);
    const place = lines.find((one) => one.state === "rendered")?.place ?? -1;
    assert.equal(await codeOf(await askRefund(world, paid)), "refund.rendered");
    const wanted = await askRefund(world, paid, { lines: [place] });
    assert.equal(await codeOf(wanted), "refund.rendered");
    const open = lines.find((one) => one.state === "open")?.place ?? -1;
    assert.equal((await refund(world, paid, [open])).state, "returned");
    await world.control(`/his/sandbox/postings/${paid.order.id}/render`, {});
    assert.deepEqual((await findRefundable(world, paid)).bars, ["rendered"]);
  });

  await test("R-REG-13: a registration fee goes back unless the patient was seen", async () => {
    const identificationId = await identifyByCard(world, "habit");
    const seen = { order: await register(world, identificationId), identificationId };
    await world.control(`/his/sandbox/postings/${seen.order.id}/render`, {});
    assert.deepEqual((await findRefundable(world, seen)).bars, ["seen"]);
    const unseen = { order: await register(world, identificationId), identificationId };
    const lines = await askRefund(world, unseen, { lines: [0] });
    assert.equal(await codeOf(lines), "refund.needs_person");
    assert.equal((await refund(world, unseen)).state, "returned");
  });

  await test("an order is nobody else's to give back, and an unpaid one is not there", async () => {
    const paid = await payNewBills(world);
    const stranger = { ...paid, identificationId: await identifyByCard(world, "habit") };
    assert.equal((await askRefund(world, stranger)).status, 404);
    const order = await orderAllBills(world, "one_bill_resident");
    const identificationId = await identifyByCard(world, "one_bill_resident");
    assert.deepEqual((await findRefundable(world, { order, identificationId })).bars, ["not_paid"]);
    await world.call("POST", `/orders/${order.id}/cancel`);
    await world.work();
  });

  await test("50 requests at once give one refund, and a resend gives it again", async () => {
    const paid = await payNewBills(world);
    const replies = await Promise.all(Array.from({ length: 50 }, () => askRefund(world, paid)));
    const made = replies.filter(({ status }) => status === 201);
    assert.equal(made.length, 1);
    for (const reply of replies.filter(({ status }) => status !== 201)) {
      const code = await codeOf(reply);
      assert.ok(["refund.in_another_refund", "refund.already_refunded"].includes(code), code);
    }
    const view: RefundView = await made[0]?.json();
    assert.equal((await endOfRefund(world, view)).state, "returned");
    assert.equal((await askRefund(world, paid, { id: view.id })).status, 200);
    assert.equal((await askRefund(world, paid, { id: view.id, lines: [0] })).status, 409);
  });

  await test("an order that cost the patient nothing goes back without a channel", async () => {
    // What HIS writes is random: some of it insurance has no part in.
    let paid = await payNewBills(world, { story: "all_fund", count: 1 });
    for (let n = 0; n < 12 && paid.order.quote?.cashFen !== "0"; n++) {
      paid = await payNewBills(world, { story: "all_fund", count: 1 });
    }
    const view = await refund(world, paid);
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.ok(view.parts.length > 0 && view.parts.every((part) => part.way !== "cash"));
  });

  await test("the list names what was paid here and its last refund", async () => {
    const paid = await payNewBills(world);
    const view = await refund(world, paid);
    const path = `/identifications/${paid.identificationId}/refundable`;
    const { orders } = await (await world.call("GET", path)).json();
    const found = orders.find((one: { orderId: string }) => one.orderId === paid.order.id);
    assert.equal(found.refundId, view.id);
    // A refund is no order of the terminal's, and no order is a refund.
    assert.equal((await world.call("GET", `/orders/${view.id}`)).status, 404);
    assert.equal((await world.call("GET", `/refunds/${paid.order.id}`)).status, 404);
  });

  await test("by himself a patient gives back what he paid today, and not of a closed month", async () => {
    const paid = await payNewBills(world);
    world.clock.advance(24 * 3_600_000);
    const later = { ...paid, identificationId: await identifyByCard(world, "two_bills") };
    assert.deepEqual((await findRefundable(world, later)).bars, ["other_day"]);
    assert.equal(await codeOf(await askRefund(world, later)), "refund.other_day");
    world.clock.advance(20 * 24 * 3_600_000);
    const muchLater = { ...paid, identificationId: await identifyByCard(world, "two_bills") };
    const { bars } = await findRefundable(world, muchLater);
    assert.deepEqual(bars, ["other_day", "period_closed"]);
  });
});

/** Nothing is deleted: what moved stands in the ledger beside what took it back. */
async function assertEveryAccountIsEven(world: World, orderIds: readonly string[]): Promise<void> {
  const rows = await world.own.db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "in", orderIds).execute();
  const balances = new Map<string, bigint>();
  for (const { debit, credit, amount_fen } of rows) {
    balances.set(debit, (balances.get(debit) ?? 0n) + amount_fen);
    balances.set(credit, (balances.get(credit) ?? 0n) - amount_fen);
  }
  assert.ok(balances.size >= 4 && rows.length >= 6, `${rows.length} postings`);
  assert.deepEqual([...balances.values()].filter((balance) => balance !== 0n), []);
  const trades = await world.own.db.selectFrom("payment_trade").selectAll().execute();
  assert.ok(trades.every(({ paid_fen, refunded_fen }) => refunded_fen <= (paid_fen ?? 0n)));
}

async function register(world: World, identificationId: string) {
  const path = `/identifications/${identificationId}`;
  const read = async <Reply>(rest: string): Promise<Reply> =>
    await (await world.call("GET", path + rest)).json();
  const { departments } = await read<DepartmentList>("/departments");
  const department = departments.find((one) => one.openSlots > 0);
  const { schedules } = await read<ScheduleList>(
    `/schedules?department=${encodeURIComponent(department?.code ?? "")}`,
  );
  const schedule = schedules.find((one) => one.openSlots > 0);
  assert.ok(schedule);
  const { slots } = await read<SlotList>(`/slots?schedule=${encodeURIComponent(schedule.id)}`);
  const slot = slots.find((one) => one.open);
  const payable = { kind: "registration", scheduleId: schedule.id, slotId: slot?.id };
  return await payOrder(world, await createOrder(world, { identificationId, payable }));
}
