import type { Fen } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { ClaimVisit, InsuranceSite } from "../insurance/claim_visit.ts";
import type { DepositTerms } from "../settings/setting.ts";
import type { Payable } from "./contract.ts";
import type { Split } from "./leg.ts";

/** What HIS says an order is for and costs; the only source of the total (rule 2). */
export interface PricedPayable {
  readonly title: string;
  readonly total: Fen;
  /** Its lines are the receipt's lines; its sum is the total. */
  readonly visit: ClaimVisit;
  /** HIS's own names of the visit's lines, in their order; absent on orders of before there were refunds. */
  readonly sources?: readonly SourceLine[];
  readonly registration: {
    readonly department: string;
    readonly doctor: string;
    readonly day: string;
    readonly time: string;
    readonly number: number;
    readonly location: string | null;
  } | null;
  /** Which stay a deposit is for, by HIS's number of it (住院号). */
  readonly deposit?: { readonly admissionNumber: string };
}

/** A line of a bill as HIS knows it. */
export interface SourceLine {
  readonly billId: string;
  readonly lineNumber: string;
}

export interface PayableContext {
  /** Also the posting id at HIS: one order, one posting. */
  readonly orderId: string;
  readonly site: InsuranceSite;
  readonly hisPatientId: string;
  readonly payable: Payable;
  readonly settlement: "insurance" | "self_pay";
  /** What a terminal here offers of deposits; every order's site has it. */
  readonly deposits?: DepositTerms;
  /** As it was priced; null or absent before that, and once it was erased. */
  readonly priced?: PricedPayable | null;
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
  /** Takes back, for a refund, what was posted under the context's order id; once per return id. */
  returnFulfilment(context: PostedContext, wanted: WantedReturn): Promise<Outcome<null>>;
  findReturn(context: PostedContext, returnId: string): Promise<Outcome<"returned" | "absent">>;
  /** What HIS would take back now; it may think otherwise a moment later. */
  findReturnable(context: PostedContext): Promise<Outcome<Returnable>>;
}

export type PostedContext = Pick<PayableContext, "orderId" | "site">;

export interface WantedReturn {
  readonly returnId: string;
  /** Null for all that stands. */
  readonly lines: readonly SourceLine[] | null;
  /** Other lines stay posted, or are unpaid again, to be settled anew. */
  readonly rest: "stays" | "unpaid";
  /** Of the lines; of all that stands when the rest is unpaid again. */
  readonly total: Fen;
}

export type Returnable =
  | {
    readonly state: "posted";
    /** Handed out, executed, or the patient was seen. */
    readonly rendered: boolean;
    readonly lines: readonly (SourceLine & {
      readonly state: "open" | "rendered" | "returned";
    })[];
  }
  | { readonly state: "absent" | "cancelled" };
