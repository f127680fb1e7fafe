import {
  ATTEMPT_TAGGED,
  RECOVERY_CODE_TAGGED,
  SESSION_TAGGED,
  TOTP_TAGGED,
} from "../modules/access/sign_in/tagged_rows.ts";
import { SSO_ATTEMPT_TAGGED } from "../modules/access/sso/tables.ts";
import { ORGANISATION_TAGGED, REQUEST_TAGGED } from "../modules/access/tables.ts";
import { BILLING_REQUEST_TAGGED } from "../modules/billing/tables.ts";
import {
  ACT_TAGGED,
  LEG_TAGGED,
  ORDER_TAGGED,
  STATED_RETURN_TAGGED,
} from "../modules/checkout/tables.ts";
import {
  CHOICE_TAGGED,
  CLAIM_TAGGED,
  CONSENT_TAGGED,
  MOBILE_ORDER_TAGGED,
} from "../modules/insurance/tables.ts";
import { DAY_BALANCE_TAGGED, POSTING_TAGGED } from "../modules/ledger/tables.ts";
import { CARD_MESSAGE_TAGGED } from "../modules/payment/card/tables.ts";
import { REFUND_TAGGED, TRADE_TAGGED } from "../modules/payment/tables.ts";
import { DISCHARGE_TAGGED } from "../modules/inpatient/tables.ts";
import { REFUND_ACT_TAGGED, REFUND_REQUEST_TAGGED } from "../modules/refund/tables.ts";
import { SETTING_TAGGED } from "../modules/settings/tables.ts";
import { ADOPTION_TAGGED } from "../platform/row_adoption.ts";
import type { TaggedTable } from "../platform/tagged_table.ts";

/**
 * Every table whose rows decide money or rights, for the check of their tags. The audit trail's own
 * tables are checked by its chain. Columns of rights as server/modules/access tags them.
 */
export const TAGGED_TABLES: readonly TaggedTable[] = [
  ORDER_TAGGED,
  LEG_TAGGED,
  ACT_TAGGED,
  STATED_RETURN_TAGGED,
  CLAIM_TAGGED,
  CHOICE_TAGGED,
  CONSENT_TAGGED,
  MOBILE_ORDER_TAGGED,
  POSTING_TAGGED,
  DAY_BALANCE_TAGGED,
  TRADE_TAGGED,
  REFUND_TAGGED,
  CARD_MESSAGE_TAGGED,
  REFUND_REQUEST_TAGGED,
  REFUND_ACT_TAGGED,
  BILLING_REQUEST_TAGGED,
  DISCHARGE_TAGGED,
  SETTING_TAGGED,
  ORGANISATION_TAGGED,
  REQUEST_TAGGED,
  SESSION_TAGGED,
  ATTEMPT_TAGGED,
  TOTP_TAGGED,
  RECOVERY_CODE_TAGGED,
  SSO_ATTEMPT_TAGGED,
  ADOPTION_TAGGED,
  {
    table: "account",
    key: ["id"],
    columns: [
      "id",
      "kind",
      "login",
      "organisation_id",
      "duty",
      "state",
      "created_by",
      "created_at",
      "expires_at",
      "rights_version",
    ],
  },
  {
    table: "role",
    key: ["id"],
    columns: ["id", "name", "duty", "builtin", "permissions", "addresses"],
  },
  {
    table: "account_grant",
    key: ["id"],
    columns: [
      "id",
      "account_id",
      "role_id",
      "duty",
      "organisation_id",
      "granted_by",
      "granted_at",
      "expires_at",
      "ended_at",
      "ended_by",
    ],
  },
  {
    table: "account_password",
    key: ["account_id"],
    columns: [
      "account_id",
      "algorithm",
      "iterations",
      "salt",
      "hash",
      "is_one_time",
      "set_at",
      "expires_at",
    ],
  },
  {
    table: "program_key",
    key: ["id"],
    columns: [
      "id",
      "account_id",
      "kind",
      "public_key",
      "secret",
      "wrap_version",
      "created_by",
      "created_at",
      "expires_at",
      "ended_at",
      "ended_why",
      "ended_by",
    ],
  },
  {
    table: "account_certificate",
    key: ["id"],
    columns: [
      "id",
      "account_id",
      "fingerprint",
      "not_after",
      "enrolled_at",
      "removed_at",
      "removed_by",
    ],
  },
  {
    table: "account_identity",
    key: ["id"],
    columns: [
      "id",
      "account_id",
      "provider",
      "issuer",
      "subject_index",
      "linked_by",
      "linked_at",
      "removed_at",
      "removed_by",
    ],
  },
  {
    table: "security_policy",
    key: ["kind"],
    columns: ["kind", "value", "version", "changed_by"],
  },
];
