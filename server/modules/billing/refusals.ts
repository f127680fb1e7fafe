import { notSent, type Outcome } from "../../platform/outcome.ts";

/** HIS's definite refusals in checkout's words; the screen chooses its sentence by them. */
const CHECKOUT_CODES: Readonly<Record<string, string>> = {
  slot_taken: "checkout.slot_taken",
  unknown_schedule: "checkout.slot_taken",
  hold_expired: "checkout.hold_expired",
  hold_released: "checkout.hold_expired",
  unknown_hold: "checkout.hold_expired",
  bill_paid: "checkout.bill_paid",
  bill_changed: "checkout.bill_changed",
  unknown_bill: "checkout.bill_changed",
  amount_mismatch: "checkout.amount_mismatch",
  posting_cancelled: "checkout.posting_cancelled",
  service_rendered: "checkout.service_rendered",
  already_returned: "checkout.already_returned",
  unknown_posting: "checkout.already_returned",
  not_admitted: "checkout.not_admitted",
  amount_limits: "checkout.deposit_limits",
  not_settled: "checkout.not_settled",
};

/**
 * Passes everything on, a refusal under checkout's code. A call whose signature was not taken was
 * not looked at: that is no word on an earlier one under the same id.
 */
export function inCheckoutWords<Value>(outcome: Outcome<Value>): Outcome<Value> {
  if (outcome.kind !== "refused") return outcome;
  if (outcome.code === "bad_signature") return notSent("HIS says bad_signature");
  return { ...outcome, code: CHECKOUT_CODES[outcome.code] ?? "checkout.his_refused" };
}
