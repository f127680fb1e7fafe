import { type Bytes, concatBytes, randomBytes, requireLength } from "../bytes.ts";
import { requireDesKey } from "../des.ts";
import { CryptoError } from "../errors.ts";
import type { KeyAlgorithm, KeyLeaves, KeySpec, KeyUsage } from "../provider.ts";
import { generateKeyPair } from "../sm2.ts";
import { privateScalar } from "../sm2_curve.ts";

/** What a key may be for, by its algorithm: one purpose each (GB/T 17901.1 §5.4, key separation). */
const USAGES: Readonly<Record<KeyAlgorithm, readonly KeyUsage[]>> = {
  sm2: ["sign", "decrypt", "agree"],
  sm4: ["wrap", "export", "import", "data", "cipher", "mac", "pin"],
  hmac_sm3: ["mac"],
  tdes: ["export", "import", "mac", "pin"],
};
const LEAVES: readonly KeyLeaves[] = ["never", "sealed", "exported"];

const SM4_KEY_BYTES = 16;
const HMAC_KEY_BYTES = 32;
/** What pads and X9.19 hold; three parts come in by unwrapping. */
const TDES_KEY_BYTES = 16;
const LABEL_BYTES_MAX = 128;

/** As it is now: frozen, each field read once. Throws `invalid_argument`. */
export function takeKeySpec(given: KeySpec): KeySpec {
  if (typeof given !== "object" || given === null) {
    throw new CryptoError("invalid_argument", `Cannot use ${String(given)}: expected a key's spec`);
  }
  const { label, algorithm, usage, leaves, ephemeral = false } = given;
  const spec = Object.freeze({ label, algorithm, usage, leaves, ephemeral });
  requireKeySpec(spec);
  return spec;
}

/** Throws `invalid_argument`. */
export function requireKeySpec({ label, algorithm, usage, leaves, ephemeral }: KeySpec): void {
  requireLabel(label);
  const usages = Object.hasOwn(USAGES, algorithm) ? USAGES[algorithm] : undefined;
  if (!usages?.includes(usage)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot use a ${String(algorithm)} key for "${String(usage)}": expected ${
        usages?.join(", ") ?? "sm2, sm4, hmac_sm3 or tdes"
      }`,
    );
  }
  const isBoolean = ephemeral === undefined || typeof ephemeral === "boolean";
  if (isBoolean && LEAVES.includes(leaves)) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot use a key that leaves "${String(leaves)}" and is ephemeral "${String(ephemeral)}": ` +
      `expected ${LEAVES.join(", ")}, and true or false`,
  );
}

/** Half a surrogate pair would be bound and stored as another letter. */
function requireLabel(label: string): void {
  const isText = typeof label === "string" && label.isWellFormed();
  const labelBytes = isText ? encode(label).length : 0;
  if (labelBytes >= 1 && labelBytes <= LABEL_BYTES_MAX) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot name a key with ${isText ? `${labelBytes} bytes` : "that"}: expected 1 to ` +
      `${LABEL_BYTES_MAX} bytes of text`,
  );
}

/** Bytes of a new key. */
export function newKeyBytes(algorithm: KeyAlgorithm): Bytes {
  switch (algorithm) {
    case "sm2":
      return generateKeyPair().privateKey;
    case "sm4":
      return randomBytes(SM4_KEY_BYTES);
    case "hmac_sm3":
      return randomBytes(HMAC_KEY_BYTES);
    case "tdes":
      return newTdesKey();
    default:
      throw unknownAlgorithm(algorithm);
  }
}

/** Throws `wrong_length` or `invalid_key` for bytes that are no key of this kind. */
export function requireKeyBytes({ algorithm, usage }: KeySpec, bytes: Uint8Array): void {
  switch (algorithm) {
    case "sm2":
      privateScalar(bytes);
      return;
    case "sm4":
      return requireLength(bytes, SM4_KEY_BYTES, "SM4 key");
    case "hmac_sm3":
      return requireLength(bytes, HMAC_KEY_BYTES, "HMAC-SM3 key");
    case "tdes":
      // X9.9 is the one user of single DES (mac.ts).
      if (bytes.length === 8 && usage !== "mac") requireLength(bytes, TDES_KEY_BYTES, "3DES key");
      return requireDesKey(bytes);
    default:
      throw unknownAlgorithm(algorithm);
  }
}

/** Bytes of the keys two sides can agree on (GB/T 32918.3 derives any bytes; a key pair is none). */
export function agreedKeyLength({ algorithm }: KeySpec): number {
  if (algorithm === "sm4") return SM4_KEY_BYTES;
  if (algorithm === "hmac_sm3") return HMAC_KEY_BYTES;
  throw new CryptoError(
    "invalid_argument",
    `Cannot agree on a ${algorithm} key: expected sm4 or hmac_sm3`,
  );
}

/**
 * What a sealed key is bound to: context, label, algorithm and usage, each with its length, so that
 * no two of them give the same bytes. Not `leaves`: whoever has it unwrapped says how far.
 */
export function sealedKeyAad(context: Uint8Array, spec: KeySpec): Bytes {
  const { label, algorithm, usage } = spec;
  const fields = ["yikatong wrapped key 1", label, algorithm, usage].map(encode);
  return concatBytes(...[...fields, context].flatMap((field) => [lengthBytes(field), field]));
}

/** A weak one comes once in 2^51 draws and is refused by `requireKeyBytes`, as any other. */
function newTdesKey(): Bytes {
  return randomBytes(TDES_KEY_BYTES).map(withOddParity);
}

/** Pads check it (error E6 of ZT598); the lowest bit of each byte carries no key. */
function withOddParity(byte: number): number {
  let ones = byte & 0xfe;
  ones ^= ones >>> 4;
  ones ^= ones >>> 2;
  ones ^= ones >>> 1;
  return (byte & 0xfe) | (~ones & 1);
}

function lengthBytes(field: Uint8Array): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, field.length);
  return bytes;
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function unknownAlgorithm(algorithm: never): CryptoError {
  return new CryptoError("invalid_argument", `Cannot use key algorithm "${String(algorithm)}"`);
}
