import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import type { CodeStory } from "../../sandbox/aggregate_pay/payment_code.ts";
import { consumptionCode } from "../../sandbox/citizen_code/code_accounts.ts";
import { CODE_VALID_MS, presentCode } from "../../sandbox/citizen_code/present_code.ts";
import type { Patient } from "../../bench/load/patients.ts";
import type { Deed, WayPlan } from "./visit_plan.ts";

/** What the phone shows to the terminal. */

const STORIES: Readonly<Partial<Record<Deed, CodeStory>>> = {
  declined: "insufficient",
  password: "password",
  password_never: "password_waits",
};
const WALLETS = ["WXPAY", "ALIPAY", "UNIONPAY"] as const;

/** Who has no consumption code, or no card to be taken, shows the code of a wallet. */
export function presentedCode(
  { mode, deed }: WayPlan,
  { person }: Patient,
  serial: number,
): { readonly mode: WayPlan["mode"]; readonly code: string | null } {
  if (mode === "show_code") return { mode, code: null };
  const text = mode === "citizen_code" ? consumptionCode(person) : null;
  if (text !== null) {
    const ageMs = deed === "declined" ? 2 * CODE_VALID_MS : 0;
    return { mode, code: presentCode(text, new Date(Date.now() - ageMs)) };
  }
  const wallet = WALLETS[serial % WALLETS.length] ?? "WXPAY";
  const code = paymentCode(wallet, STORIES[deed] ?? "pays", serial);
  return { mode: "scan_code", code };
}
