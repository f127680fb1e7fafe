import type { Fen } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { ClaimVisit, InsuranceSite } from "../insurance/claim_visit.ts";
import type { Payable } from "./contract.ts";
import type { Split } from "./leg.ts";

/** What HIS says an order is for and costs; the only source of the total (rule 2). */
export interface PricedPayable {
  readonly title: string;
  readonly total: Fen;
  /** Its lines are the receipt's lines; its sum is the total. */
  readonly visit: ClaimVisit;
  readonly registration: {
    readonly department: string;
    readonly doctor: string;
    readonly day: string;
    readonly time: string;
    readonly number: number;
    readonly location: string | null;
  } | null;
}

export interface PayableContext {
  /** Also the posting id at HIS: one order, one posting. */
  readonly orderId: string;
  readonly site: InsuranceSite;
  readonly hisPatientId: string;
  readonly payable: Payable;
}

/** What HIS is told when an order is paid. */
export interface FulfilmentNotice {
  readonly split: Split;
  readonly insurance: { readonly settlementId: string } | null;
  readonly tender: { readonly tradeId: string; readonly reference: string | null } | null;
  readonly paidAt: Date;
}

export interface Fulfilled {
  readonly receiptNumber: string;
  /** Where the patient goes next, in plain words. */
  readonly guidance: readonly string[];
}

/** `absent`: HIS never saw the posting. `cancelled`: it was taken back. */
export type FoundFulfilment =
  | ({ readonly state: "posted" } & Fulfilled)
  | { readonly state: "absent" }
  | { readonly state: "cancelled" };

/**
 * What checkout needs of anything that can be paid; billing and registration provide it and
 * `app.ts` wires it. Every call is idempotent by order id.
 */
export interface PayableWork {
  /** Fetches the price; for a registration it also holds the slot. */
  price(context: PayableContext): Promise<Outcome<PricedPayable>>;
  fulfil(context: PayableContext, notice: FulfilmentNotice): Promise<Outcome<Fulfilled>>;
  findFulfilment(context: PayableContext): Promise<Outcome<FoundFulfilment>>;
  /** Takes a posting back; of one that never arrived it leaves a mark, so that it is refused if it does. */
  cancelFulfilment(context: PayableContext): Promise<Outcome<null>>;
  /** Lets go of what `price` held. */
  release(context: PayableContext): Promise<Outcome<null>>;
}
