import { accountPart } from "../../gateways/insurance/sums.ts";
import type { RegionalProfile } from "../../gateways/insurance/profile.ts";
import type { FeeResult, Settlement } from "../../gateways/insurance/wire.ts";
import { asFen, sumFen } from "../../platform/money.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { ClaimSplit, ClaimVisit, InsuranceSite } from "./claim_visit.ts";
import type { CertificateType } from "./coverage.ts";
import type { Ask, LegAnswer } from "./leg_answer.ts";
import type { MessageDeps } from "./send_message.ts";
import type { ClaimKey, ClaimRow, CoverageRow } from "./store.ts";

export interface ClaimDeps extends MessageDeps {
  readonly sealer: Sealer;
  readonly tags: RowTags;
}

export interface ClaimContext {
  readonly orderId: string;
  /** The time inside the order's id. */
  readonly at: Date;
  readonly institutionId: string;
  readonly site: InsuranceSite;
  readonly identificationId: string;
  readonly visit: ClaimVisit;
  /** The PIN pad's envelope, in memory alone; absent where none was typed. */
  readonly pin?: string;
  /** Of lines kept by a refund: the order whose choices hold for them too. */
  readonly chosenFor?: { readonly id: string; readonly at: Date };
  /** The claim's row, where this transaction has read it already. */
  readonly stored?: ClaimRow | null;
}

/** What one ask works on, as it stood when the attempt was committed. */
export interface ClaimPlan {
  readonly ask: Ask;
  readonly context: ClaimContext;
  readonly claim: ClaimRow;
  /** An earlier attempt's 2207 may have reached the platform. */
  readonly resumes: boolean;
  /** Is the claim as the platform wrote it? Else nothing is settled or voided. */
  readonly isUnchanged: boolean;
  /** Null: the identification never proved a coverage. Under the scheme that was chosen. */
  readonly coverage: CoverageRow | null;
  /** Of the relative whose account pays too. */
  readonly payerSealed: Uint8Array | null;
  /** Why what was chosen cannot be settled (any more). */
  readonly notAsChosen: LegAnswer | null;
}

/** The insured person, unsealed for the length of a call. */
export interface ClaimPerson {
  readonly psnNo: string;
  readonly certificateType: CertificateType;
  readonly certificateNumber: string;
  readonly insutype: string;
  readonly insuplc: string;
  /** Of a relative whose account pays what the person's own leaves. */
  readonly payerPsnNo: string | null;
}

export async function openPerson(
  sealer: Sealer,
  coverage: CoverageRow,
  payerSealed: Uint8Array | null = null,
): Promise<ClaimPerson> {
  return {
    payerPsnNo: payerSealed &&
      await sealer.open("insurance_consent.relative_psn_no", payerSealed),
    psnNo: await sealer.open("insurance_coverage.psn_no", coverage.psn_no_sealed),
    certificateType: coverage.certificate_type,
    certificateNumber: await sealer.open(
      "insurance_coverage.certificate",
      coverage.certificate_sealed,
    ),
    insutype: coverage.insutype,
    insuplc: coverage.insuplc_admdvs,
  };
}

export function claimKey(context: ClaimContext): ClaimKey {
  return { order_id: context.orderId, at: context.at };
}

export function newClaim(context: ClaimContext, now: Date): Omit<ClaimRow, "tag"> {
  return {
    ...claimKey(context),
    institution_id: context.institutionId,
    identification_id: context.identificationId,
    visit_number: context.visit.visitNumber,
    batch_number: batchNumber(context.orderId),
    visit_asked: false,
    details_asked: false,
    mdtrt_id: null,
    full_own_pay_fen: null,
    over_limit_fen: null,
    pre_self_pay_fen: null,
    in_scope_fen: null,
    settle_msgid: null,
    setl_id: null,
    total_fen: null,
    fund_fen: null,
    account_fen: null,
    other_fen: null,
    cash_fen: null,
    balance_fen: null,
    void_setl_id: null,
    voided_at: null,
    changed_at: now,
    route: context.site.route,
  };
}

/** chrg_bchno (30 characters): the order id without dashes, version and variant. */
export function batchNumber(orderId: string): string {
  const hex = orderId.replaceAll("-", "").toUpperCase();
  return hex.slice(0, 12) + hex.slice(13, 16) + hex.slice(17);
}

/** The four sums of 2204 that 2207 has to bring back. */
export interface ClaimShares {
  readonly full_own_pay_fen: bigint;
  readonly over_limit_fen: bigint;
  readonly pre_self_pay_fen: bigint;
  readonly in_scope_fen: bigint;
}

export function addShares(results: readonly FeeResult[]): ClaimShares {
  return {
    full_own_pay_fen: sumFen(results.map((line) => line.fulamt_ownpay_amt)),
    over_limit_fen: sumFen(results.map((line) => line.overlmt_amt)),
    pre_self_pay_fen: sumFen(results.map((line) => line.preselfpay_amt)),
    in_scope_fen: sumFen(results.map((line) => line.inscp_scp_amt)),
  };
}

export function splitOf(settlement: Settlement, profile: RegionalProfile): ClaimSplit {
  return {
    total: settlement.medfee_sumamt,
    fund: settlement.fund_pay_sumamt,
    account: asFen(accountPart(settlement, profile)),
    other: settlement.hosp_part_amt,
    cash: settlement.psn_cash_pay,
    balance: settlement.balc,
  };
}

/** The columns of a settlement that happened. */
export function settledColumns(
  split: ClaimSplit,
): Pick<
  ClaimRow,
  "total_fen" | "fund_fen" | "account_fen" | "other_fen" | "cash_fen" | "balance_fen"
> {
  return {
    total_fen: split.total,
    fund_fen: split.fund,
    account_fen: split.account,
    other_fen: split.other,
    cash_fen: split.cash,
    balance_fen: split.balance,
  };
}
