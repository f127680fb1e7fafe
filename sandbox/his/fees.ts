import type { FeeLine } from "../../server/gateways/his/wire.ts";
import { feeLine } from "./prescriptions.ts";
import type { HisDoctor } from "./staff.ts";

/** What registering with a doctor costs: one consultation of their rank. */
export function registrationFee(
  doctor: HisDoctor,
): { readonly amount: string; readonly lines: FeeLine[] } {
  const line = feeLine(doctor.feeItemCode, 1, 1);
  return { amount: line.amount, lines: [line] };
}
