import type { HisClient } from "../../gateways/his/client.ts";
import type { HisHabit } from "../../gateways/his/wire.ts";
import { businessDay, type Clock } from "../../platform/clock.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { DepartmentList, Habit } from "./contract.ts";
import { listedByHis } from "./his_answer.ts";
import { scheduleForScreen, slotForScreen } from "./slot_views.ts";

/** Departments with open slots from today on, and where this patient usually goes (R-REG-06). */
export async function listDepartments(
  deps: {
    readonly his: Pick<HisClient, "listDepartments" | "findHabit">;
    readonly clock: Clock;
  },
  asked: { readonly site: InsuranceSite; readonly hisPatientId: string },
): Promise<DepartmentList> {
  const institutionCode = asked.site.code;
  const [departments, habit] = await Promise.all([
    deps.his.listDepartments({ institutionCode, from: businessDay(deps.clock.now()) }),
    deps.his.findHabit({ institutionCode, patientId: asked.hisPatientId }),
  ]);
  return {
    departments: [...listedByHis(departments, "departments")],
    // The shortcut is a convenience: without it the list still serves.
    habit: habit.kind === "done" ? habitForScreen(habit.value) : null,
  };
}

function habitForScreen(habit: HisHabit): Habit | null {
  return habit && {
    schedule: scheduleForScreen(habit.schedule),
    slot: slotForScreen(habit.slot),
    visits: habit.visits,
  };
}
