import type { ContenderName, Deed } from "./work.ts";

/** One line of the table. */
export interface Row {
  readonly deed: Deed;
  readonly label: string;
  readonly bytes: number;
  /** Throughput tells more than calls where the size is the caller's to choose. */
  readonly unit: "MB/s" | "op/s" | "ms";
  /** What the ratios of the line are to. */
  readonly baseline: ContenderName | null;
}

const SIZES = [64, 1_024, 65_536] as const;
/** Z included, as in specs and vectors: a short document's worth. */
const MESSAGE_BYTES = 256;
/** Three keys of 16 bytes, as an envelope carries them. */
const ENVELOPE_BYTES = 48;
/** R-DEV-09 names the size. */
const TDES_BYTES = 2_048;
export const PBKDF2_ITERATIONS = 10_000;

export const ROWS: readonly Row[] = [
  ...sized("sm3", "SM3", "sm-crypto"),
  ...sized("hmac_sm3", "HMAC-SM3", "sm-crypto"),
  ...sized("sm4_cbc_encrypt", "SM4-CBC encrypt", "sm-crypto"),
  ...sized("sm4_cbc_decrypt", "SM4-CBC decrypt", "sm-crypto"),
  ...sized("sm4_ctr", "SM4-CTR", null),
  ...sized("sm4_gcm_seal", "SM4-GCM seal", "sm-crypto-v2"),
  ...sized("sm4_gcm_open", "SM4-GCM open", "sm-crypto-v2"),
  perCall("sm2_keygen", "SM2 new key pair", 0),
  perCall("sm2_sign", "SM2 sign", MESSAGE_BYTES),
  perCall("sm2_verify_new_key", "SM2 verify, new key", MESSAGE_BYTES),
  perCall("sm2_verify_kept_key", "SM2 verify, kept key", MESSAGE_BYTES),
  perCall("sm2_encrypt", "SM2 encrypt", ENVELOPE_BYTES),
  perCall("sm2_decrypt", "SM2 decrypt", ENVELOPE_BYTES),
  {
    deed: "tdes_encrypt",
    label: `3DES-ECB ${sizeName(TDES_BYTES)}`,
    bytes: TDES_BYTES,
    unit: "ms",
    baseline: null,
  },
  {
    deed: "pbkdf2",
    label: `PBKDF2, ${PBKDF2_ITERATIONS} rounds`,
    bytes: 0,
    unit: "ms",
    baseline: null,
  },
];

function sized(deed: Deed, name: string, baseline: ContenderName | null): Row[] {
  return SIZES.map((bytes) => ({
    deed,
    label: `${name} ${sizeName(bytes)}`,
    bytes,
    unit: "MB/s",
    baseline,
  }));
}

function perCall(deed: Deed, label: string, bytes: number): Row {
  return { deed, label, bytes, unit: "op/s", baseline: "sm-crypto" };
}

export function sizeName(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${bytes / 1_024} KiB`;
}
