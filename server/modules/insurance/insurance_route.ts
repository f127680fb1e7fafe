import type { INSURANCE_ROUTES } from "../settings/contract.ts";

/** Whom the platform asks to settle: the centre itself, HIS, or the centre for mobile payment. */
export type InsuranceRoute = (typeof INSURANCE_ROUTES)[number];

const MESSAGE_ID = /^[HP]\d{29}$/;
const MOBILE_PREFIX = "M:";

/** What `settle_msgid` is where a settlement goes by our order id. */
export function settlementName(
  route: Exclude<InsuranceRoute, "fsi">,
  orderId: string,
): string {
  return route === "mobile" ? MOBILE_PREFIX + orderId : orderId;
}

/**
 * Is the claim asked of the one it was settled with? The route's column has no tag, the name of the
 * settlement has; they must say the same before money moves.
 */
export function routeFits(
  claim: { readonly order_id: string; readonly route: InsuranceRoute; settle_msgid: string | null },
): boolean {
  const { route, settle_msgid: name, order_id: orderId } = claim;
  if (name === null) return true;
  return route === "fsi" ? MESSAGE_ID.test(name) : name === settlementName(route, orderId);
}
