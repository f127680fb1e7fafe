import { type Refusal, refusalOf } from "../api/answer.ts";

/** As the platform has it: numbers of papers and phones are nobody's evidence. */
const NUMBERS = /\d{11}/;

/** Said before it is sent; null when it can be. */
export function evidenceFlaw(evidence: string): Refusal | null {
  if (evidence === "") return refusalOf("console.no_evidence");
  return NUMBERS.test(evidence) ? refusalOf("console.evidence_numbers") : null;
}
