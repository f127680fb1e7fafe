import { concatBytes, copyBytes, equalBytes, randomBytes, requireBytes, wipe } from "../bytes.ts";
import { desDecrypt, desEncrypt } from "../des.ts";
import type { Sm4Key } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import { hasCheckValue, keyCheckValue } from "../key_check.ts";
import type { KeyAlgorithm, KeySpec, KeyUsage, WrapForm } from "../provider.ts";
import { sealedKeyAad } from "./key_material.ts";

/** A key that wraps others, opened for use. */
export type WrappingKey =
  | { readonly algorithm: "sm4"; readonly key: Sm4Key }
  | { readonly algorithm: "tdes"; readonly bytes: Uint8Array };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The longest is a 32-byte key to an SM2 key: 129. */
export const WRAPPED_KEY_BYTES_MAX = 256;
const CHECK_VALUE_BYTES_MIN = 3;
const CHECK_VALUE_BYTES_MAX = 8;

/** `sealed`: nonce ‖ ciphertext ‖ tag; `pad`: as long as the key. */
export function wrapKeyBytes(
  wrapping: WrappingKey,
  form: WrapForm,
  spec: KeySpec,
  bytes: Uint8Array,
): Uint8Array {
  if (form.form === "pad") {
    requirePadForm(wrapping, spec.algorithm, bytes.length);
    return ecb(wrapping, "encrypt", bytes);
  }
  const nonce = randomBytes(NONCE_BYTES);
  const aad = sealedKeyAad(form.context, spec);
  return concatBytes(nonce, sealingKey(wrapping).seal({ nonce, aad }, bytes));
}

/** The result owns its memory; the caller wipes it. Throws `wrong_tag`, `wrong_length`. */
export function unwrapKeyBytes(
  wrapping: WrappingKey,
  form: WrapForm,
  spec: KeySpec,
  wrapped: Uint8Array,
): Uint8Array {
  if (form.form === "pad") {
    requirePadForm(wrapping, spec.algorithm, wrapped.length);
    return movedOut(ecb(wrapping, "decrypt", wrapped));
  }
  if (wrapped.length <= NONCE_BYTES + TAG_BYTES) {
    throw new CryptoError(
      "wrong_length",
      `Cannot unwrap a key of ${wrapped.length} bytes: expected more than ${
        NONCE_BYTES + TAG_BYTES
      }`,
    );
  }
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const aad = sealedKeyAad(form.context, spec);
  return movedOut(sealingKey(wrapping).open({ nonce, aad }, wrapped.subarray(NONCE_BYTES)));
}

/** An engine's results may share a buffer with others, which is no place for a key. */
export function movedOut(result: Uint8Array): Uint8Array {
  const own = copyBytes(result);
  wipe(result);
  return own;
}

/**
 * Throws `wrong_check_value`, `wrong_length` for fewer than 3 bytes or more than 8, and
 * `invalid_argument` for a key that has none.
 */
export function requireCheckValue(
  key: { readonly algorithm: KeyAlgorithm; readonly usage: KeyUsage },
  bytes: Uint8Array,
  expected: Uint8Array,
): void {
  if (!hasCheckValue(key)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot compare the check value of a ${key.algorithm} key for "${key.usage}": it has none`,
    );
  }
  requireBytes(expected, "a check value");
  if (expected.length < CHECK_VALUE_BYTES_MIN || expected.length > CHECK_VALUE_BYTES_MAX) {
    throw new CryptoError(
      "wrong_length",
      `Cannot compare a check value of ${expected.length} bytes: expected ` +
        `${CHECK_VALUE_BYTES_MIN} to ${CHECK_VALUE_BYTES_MAX}`,
    );
  }
  const ours = keyCheckValue(key.algorithm, bytes);
  if (equalBytes(ours.subarray(0, expected.length), expected)) return;
  throw new CryptoError(
    "wrong_check_value",
    "Cannot take the key: its check value is another one, so key or wrapping key differ",
  );
}

function sealingKey(wrapping: WrappingKey): Sm4Key {
  if (wrapping.algorithm === "sm4") return wrapping.key;
  throw new CryptoError("not_supported", "Cannot seal a key under 3DES: expected an sm4 key");
}

/** Whole blocks of symmetric keys; 3DES around SM4 would make the stronger key as weak as itself. */
function requirePadForm(wrapping: WrappingKey, algorithm: KeyAlgorithm, length: number): void {
  const fits = wrapping.algorithm === "sm4"
    ? algorithm !== "sm2" && length > 0 && length % 16 === 0
    : algorithm === "tdes" && length > 0 && length % 8 === 0;
  if (fits) return;
  throw new CryptoError(
    "not_supported",
    `Cannot wrap a ${algorithm} key of ${length} bytes under ${wrapping.algorithm} as pads do: ` +
      "expected a symmetric key of whole blocks, under 3DES a 3DES key",
  );
}

function ecb(
  wrapping: WrappingKey,
  direction: "encrypt" | "decrypt",
  data: Uint8Array,
): Uint8Array {
  if (wrapping.algorithm === "sm4") {
    return wrapping.key[direction]({ mode: "ecb", padding: "none" }, data);
  }
  const options = { mode: "ecb", key: wrapping.bytes } as const;
  return direction === "encrypt" ? desEncrypt(options, data) : desDecrypt(options, data);
}
