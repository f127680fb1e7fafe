import type * as wire from "../../server/gateways/his/wire.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { parseYuan } from "../../server/platform/money.ts";
import type { CityInstitution } from "../city/city.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import { registrationFee } from "./fees.ts";
import type { His } from "./his_calls.ts";
import { busySlots, findPatientBy } from "./his_store.ts";
import { findSchedule, type SchedulePlan, type SlotPlan, slotsOf } from "./schedules.ts";
import { numberIn, type Row, textIn } from "../sqlite.ts";
import { isOpen } from "./visits.ts";

/** Long enough to pay, short enough that a slot does not stay lost. */
export const HOLD_MS = 15 * 60_000;

export function holdSlot(his: His, body: wire.Hold, institution: CityInstitution): Answer {
  const before = findHold(his, body.holdId);
  if (before) return holdAgain(his, before, body);
  const value = body.patientId;
  if (!findPatientBy(his.store, institution.code, { column: "patient_id", value })) {
    return refuse("unknown_patient", "没有此患者档案");
  }
  const schedule = findSchedule(institution, body.scheduleId, his.clock);
  const slot = schedule && slotsOf(schedule).find((one) => one.id === body.slotId);
  if (!schedule || !slot) return refuse("unknown_schedule", "没有此号源");
  const now = his.clock.now();
  const busy = busySlots(his.store, institution.code, now);
  if (!isOpen(his, schedule, slot, busy)) return refuse("slot_taken", "号源已被约走");
  const held = heldOnWire(body.holdId, schedule, slot, new Date(now.getTime() + HOLD_MS));
  his.store.run(
    `insert into hold
       (hold_id, institution, content, patient_id, slot_id, amount_fen, state, expires_at, body)
     values (?, ?, ?, ?, ?, ?, 'held', ?, ?)`,
    body.holdId,
    institution.code,
    contentOf(body),
    body.patientId,
    body.slotId,
    parseYuan(held.amount),
    now.getTime() + HOLD_MS,
    JSON.stringify(held),
  );
  return ok(held);
}

function holdAgain(his: His, before: Row, body: wire.Hold): Answer {
  if (before["state"] === "released") return refuse("hold_released", "号源已释放");
  if (textIn(before, "content") !== contentOf(body)) return refuse("conflict", "同一锁号内容不同");
  if (isExpired(his, before)) return refuse("hold_expired", "锁号已过期");
  return ok(JSON.parse(textIn(before, "body")));
}

export function releaseSlot(
  his: His,
  body: { readonly holdId: string },
  institution: CityInstitution,
): Answer {
  const before = findHold(his, body.holdId);
  if (before?.["state"] === "posted") return refuse("hold_posted", "已挂号，不能释放");
  if (before) {
    his.store.run("update hold set state = 'released' where hold_id = ?", body.holdId);
  } else {
    his.store.run(
      "insert into hold (hold_id, institution, state, expires_at) values (?, ?, 'released', 0)",
      body.holdId,
      institution.code,
    );
  }
  return ok({ holdId: body.holdId });
}

export function findHold(his: His, holdId: string): Row | null {
  return his.store.find("select * from hold where hold_id = ?", holdId);
}

export function isExpired(his: His, hold: Row): boolean {
  return hold["state"] === "held" && numberIn(hold, "expires_at") <= his.clock.now().getTime();
}

function contentOf(body: wire.Hold): string {
  return [body.institutionCode, body.patientId, body.scheduleId, body.slotId].join(" ");
}

function heldOnWire(
  holdId: string,
  schedule: SchedulePlan,
  slot: SlotPlan,
  expiresAt: Date,
): wire.Held {
  const { doctor } = schedule;
  const { code, name, category, location } = doctor.department;
  return {
    holdId,
    expiresAt: chinaTime(expiresAt),
    department: { code, name, category },
    doctor: { code: doctor.code, name: doctor.name, title: doctor.title },
    // Nothing is diagnosed yet; insurance wants a code, and this is the one for it.
    diagnoses: [{ code: "Z00.000", name: "一般性医学检查" }],
    day: schedule.day,
    startsAt: slot.startsAt,
    endsAt: slot.endsAt,
    number: slot.number,
    location: `${location}${name}${doctor.room}诊室`,
    ...registrationFee(doctor),
  };
}
