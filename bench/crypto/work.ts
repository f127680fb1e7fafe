/** What is measured: deeds, each done by several contenders on the same sizes. */

export type Deed =
  | "sm3"
  | "hmac_sm3"
  | "sm4_cbc_encrypt"
  | "sm4_cbc_decrypt"
  | "sm4_ctr"
  | "sm4_gcm_seal"
  | "sm4_gcm_open"
  | "sm2_keygen"
  | "sm2_sign"
  | "sm2_verify_new_key"
  | "sm2_verify_kept_key"
  | "sm2_encrypt"
  | "sm2_decrypt"
  | "tdes_encrypt"
  | "pbkdf2";

export const CONTENDERS = [
  "sm-crypto",
  "sm-crypto-v2",
  "functions",
  "portable",
  "native",
  "provider/portable",
  "provider/native",
  "openssl speed",
] as const;

export type ContenderName = typeof CONTENDERS[number];

/** One call; what it returns is thrown away after it was looked at. */
export type Work =
  | { readonly kind: "now"; readonly run: () => unknown }
  | { readonly kind: "later"; readonly run: () => Promise<unknown> };

/** Prepares one deed on that many bytes, keys and inputs included; only the call is timed. */
export type Prepare = (bytes: number) => Work | Promise<Work>;

export interface Contender {
  readonly name: ContenderName;
  readonly deeds: Readonly<Partial<Record<Deed, Prepare>>>;
}

export function now(run: () => unknown): Work {
  return { kind: "now", run };
}

export function later(run: () => Promise<unknown>): Work {
  return { kind: "later", run };
}

/** A refusal is quick: without this a broken contender would look like a fast one. */
export function expectTrue(result: boolean): boolean {
  if (!result) throw new Error("Cannot measure a verification that fails: expected true");
  return result;
}

/** For decryptions, some of which answer with nothing when they fail. */
export function expectBytes<Result extends { readonly length: number }>(
  result: Result,
  length: number,
): Result {
  if (result.length === length) return result;
  throw new Error(`Cannot measure a result of length ${result.length}: expected ${length}`);
}
