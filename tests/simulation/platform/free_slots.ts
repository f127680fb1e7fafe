import { businessDay } from "../../../server/platform/clock.ts";
import type { World } from "../../world.ts";

const DAYS = 7;
const SLOTS_MAX = 40;

export interface FreeSlot {
  readonly scheduleId: string;
  readonly slotId: string;
}

/** Slots that patients may have seen on the screen: few, so that some want the same. */
export async function freeSlots(world: World): Promise<readonly FreeSlot[]> {
  const { his } = world.services.platform.parties;
  const { institution } = await world.services.sites.get(world.terminal.id);
  const institutionCode = institution.code;
  const from = businessDay(world.clock.now());
  const departments = await his.listDepartments({ institutionCode, from });
  const free: FreeSlot[] = [];
  for (const { code } of departments.kind === "done" ? departments.value : []) {
    const asked = { institutionCode, departmentCode: code, from, days: DAYS };
    const schedules = await his.listSchedules(asked);
    for (const { scheduleId } of schedules.kind === "done" ? schedules.value : []) {
      const slots = await his.listSlots({ institutionCode, scheduleId });
      const open = slots.kind === "done" ? slots.value.filter((slot) => slot.open) : [];
      free.push(...open.map(({ slotId }) => ({ scheduleId, slotId })));
      if (free.length >= SLOTS_MAX) return free.slice(0, SLOTS_MAX);
    }
  }
  return free;
}
