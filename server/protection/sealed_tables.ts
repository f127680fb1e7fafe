import {
  ATTEMPT_TAGGED,
  SESSION_TAGGED,
  TOTP_TAGGED,
} from "../modules/access/sign_in/tagged_rows.ts";
import { CONSENT_TAGGED } from "../modules/insurance/tables.ts";
import type { SealedTable } from "../platform/reseal.ts";

/**
 * Every column sealed under the platform's data keys, so that a rotation misses none; a test holds
 * it against the migrations. Column `x_sealed` of table `t` is sealed under the name `t.x`.
 */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: "patient",
    key: ["id"],
    sealed: ["name_sealed", "id_number_sealed", "phone_sealed"],
    index: { column: "phone_index", of: "phone_sealed", field: "phone" },
  },
  { table: "identification", key: ["id", "at"], sealed: ["reply_sealed"] },
  {
    table: "insurance_coverage",
    key: ["identification_id", "at"],
    sealed: ["psn_no_sealed", "certificate_sealed"],
  },
  {
    table: "insurance_consent",
    key: ["id"],
    sealed: ["relative_name_sealed", "relative_psn_no_sealed"],
    tagged: CONSENT_TAGGED,
  },
  {
    table: "insurance_mobile_order",
    key: ["order_id", "at"],
    sealed: ["pay_token_sealed", "revs_token_sealed"],
  },
  { table: "payment_evidence", key: ["id", "at"], sealed: ["body_sealed"] },
  {
    table: "card_message",
    key: ["subject_id", "attempt", "at"],
    sealed: ["pan_sealed"],
  },
  { table: "checkout_order", key: ["id", "at"], sealed: ["priced_sealed", "fulfilled_sealed"] },
  { table: "checkout_act", key: ["id"], sealed: ["evidence_sealed"] },
  {
    table: "refund_request",
    key: ["id", "at"],
    sealed: ["note_sealed", "decision_note_sealed"],
  },
  { table: "refund_act", key: ["id"], sealed: ["evidence_sealed"] },
  { table: "billing_request", key: ["id"], sealed: ["content_sealed"] },
  { table: "account", key: ["id"], sealed: ["name_sealed"] },
  {
    table: "totp_factor",
    key: ["account_id"],
    sealed: ["secret_sealed"],
    tagged: TOTP_TAGGED,
  },
  { table: "sign_in_attempt", key: ["id"], sealed: ["secret_sealed"], tagged: ATTEMPT_TAGGED },
  { table: "console_session", key: ["id"], sealed: ["secret_sealed"], tagged: SESSION_TAGGED },
  { table: "account_certificate", key: ["id"], sealed: ["certificate_sealed"] },
  { table: "account_identity", key: ["id"], sealed: ["subject_sealed"] },
];
