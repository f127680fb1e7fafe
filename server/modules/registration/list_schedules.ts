import type { HisClient } from "../../gateways/his/client.ts";
import { businessDay, type Clock } from "../../platform/clock.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { ScheduleList } from "./contract.ts";
import { listedByHis } from "./his_answer.ts";
import { scheduleForScreen } from "./slot_views.ts";

/** How far ahead a patient can register. */
export const SCHEDULE_DAYS = 7;

/** A department's doctors by half-day, from today on (R-REG-01, R-REG-02). */
export async function listSchedules(
  deps: { readonly his: Pick<HisClient, "listSchedules">; readonly clock: Clock },
  asked: { readonly site: InsuranceSite; readonly departmentCode: string },
): Promise<ScheduleList> {
  const outcome = await deps.his.listSchedules({
    institutionCode: asked.site.code,
    departmentCode: asked.departmentCode,
    from: businessDay(deps.clock.now()),
    days: SCHEDULE_DAYS,
  });
  return { schedules: listedByHis(outcome, "schedules").map(scheduleForScreen) };
}
