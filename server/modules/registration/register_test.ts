import assert from "node:assert/strict";
import { HOLD_MS } from "../../../sandbox/his/holds.ts";
import { openTestHis, type TestHis } from "../../../tests/his.ts";
import { codeOf, valueOf } from "../../../tests/outcome.ts";
import { isId } from "../../platform/ids.ts";
import type { FulfilmentNotice, PayableContext } from "../checkout/payable.ts";
import type { Schedule, Slot } from "./contract.ts";
import { listDepartments } from "./list_departments.ts";
import { listSchedules } from "./list_schedules.ts";
import { listSlots } from "./list_slots.ts";
import { registrationPayable } from "./register.ts";

function depsOf(his: TestHis) {
  return { his: his.client, clock: { now: () => his.time.now } };
}

async function firstFreeSlot(his: TestHis): Promise<{ schedule: Schedule; slot: Slot }> {
  const { site } = his;
  const { schedules } = await listSchedules(depsOf(his), { site, departmentCode: "QK" });
  const schedule = schedules.find((one) => one.openSlots > 0);
  assert.ok(schedule);
  const { slots } = await listSlots(depsOf(his), { site, scheduleId: schedule.id });
  const slot = slots.find((one) => one.open);
  assert.ok(slot);
  return { schedule, slot };
}

async function openOrder(his: TestHis, story = "habit"): Promise<PayableContext> {
  const { schedule, slot } = await firstFreeSlot(his);
  return {
    orderId: his.newOrderId(),
    site: his.site,
    hisPatientId: (await his.patient(story)).patientId,
    payable: { kind: "registration", scheduleId: schedule.id, slotId: slot.id },
    settlement: "insurance" as const,
  };
}

function paid(his: TestHis, total: bigint): FulfilmentNotice {
  return {
    split: { total, fund: 0n, account: 0n, other: 0n, cash: total },
    insurance: null,
    tender: { tradeId: "T1", reference: "4200001" },
    paidAt: his.time.now,
  };
}

async function slotIsOpen(his: TestHis, order: PayableContext): Promise<boolean | undefined> {
  const { payable, site } = order;
  assert.ok(payable.kind === "registration");
  const { slots } = await listSlots(depsOf(his), { site, scheduleId: payable.scheduleId });
  return slots.find((slot) => slot.id === payable.slotId)?.open;
}

Deno.test("price() holds the slot and prices the consultation from the catalogue", async () => {
  using his = openTestHis();
  const order = await openOrder(his);
  const { schedule } = await firstFreeSlot(his);
  const priced = valueOf(await registrationPayable({ his: his.client }).price(order));
  assert.equal(priced.total.toString(), schedule.feeFen);
  assert.equal(priced.visit.lines[0]?.amountFen, priced.total);
  assert.equal(priced.visit.medicalType, "11");
  assert.equal(priced.visit.doctor.name, priced.registration?.doctor);
  assert.match(priced.visit.doctor.code, /^D\d{12}$/);
  assert.match(priced.registration?.time ?? "", /^\d\d:\d\d–\d\d:\d\d$/);
  assert.equal(await slotIsOpen(his, order), false);
});

Deno.test("price() asked twice gives one hold; its lost answer costs no slot", async () => {
  using his = openTestHis();
  const { price } = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  his.faults.plan("his", "hold", { kind: "lose_answer" });
  assert.equal((await price(order)).kind, "unknown");
  const first = valueOf(await price(order));
  assert.deepEqual(valueOf(await price(order)), first);
});

Deno.test("price() gives a contested slot to one of two patients", async () => {
  using his = openTestHis();
  const { price } = registrationPayable({ his: his.client });
  const order = await openOrder(his, "habit");
  const rival = {
    ...order,
    orderId: his.newOrderId(),
    hisPatientId: (await his.patient("two_bills")).patientId,
  };
  const codes = (await Promise.all([price(order), price(rival)])).map(codeOf).toSorted();
  assert.deepEqual(codes, ["checkout.slot_taken", "done"]);
});

Deno.test("release() frees the slot, twice without harm, and refuses a hold that comes late", async () => {
  using his = openTestHis();
  const { price, release } = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  valueOf(await price(order));
  valueOf(await release(order));
  valueOf(await release(order));
  assert.equal(await slotIsOpen(his, order), true);
  const late = { ...order, orderId: his.newOrderId() };
  valueOf(await release(late));
  assert.equal(codeOf(await price(late)), "checkout.hold_expired");
  assert.equal(await slotIsOpen(his, order), true);
});

Deno.test("a hold ends by the clock: the slot is free and the order can no longer be posted", async () => {
  using his = openTestHis();
  const { price, fulfil } = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  const { total } = valueOf(await price(order));
  his.time.now = new Date(his.time.now.getTime() + HOLD_MS);
  assert.equal(await slotIsOpen(his, order), true);
  assert.equal(codeOf(await fulfil(order, paid(his, total))), "checkout.hold_expired");
  assert.equal(codeOf(await price(order)), "checkout.hold_expired");
});

Deno.test("fulfil() registers and tells where to go; nobody gets the slot again", async () => {
  using his = openTestHis();
  const { price, fulfil, findFulfilment } = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  const { total, registration } = valueOf(await price(order));
  const done = valueOf(await fulfil(order, paid(his, total)));
  assert.ok(done.guidance.some((text) => text.includes(registration?.location ?? "?")));
  assert.equal(valueOf(await findFulfilment(order)).state, "posted");
  his.time.now = new Date(his.time.now.getTime() + HOLD_MS);
  assert.equal(await slotIsOpen(his, order), false);
  assert.deepEqual(valueOf(await fulfil(order, paid(his, total))), done);
});

Deno.test("fulfil() without a hold or with another fee is refused", async () => {
  using his = openTestHis();
  const { price, fulfil } = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  assert.equal(codeOf(await fulfil(order, paid(his, 1_000n))), "checkout.hold_expired");
  const { total } = valueOf(await price(order));
  assert.equal(codeOf(await fulfil(order, paid(his, total + 1n))), "checkout.amount_mismatch");
});

Deno.test("cancelFulfilment() gives the slot back and keeps the order from coming again", async () => {
  using his = openTestHis();
  const work = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  const { total } = valueOf(await work.price(order));
  his.faults.plan("his", "post", { kind: "lose_answer" });
  assert.equal((await work.fulfil(order, paid(his, total))).kind, "unknown");
  valueOf(await work.cancelFulfilment(order));
  assert.equal(await slotIsOpen(his, order), true);
  assert.equal(codeOf(await work.fulfil(order, paid(his, total))), "checkout.posting_cancelled");
  valueOf(await work.release(order));
});

Deno.test("cancelFulfilment() before the posting arrives marks it cancelled", async () => {
  using his = openTestHis();
  const work = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  const { total } = valueOf(await work.price(order));
  valueOf(await work.cancelFulfilment(order));
  assert.equal(valueOf(await work.findFulfilment(order)).state, "cancelled");
  assert.equal(codeOf(await work.fulfil(order, paid(his, total))), "checkout.posting_cancelled");
});

Deno.test("release() of a registered slot is refused", async () => {
  using his = openTestHis();
  const work = registrationPayable({ his: his.client });
  const order = await openOrder(his);
  const { total } = valueOf(await work.price(order));
  valueOf(await work.fulfil(order, paid(his, total)));
  assert.equal(codeOf(await work.release(order)), "checkout.his_refused");
  assert.equal(await slotIsOpen(his, order), false);
});

Deno.test("listDepartments() shows open slots and the patient's habit", async () => {
  using his = openTestHis();
  const { site } = his;
  const hisPatientId = (await his.patient("habit")).patientId;
  const { departments, habit } = await listDepartments(depsOf(his), { site, hisPatientId });
  assert.ok(departments.length >= 5);
  assert.ok(departments.every((one) => one.openSlots > 0));
  assert.equal(habit?.visits, 6);
  assert.equal(habit?.slot.open, true);
  const order: PayableContext = {
    orderId: his.newOrderId(),
    site,
    hisPatientId,
    settlement: "insurance",
    payable: {
      kind: "registration",
      scheduleId: habit?.schedule.id ?? "",
      slotId: habit?.slot.id ?? "",
    },
  };
  assert.ok(isId(order.orderId));
  valueOf(await registrationPayable({ his: his.client }).price(order));
});

Deno.test("listDepartments() does without a habit when HIS keeps quiet about it", async () => {
  using his = openTestHis();
  const { site } = his;
  const hisPatientId = (await his.patient("habit")).patientId;
  his.faults.plan("his", "habit", { kind: "gateway_error" });
  const list = await listDepartments(depsOf(his), { site, hisPatientId });
  assert.equal(list.habit, null);
  assert.ok(list.departments.length > 0);
  his.faults.plan("his", "departments", { kind: "lose_request" }, 2);
  await assert.rejects(listDepartments(depsOf(his), { site, hisPatientId }), {
    code: "registration.his_unavailable",
    retry: "safe",
  });
});

Deno.test("listSlots() says when a half-day is gone", async () => {
  using his = openTestHis();
  const { site } = his;
  const { schedule } = await firstFreeSlot(his);
  his.time.now = new Date(his.time.now.getTime() + 30 * 86_400_000);
  await assert.rejects(listSlots(depsOf(his), { site, scheduleId: schedule.id }), {
    code: "registration.unknown_schedule",
  });
});
