import assert from "node:assert/strict";
import type {
  DepartmentList,
  Schedule,
  ScheduleList,
  SlotList,
} from "../server/modules/registration/contract.ts";
import { assertBooksAgree } from "./books.ts";
import {
  act,
  createOrder,
  identifyByCard,
  identifyByIdCard,
  payShownCode,
  settle,
} from "./visit.ts";
import { openWorld, type World } from "./world.ts";

async function departmentsOf(world: World, identificationId: string): Promise<DepartmentList> {
  const reply = await world.call("GET", `/identifications/${identificationId}/departments`);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

async function firstSlot(
  world: World,
  identificationId: string,
): Promise<{ schedule: Schedule; slotId: string }> {
  const { departments } = await departmentsOf(world, identificationId);
  const department = departments.find((candidate) => candidate.openSlots > 0);
  assert.ok(department);
  const path = `/identifications/${identificationId}`;
  const schedules: ScheduleList = await (await world.call(
    "GET",
    `${path}/schedules?department=${encodeURIComponent(department.code)}`,
  )).json();
  const schedule = schedules.schedules.find((candidate) => candidate.openSlots > 0);
  assert.ok(schedule);
  const slots: SlotList = await (await world.call(
    "GET",
    `${path}/slots?schedule=${encodeURIComponent(schedule.id)}`,
  )).json();
  const slot = slots.slots.find((candidate) => candidate.open);
  assert.ok(slot);
  return { schedule, slotId: slot.id };
}

async function pay(world: World, order: { id: string; cash: string }) {
  let view = await act(world, order, "confirm", { quoteVersion: 1 });
  if (view.stage === "choose_tender") {
    view = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
    await payShownCode(world, view);
  }
  return await settle(world, order);
}

Deno.test("a patient registers: department, doctor, slot, fee by insurance and code (R-REG-01…05)", async () => {
  await using world = await openWorld();
  const identificationId = await identifyByCard(world, "two_bills");
  const { schedule, slotId } = await firstSlot(world, identificationId);
  const order = await createOrder(world, {
    identificationId,
    payable: { kind: "registration", scheduleId: schedule.id, slotId },
  });
  assert.equal(order.stage, "confirm", JSON.stringify(order));
  assert.equal(order.quote?.totalFen, schedule.feeFen);
  const end = await pay(world, { id: order.id, cash: order.quote.cashFen });
  assert.equal(end.state, "completed", JSON.stringify(end));
  assert.equal(end.receipt?.registration?.doctor, schedule.doctorName);
  await assertBooksAgree(world, "registration");
});

Deno.test("a habit is one tap away (R-REG-06)", async () => {
  await using world = await openWorld();
  const identificationId = await identifyByCard(world, "habit");
  const { habit } = await departmentsOf(world, identificationId);
  assert.ok(habit);
  const order = await createOrder(world, {
    identificationId,
    payable: { kind: "registration", scheduleId: habit.schedule.id, slotId: habit.slot.id },
  });
  assert.equal(order.stage, "confirm", JSON.stringify(order));
});

Deno.test("a slot taken meanwhile is said so, and nothing is charged", async () => {
  await using world = await openWorld();
  const first = await identifyByCard(world, "two_bills");
  const { schedule, slotId } = await firstSlot(world, first);
  const payable = { kind: "registration", scheduleId: schedule.id, slotId };
  await createOrder(world, { identificationId: first, payable });
  const second = await identifyByCard(world, "one_bill_resident");
  const order = await createOrder(world, { identificationId: second, payable });
  assert.equal(order.state, "unwound");
  assert.equal(order.reason, "checkout.slot_taken");
  assert.equal(order.quote, null);
  await assertBooksAgree(world, "slot taken");
});

Deno.test("a registration that is called off gives its slot back", async () => {
  await using world = await openWorld();
  const identificationId = await identifyByCard(world, "two_bills");
  const { schedule, slotId } = await firstSlot(world, identificationId);
  const payable = { kind: "registration", scheduleId: schedule.id, slotId };
  const order = await createOrder(world, { identificationId, payable });
  const end = await act(world, order, "cancel");
  assert.equal(end.state, "unwound", JSON.stringify(end));
  const again = await createOrder(world, { identificationId, payable });
  assert.equal(again.stage, "confirm", JSON.stringify(again));
});

Deno.test("a patient without insurance registers and pays alone (R-REG-04)", async () => {
  await using world = await openWorld();
  const reply = await identifyByIdCard(world, "self_pay");
  assert.equal(reply.kind, "known");
  assert.ok(reply.kind === "known");
  assert.equal(reply.insurance.status, "not_covered");
  const { schedule, slotId } = await firstSlot(world, reply.id);
  const order = await createOrder(world, {
    identificationId: reply.id,
    payable: { kind: "registration", scheduleId: schedule.id, slotId },
    settlement: "self_pay",
  });
  assert.equal(order.quote?.cashFen, schedule.feeFen);
  const end = await pay(world, { id: order.id, cash: schedule.feeFen });
  assert.equal(end.state, "completed", JSON.stringify(end));
  assert.equal(end.receipt?.insuranceReference, null);
  await assertBooksAgree(world, "self-pay registration");
});
