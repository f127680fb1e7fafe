import { COLUMN_DATA_KEY, COLUMN_INDEX_KEY } from "../../crypto/envelope.ts";
import type { KeySpec } from "../../crypto/provider.ts";
import { MOBILE_SIGN_KEY } from "../../server/gateways/mobile_insurance/signer.ts";
import { PROGRAM_WRAP_KEY } from "../../server/modules/access/programs/hmac_secret.ts";
import { PROGRAM_TOKEN_KEY } from "../../server/modules/access/programs/token.ts";
import { AUDIT_SIGN_KEY, AUDIT_TAG_KEY } from "../../server/modules/audit/record_events.ts";
import { LADDER_ROOT_KEY } from "../../server/platform/key_record_row.ts";
import { ROW_TAG_KEY } from "../../server/platform/row_tags.ts";
import { LINE_AGREE_KEY, LINE_SIGN_KEY, LINE_WRAP_KEY } from "../../server/platform/signed_line.ts";

/** What the database's personal columns are sealed and found with. */
export const COLUMN_KEYS: readonly KeySpec[] = [
  { label: COLUMN_DATA_KEY, algorithm: "sm4", usage: "data", leaves: "never" },
  { label: COLUMN_INDEX_KEY, algorithm: "hmac_sm3", usage: "mac", leaves: "never" },
];

/** What terminals know the platform by, and what the keys of their sessions are kept under. */
export const LINE_KEYS: readonly KeySpec[] = [
  { label: LINE_SIGN_KEY, algorithm: "sm2", usage: "sign", leaves: "never" },
  { label: LINE_AGREE_KEY, algorithm: "sm2", usage: "agree", leaves: "never" },
  { label: LINE_WRAP_KEY, algorithm: "sm4", usage: "wrap", leaves: "never" },
];

/**
 * What shows a change past the platform: tags on audit events and rows, the audit's signature; and
 * what programs' secrets are kept under and their tokens made with.
 */
export const PROOF_KEYS: readonly KeySpec[] = [
  { label: AUDIT_TAG_KEY, algorithm: "hmac_sm3", usage: "mac", leaves: "never" },
  { label: AUDIT_SIGN_KEY, algorithm: "sm2", usage: "sign", leaves: "never" },
  { label: ROW_TAG_KEY, algorithm: "hmac_sm3", usage: "mac", leaves: "never" },
  { label: PROGRAM_WRAP_KEY, algorithm: "sm4", usage: "wrap", leaves: "never" },
  { label: PROGRAM_TOKEN_KEY, algorithm: "hmac_sm3", usage: "mac", leaves: "never" },
];

/** What the platform signs with at the centre for mobile payment (医保移动支付). */
export const MOBILE_KEYS: readonly KeySpec[] = [
  { label: MOBILE_SIGN_KEY, algorithm: "sm2", usage: "sign", leaves: "never" },
];

/** What the keys of PIN pads and the work keys of the card host are kept under. */
export const LADDER_KEYS: readonly KeySpec[] = [
  { label: LADDER_ROOT_KEY, algorithm: "sm4", usage: "wrap", leaves: "never" },
];
