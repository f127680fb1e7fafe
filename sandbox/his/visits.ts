import type * as wire from "../../server/gateways/his/wire.ts";
import { businessDay } from "../../server/platform/clock.ts";
import type { CityInstitution } from "../city/city.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import { registrationFee } from "./fees.ts";
import type { His } from "./his_calls.ts";
import { busySlots } from "./his_store.ts";
import {
  findSchedule,
  hasBegun,
  type SchedulePlan,
  schedulesOf,
  type SlotPlan,
  slotsOf,
} from "./schedules.ts";
import { numberIn, textIn } from "../sqlite.ts";

/** How far ahead a department's open slots are counted and a habit looks. */
const AHEAD_DAYS = 7;
const YEAR_MS = 365 * 86_400_000;
/** Visits to one doctor within a year that make a habit. */
const HABIT_VISITS_MIN = 2;

export function listDepartments(
  his: His,
  body: { readonly from: string },
  institution: CityInstitution,
): Answer {
  const busy = busySlots(his.store, institution.code, his.clock.now());
  const range = { from: body.from, days: AHEAD_DAYS, clock: his.clock };
  const byDepartment = Map.groupBy(
    schedulesOf(institution, range),
    (schedule) => schedule.doctor.department.code,
  );
  const departments = [...byDepartment].flatMap(([code, schedules]) => {
    const department = schedules[0]?.doctor.department;
    if (!department) return [];
    const open = schedules.map((one) => openSlots(his, one, busy)).reduce((a, b) => a + b, 0);
    return [{ code, name: department.name, location: department.location, openSlots: open }];
  });
  return ok({ departments });
}

export function listSchedules(
  his: His,
  body: wire.ListSchedules,
  institution: CityInstitution,
): Answer {
  const busy = busySlots(his.store, institution.code, his.clock.now());
  const schedules = schedulesOf(institution, { ...body, clock: his.clock })
    .filter((schedule) => schedule.doctor.department.code === body.departmentCode)
    .map((schedule) => scheduleOnWire(his, schedule, busy));
  return ok({ schedules });
}

export function listSlots(
  his: His,
  body: { readonly scheduleId: string },
  institution: CityInstitution,
): Answer {
  const schedule = findSchedule(institution, body.scheduleId, his.clock);
  if (!schedule) return refuse("unknown_schedule", "没有此排班");
  const busy = busySlots(his.store, institution.code, his.clock.now());
  return ok({ slots: slotsOf(schedule).map((slot) => slotOnWire(his, schedule, slot, busy)) });
}

/** The doctor most seen within the last year, with the next slot that is free there. */
export function findHabit(
  his: His,
  body: { readonly patientId: string },
  institution: CityInstitution,
): Answer {
  const now = his.clock.now();
  const most = his.store.find(
    `select doctor_code, count(*) as visits from visit
     where institution = ? and patient_id = ? and at > ?
     group by doctor_code having count(*) >= ? order by visits desc, doctor_code limit 1`,
    institution.code,
    body.patientId,
    now.getTime() - YEAR_MS,
    HABIT_VISITS_MIN,
  );
  if (!most) return ok({ habit: null });
  const busy = busySlots(his.store, institution.code, now);
  const range = { from: businessDay(now), days: AHEAD_DAYS, clock: his.clock };
  for (const schedule of schedulesOf(institution, range)) {
    if (schedule.doctor.code !== textIn(most, "doctor_code")) continue;
    const free = slotsOf(schedule).find((slot) => isOpen(his, schedule, slot, busy));
    if (!free) continue;
    return ok({
      habit: {
        schedule: scheduleOnWire(his, schedule, busy),
        slot: slotOnWire(his, schedule, free, busy),
        visits: numberIn(most, "visits"),
      },
    });
  }
  return ok({ habit: null });
}

export function isOpen(
  his: His,
  schedule: SchedulePlan,
  slot: SlotPlan,
  busy: ReadonlySet<string>,
): boolean {
  return !slot.takenElsewhere && !busy.has(slot.id) && !hasBegun(schedule, slot, his.clock.now());
}

function openSlots(his: His, schedule: SchedulePlan, busy: ReadonlySet<string>): number {
  return slotsOf(schedule).filter((slot) => isOpen(his, schedule, slot, busy)).length;
}

function scheduleOnWire(
  his: His,
  schedule: SchedulePlan,
  busy: ReadonlySet<string>,
): wire.HisSchedule {
  const { doctor } = schedule;
  return {
    scheduleId: schedule.id,
    departmentCode: doctor.department.code,
    departmentName: doctor.department.name,
    doctorName: doctor.name,
    doctorTitle: doctor.title,
    day: schedule.day,
    half: schedule.half,
    fee: registrationFee(doctor).amount,
    openSlots: openSlots(his, schedule, busy),
  };
}

function slotOnWire(
  his: His,
  schedule: SchedulePlan,
  slot: SlotPlan,
  busy: ReadonlySet<string>,
): wire.HisSlot {
  const { id: slotId, number, startsAt, endsAt } = slot;
  return { slotId, number, startsAt, endsAt, open: isOpen(his, schedule, slot, busy) };
}
