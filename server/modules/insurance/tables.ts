import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { CredentialKind } from "../identity/person.ts";
import type { CertificateType } from "./coverage.ts";
import type { InsuranceRoute } from "./insurance_route.ts";
import type { Relation } from "./relatives/contract.ts";

export interface InsuranceTables {
  insurance_message_number: {
    institution_code: string;
    last: bigint;
  };
  insurance_sign_in: {
    institution_code: string;
    operator_number: string;
    day: string;
    sign_no: string;
  };
  /** Every message to the insurance platform; nothing in it is personal. */
  insurance_message: {
    id: string;
    at: Date;
    institution_id: string;
    order_id: string | null;
    msgid: string;
    infno: string;
    state: "sent" | "answered";
    outcome: "done" | "refused" | "not_sent" | "unknown" | null;
    infcode: string | null;
    refmsgid: string | null;
    sent_at: Date;
    answered_at: Date | null;
  };
  insurance_coverage: {
    identification_id: string;
    at: Date;
    institution_id: string;
    psn_no_sealed: Uint8Array;
    certificate_type: CertificateType;
    certificate_sealed: Uint8Array;
    insutype: string;
    insuplc_admdvs: string;
    psn_type: string;
    balance_fen: bigint;
    checked_at: Date;
    /** All schemes in force (`InForce[]` as JSON); null on rows of before. */
    schemes: string | null;
  };
  /** What the patient chose for one order, and what came of it; absent where he chose nothing. */
  insurance_choice: {
    order_id: string;
    at: Date;
    institution_id: string;
    /** Whose account pays beside the patient's own. */
    consent_id: string | null;
    /** Null: the usual scheme. */
    insutype: string | null;
    /** acct_mulaid_pay as last presettled or settled. */
    relative_fen: bigint | null;
    changed_at: Date;
    tag: Uint8Array | null;
  };
  /** A relative's word that his account may pay for the patient (R-PAY-03). */
  insurance_consent: {
    id: string;
    institution_id: string;
    patient_id: string;
    /** The patient's session in which the relative showed a medium of his own. */
    identification_id: string;
    terminal_id: string;
    relation: Relation;
    /** Where the relative is a patient of ours too. */
    relative_patient_id: string | null;
    relative_index: Uint8Array;
    relative_name_sealed: Uint8Array;
    relative_psn_no_sealed: Uint8Array;
    credential_kind: CredentialKind;
    notice_version: string;
    given_at: Date;
    until_at: Date;
    withdrawn_at: Date | null;
    /** The session in which it was withdrawn. */
    withdrawn_in: string | null;
    /** The account that withdrew it at a counter. */
    withdrawn_by: string | null;
    tag: Uint8Array | null;
  };
  insurance_claim: {
    order_id: string;
    at: Date;
    institution_id: string;
    identification_id: string;
    visit_number: string;
    batch_number: string;
    /** 2201, or 2204, may have reached the platform. */
    visit_asked: boolean;
    details_asked: boolean;
    mdtrt_id: string | null;
    full_own_pay_fen: bigint | null;
    over_limit_fen: bigint | null;
    pre_self_pay_fen: bigint | null;
    in_scope_fen: bigint | null;
    /** msgid of the last 2207: the omsgid of a reversal. */
    settle_msgid: string | null;
    setl_id: string | null;
    total_fen: bigint | null;
    fund_fen: bigint | null;
    account_fen: bigint | null;
    other_fen: bigint | null;
    cash_fen: bigint | null;
    balance_fen: bigint | null;
    void_setl_id: string | null;
    voided_at: Date | null;
    changed_at: Date;
    /** Who settles it, for good; its `settle_msgid` shows it too (`insurance_route.ts`). */
    route: InsuranceRoute;
    /** Over what was settled and voided; null on rows of before there were tags. */
    tag: Uint8Array | null;
  };
  /** An order at the centre for mobile payment, beside its claim. */
  insurance_mobile_order: {
    order_id: string;
    at: Date;
    institution_id: string;
    pay_ord_id: string;
    pay_token_sealed: Uint8Array;
    /** As the centre last answered; see `ordClass`. */
    ord_stas: number;
    /** The furthest that a 6302 said; it moves nothing by itself. */
    reported_stas: number | null;
    /** What a reversal is authorised by. */
    revs_token_sealed: Uint8Array | null;
    mix_trade_no: string | null;
    /** Null until the order was placed at the wallet. */
    mix_kind: "insurance_only" | "cash_and_insurance" | null;
    /** What 6202 presettled; an answer without amounts leaves it as it is. */
    quoted_fund_fen: bigint | null;
    quoted_account_fen: bigint | null;
    quoted_other_fen: bigint | null;
    quoted_cash_fen: bigint | null;
    changed_at: Date;
    /** Null on rows of before there were tags. */
    tag: Uint8Array | null;
  };
}

export const INSURANCE_PARTITIONED = [
  "insurance_message",
  "insurance_coverage",
  "insurance_claim",
  "insurance_mobile_order",
  "insurance_choice",
] as const;

export const CHOICE_TAGGED = {
  table: "insurance_choice",
  key: ["order_id", "at"],
  columns: ["order_id", "at", "institution_id", "consent_id", "insutype", "relative_fen"],
} as const satisfies TaggedTable<keyof InsuranceTables["insurance_choice"]>;

export const CONSENT_TAGGED = {
  table: "insurance_consent",
  key: ["id"],
  columns: [
    "id",
    "institution_id",
    "patient_id",
    "identification_id",
    "relation",
    "relative_patient_id",
    "relative_index",
    "relative_psn_no_sealed",
    "until_at",
    "withdrawn_at",
  ],
} as const satisfies TaggedTable<keyof InsuranceTables["insurance_consent"]>;

/** Not `ord_stas`: the centre is asked before anything goes by it. */
export const MOBILE_ORDER_TAGGED = {
  table: "insurance_mobile_order",
  key: ["order_id", "at"],
  columns: [
    "order_id",
    "at",
    "institution_id",
    "pay_ord_id",
    "mix_trade_no",
    "mix_kind",
    "quoted_fund_fen",
    "quoted_account_fen",
    "quoted_other_fen",
    "quoted_cash_fen",
  ],
  // Rows and tag are both younger than `row_tag_start`.
  madeAt: null,
} as const satisfies TaggedTable<keyof InsuranceTables["insurance_mobile_order"]>;

export const CLAIM_TAGGED = {
  table: "insurance_claim",
  key: ["order_id", "at"],
  columns: [
    "order_id",
    "at",
    "institution_id",
    "identification_id",
    "settle_msgid",
    "setl_id",
    "total_fen",
    "fund_fen",
    "account_fen",
    "other_fen",
    "cash_fen",
    "balance_fen",
    "void_setl_id",
    "voided_at",
  ],
  madeAt: "at",
} as const satisfies TaggedTable<keyof InsuranceTables["insurance_claim"]>;
