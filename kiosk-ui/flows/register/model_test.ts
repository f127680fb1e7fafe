import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { DEPARTMENTS, HABIT, SCHEDULES, SLOTS } from "../../testing/people.ts";
import { stageAtHome } from "../../testing/stage.ts";
import type { Stage } from "../../preview/stage.ts";
import { daysOf, doctorsOf, type RegisterModelInstance } from "./model.ts";

async function registerAt(scene: string): Promise<[Stage, RegisterModelInstance]> {
  const stage = await stageAtHome();
  await SCENES[scene]?.(stage);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "register");
  return [stage, step.flow];
}

Deno.test("RegisterModel.takeHabit() orders the usual slot with one tap", async () => {
  const [stage, flow] = await registerAt("register");
  flow.takeHabit();
  const [, request] = stage.terminal.calls.find(([name]) => name === "createOrder") ?? [];
  assert.deepEqual((request as { payable: unknown }).payable, {
    kind: "registration",
    scheduleId: HABIT.schedule.id,
    slotId: HABIT.slot.id,
  });
});

Deno.test("RegisterModel goes back list by list, then out", async () => {
  const [, flow] = await registerAt("register-slots");
  assert.equal(flow.back(), true);
  assert.equal(flow.step.value.kind, "schedules");
  assert.equal(flow.back(), true);
  assert.equal(flow.step.value.kind, "departments");
  assert.equal(flow.back(), false);
});

Deno.test("RegisterModel shows only slots that are open", async () => {
  const [stage, flow] = await registerAt("register-schedules");
  const [first, ...rest] = SLOTS;
  assert.ok(first);
  stage.terminal.script({ slots: [yes({ slots: [{ ...first, open: false }, ...rest] })] });
  const schedule = SCHEDULES[0];
  assert.ok(schedule);
  await flow.chooseSchedule(schedule);
  const step = flow.step.value;
  assert.ok(step.kind === "slots");
  assert.equal(step.slots.some((slot) => slot.id === first.id), false);
});

Deno.test("RegisterModel asks the same again after no answer", async () => {
  const [stage, flow] = await registerAt("register");
  stage.terminal.script({
    schedules: [no("registration.his_unavailable"), yes({ schedules: [...SCHEDULES] })],
  });
  const department = DEPARTMENTS[0];
  assert.ok(department);
  await flow.chooseDepartment(department);
  const refused = flow.step.value;
  assert.ok(refused.kind === "refused");
  refused.retry();
  await stage.timers.advance(0);
  assert.equal(flow.step.value.kind, "schedules");
});

Deno.test("doctorsOf() puts both half-days of a doctor into one row", () => {
  const rows = doctorsOf(SCHEDULES, "2026-11-22");
  assert.equal(rows.length, 4);
  assert.equal(rows[0]?.morning?.half, "morning");
  assert.equal(rows[3]?.morning, null);
  assert.deepEqual(daysOf(SCHEDULES), ["2026-11-22", "2026-11-23", "2026-11-24"]);
});

Deno.test("RegisterModel opens the first day that has something left", async () => {
  const [stage, flow] = await registerAt("register");
  const schedules = SCHEDULES.map((schedule) =>
    schedule.day === "2026-11-22" ? { ...schedule, openSlots: 0 } : schedule
  );
  stage.terminal.script({ schedules: [yes({ schedules })] });
  const department = DEPARTMENTS[0];
  assert.ok(department);
  await flow.chooseDepartment(department);
  assert.ok(flow.step.value.kind === "schedules" && flow.step.value.day === "2026-11-23");
});
