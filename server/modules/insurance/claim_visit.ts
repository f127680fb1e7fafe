import type { Fen } from "../../platform/money.ts";
import type { InsuranceRoute } from "./insurance_route.ts";

/** A fee line as 2204 wants it; prices and quantities as decimal text, never floats. */
export interface ClaimLine {
  /** Unique inside the visit (feedetl_sn), ≤ 30 characters. */
  readonly lineNumber: string;
  /** National catalogue code (med_list_codg). */
  readonly catalogueCode: string;
  /** HIS's own item code (medins_list_codg). */
  readonly itemCode: string;
  readonly name: string;
  /** Up to 4 decimals. */
  readonly quantity: string;
  /** Yuan, up to 6 decimals. */
  readonly priceYuan: string;
  readonly amountFen: Fen;
  readonly occurredAt: Date;
}

/** The visit a claim is about, as 2201 and 2203A want it. */
export interface ClaimVisit {
  /** ipt_otp_no: unique inside the institution, ≤ 30 characters. */
  readonly visitNumber: string;
  /** med_type, e.g. 11 普通门诊 (also for registration fees, see nhsa.md §7.9). */
  readonly medicalType: string;
  readonly department: { readonly code: string; readonly name: string; readonly category: string };
  /** National doctor code (`D…`). */
  readonly doctor: { readonly code: string; readonly name: string };
  readonly diagnoses: readonly { readonly code: string; readonly name: string }[];
  readonly startedAt: Date;
  readonly lines: readonly ClaimLine[];
}

/** The institution and terminal in whose name insurance is asked. */
export interface InsuranceSite {
  readonly institutionId: string;
  /** fixmedins_code, `H` and 11 digits. */
  readonly code: string;
  readonly name: string;
  readonly admdvs: string;
  /** For new claims; a claim that was begun stays on its own. */
  readonly route: InsuranceRoute;
  readonly operator: { readonly number: string; readonly name: string };
}

/** One settlement's figures; `total = fund + account + other + cash` is checked, never assumed. */
export interface ClaimSplit {
  readonly total: Fen;
  readonly fund: Fen;
  readonly account: Fen;
  readonly other: Fen;
  readonly cash: Fen;
  /** Personal account's balance after it; null when the party did not say. */
  readonly balance: Fen | null;
}
