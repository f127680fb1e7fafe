import type { HisSchedule, HisSlot } from "../../gateways/his/wire.ts";
import { parseYuan } from "../../platform/money.ts";
import type { Schedule, Slot } from "./contract.ts";

export function scheduleForScreen({ scheduleId, fee, ...schedule }: HisSchedule): Schedule {
  return { id: scheduleId, feeFen: parseYuan(fee).toString(), ...schedule };
}

export function slotForScreen({ slotId, ...slot }: HisSlot): Slot {
  return { id: slotId, ...slot };
}
