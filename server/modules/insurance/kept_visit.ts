import { batchNumber } from "./claim.ts";
import type { ClaimLine, ClaimVisit } from "./claim_visit.ts";

/** Of the 30 characters of a line's number: what is left beside a dash and three digits. */
const LINE_PREFIX_FROM = 4;

/**
 * The lines a partial return keeps, as a visit of its own: a settlement is voided whole and what
 * stays is settled anew under new visit, batch and line numbers (nhsa.md §1.6, 2208).
 */
export function keptVisit(
  visit: ClaimVisit,
  refundOrderId: string,
  kept: readonly ClaimLine[],
): ClaimVisit {
  const visitNumber = batchNumber(refundOrderId);
  const prefix = visitNumber.slice(LINE_PREFIX_FROM);
  const lines = kept.map((line, index) => ({
    ...line,
    lineNumber: `${prefix}-${String(index + 1).padStart(3, "0")}`,
  }));
  return { ...visit, visitNumber, lines };
}
