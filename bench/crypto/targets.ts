/** Issue 3, "Speed": what must be reached, each a median of per-round ratios. */
import type { ContenderName, Deed } from "./work.ts";

export interface Target {
  readonly contender: ContenderName;
  readonly deed: Deed;
  /** Of a sized deed; null means every size measured. */
  readonly bytes: number | null;
  readonly against: ContenderName;
  readonly ratioMin: number;
}

const KIB = 1_024;

export const TARGETS: readonly Target[] = [
  ...atLeast(0.85, "native", "openssl speed", [
    ["sm3", 64 * KIB],
    ["sm4_cbc_encrypt", 64 * KIB],
    ["sm4_cbc_decrypt", 64 * KIB],
    ["sm4_ctr", 64 * KIB],
    ["sm2_sign", null],
    ["sm2_verify_kept_key", null],
  ]),
  ...atLeast(35, "native", "sm-crypto", [["sm2_sign", null]]),
  ...atLeast(40, "native", "sm-crypto", [["sm2_verify_kept_key", null]]),
  ...atLeast(8, "native", "sm-crypto", [["sm3", 64]]),
  ...atLeast(6, "native", "sm-crypto", [["hmac_sm3", 64]]),
  ...atLeast(3, "native", "sm-crypto", [["sm4_cbc_encrypt", 64], ["sm4_cbc_decrypt", 64]]),
  ...atLeast(65, "functions", "sm-crypto", [["sm2_sign", null]]),
  ...atLeast(15, "functions", "sm-crypto", [["sm2_verify_new_key", null]]),
  ...atLeast(60, "functions", "sm-crypto", [["sm2_verify_kept_key", null]]),
  ...atLeast(3, "functions", "sm-crypto", [["sm3", KIB]]),
  ...atLeast(2, "functions", "sm-crypto", [["sm3", 64]]),
  // With the key object, which is what one uses for many calls.
  ...atLeast(3, "portable", "sm-crypto", [["sm4_cbc_encrypt", null]]),
  ...atLeast(2, "portable", "sm-crypto", [["sm4_cbc_decrypt", null]]),
  ...atLeast(3, "functions", "sm-crypto-v2", [["sm4_gcm_seal", KIB], ["sm4_gcm_open", KIB]]),
  ...atLeast(3, "native", "sm-crypto-v2", [["sm4_gcm_seal", KIB], ["sm4_gcm_open", KIB]]),
];

/** R-DEV-09: 3DES over 2,048 bytes. */
export const TDES_MS_MAX = 2_000;

function atLeast(
  ratioMin: number,
  contender: ContenderName,
  against: ContenderName,
  deeds: readonly (readonly [Deed, number | null])[],
): Target[] {
  return deeds.map(([deed, bytes]) => ({ contender, deed, bytes, against, ratioMin }));
}
