import type { Clock } from "../../server/platform/clock.ts";
import { businessDay, parseChinaTime } from "../../server/platform/clock.ts";
import { SCHEDULE_DAYS_MAX } from "../../server/gateways/his/wire.ts";
import type { CityInstitution } from "../city/city.ts";
import { hashOf } from "../city/random.ts";
import { type HisDoctor, staffOf } from "./staff.ts";

/** A doctor's half-day. It follows from doctor, day and half by rule; only bookings are stored. */
export interface SchedulePlan {
  readonly id: string;
  readonly doctor: HisDoctor;
  readonly day: string;
  readonly half: "morning" | "afternoon";
}

export interface SlotPlan {
  readonly id: string;
  readonly number: number;
  readonly startsAt: string;
  readonly endsAt: string;
  /** Gone through other channels (counter, phone). */
  readonly takenElsewhere: boolean;
}

const SLOT_MINUTES = 20;
const HALVES = {
  morning: { letter: "A", firstMinute: 8 * 60, slots: 12 },
  afternoon: { letter: "P", firstMinute: 14 * 60 + 30, slots: 9 },
} as const;
const DAY_MS = 86_400_000;
/** Of ten half-days. */
const WORKED_ON_WEEKDAYS = 7;
const WORKED_ON_WEEKENDS = 4;

export function schedulesOf(
  institution: CityInstitution,
  range: { readonly from: string; readonly days: number; readonly clock: Clock },
): SchedulePlan[] {
  const staff = staffOf(institution);
  const today = businessDay(range.clock.now());
  const last = dayAfter(today, SCHEDULE_DAYS_MAX - 1);
  const days = Array.from({ length: range.days }, (_, n) => dayAfter(range.from, n))
    .filter((day) => day >= today && day <= last);
  return days.flatMap((day) =>
    staff.flatMap((doctor) =>
      (["morning", "afternoon"] as const).filter((half) => works(doctor, day, half))
        .map((half) => ({ id: scheduleId(doctor, day, half), doctor, day, half }))
    )
  );
}

export function findSchedule(
  institution: CityInstitution,
  id: string,
  clock: Clock,
): SchedulePlan | null {
  const digits = /-(\d{4})(\d{2})(\d{2})-[AP]$/.exec(id);
  const from = digits ? `${digits[1]}-${digits[2]}-${digits[3]}` : "";
  if (Number.isNaN(Date.parse(from))) return null;
  return schedulesOf(institution, { from, days: 1, clock }).find((one) => one.id === id) ?? null;
}

export function slotsOf(schedule: SchedulePlan): SlotPlan[] {
  const { firstMinute, slots } = HALVES[schedule.half];
  return Array.from({ length: slots }, (_, n) => {
    const id = `${schedule.id}-${String(n + 1).padStart(2, "0")}`;
    const minute = firstMinute + n * SLOT_MINUTES;
    return {
      id,
      number: n + 1,
      startsAt: clockTime(minute),
      endsAt: clockTime(minute + SLOT_MINUTES),
      takenElsewhere: hashOf(id) % 4 === 0,
    };
  });
}

export function hasBegun(schedule: SchedulePlan, slot: SlotPlan, now: Date): boolean {
  return parseChinaTime(`${schedule.day} ${slot.startsAt}`).getTime() <= now.getTime();
}

function works(doctor: HisDoctor, day: string, half: SchedulePlan["half"]): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const share = weekday === 0 || weekday === 6 ? WORKED_ON_WEEKENDS : WORKED_ON_WEEKDAYS;
  return hashOf(scheduleId(doctor, day, half)) % 10 < share;
}

function scheduleId(doctor: HisDoctor, day: string, half: SchedulePlan["half"]): string {
  return `${doctor.code}-${day.replaceAll("-", "")}-${HALVES[half].letter}`;
}

function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

function clockTime(minute: number): string {
  const hour = String(Math.floor(minute / 60)).padStart(2, "0");
  return `${hour}:${String(minute % 60).padStart(2, "0")}`;
}
