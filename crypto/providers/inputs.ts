import { type Bytes, copyBytes, requireBytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import { type PinBlockKey, SEAL_BYTES_MAX, type UserIdOption, type WrapForm } from "../provider.ts";

/**
 * What a provider's methods are given, as it is when they are called: each field is read once and
 * short bytes are copied, so that what was checked is what is used after an `await`.
 */

/** C1 65 ‖ C3 32 around the longest text. */
export const SM2_CIPHERTEXT_BYTES_MAX = SEAL_BYTES_MAX + 97;
const CONTEXT_BYTES_MAX = 1 << 16;
const USER_ID_BYTES_MAX = 8191;
const PUBLIC_KEY_BYTES = 65;
export const SIGNATURE_BYTES = 64;

/** Throws `invalid_argument` for no bytes, `too_large`; `what` goes on from "Cannot use ". */
export function requireInput(bytes: Uint8Array, max: number, what: string): void {
  requireBytes(bytes, what);
  requireAtMost(bytes.length, max, `use ${what}`);
}

/** A copy. Throws as `requireInput` does. */
export function takeBytes(bytes: Uint8Array, max: number, what: string): Bytes {
  requireInput(bytes, max, what);
  return copyBytes(bytes);
}

/** Throws `too_large`; `what` is the action. */
export function requireAtMost(length: number, max: number, what: string): void {
  if (length <= max) return;
  throw new CryptoError(
    "too_large",
    `Cannot ${what} over ${length} bytes: expected at most ${max}`,
  );
}

/** A copy of 65 bytes. Throws `invalid_point`, and `invalid_argument` for no bytes. */
export function takePublicKey(publicKey: Uint8Array): Bytes {
  requireBytes(publicKey, "a public key");
  if (publicKey.length === PUBLIC_KEY_BYTES) return copyBytes(publicKey);
  throw new CryptoError(
    "invalid_point",
    `Cannot use a public key of ${publicKey.length} bytes: expected ${PUBLIC_KEY_BYTES}`,
  );
}

/** A copy; of one that is too long as much as shows that. Throws `invalid_argument` for no bytes. */
export function takeSignature(signature: Uint8Array): Bytes {
  requireBytes(signature, "a signature");
  return copyBytes(signature.subarray(0, SIGNATURE_BYTES + 1));
}

/** Throws `invalid_argument` for one that is empty or over 8191 bytes. */
export function takeUserId(options: UserIdOption): Bytes {
  const { userId } = requireOptions(options, "with a user id");
  requireBytes(userId, "a user id");
  if (userId.length >= 1 && userId.length <= USER_ID_BYTES_MAX) return copyBytes(userId);
  throw new CryptoError(
    "invalid_argument",
    `Cannot use a user id of ${userId.length} bytes: expected 1 to ${USER_ID_BYTES_MAX}`,
  );
}

/** Throws `invalid_argument` for another form, `too_large` for the context. */
export function takeForm(given: WrapForm): WrapForm {
  const taken = { ...requireOptions(given, "with a form") };
  switch (taken.form) {
    case "pad":
      return { form: "pad" };
    case "sealed":
      return { form: "sealed", context: takeBytes(taken.context, CONTEXT_BYTES_MAX, "a context") };
    default:
      throw unknownForm(taken);
  }
}

export function takePinBlockKey(given: PinBlockKey): PinBlockKey {
  const { key, format, pan } = requireOptions(given, "with key and format");
  return { key, format, ...(pan === undefined ? {} : { pan }) };
}

/** Throws `invalid_argument` for what has no fields. */
export function requireOptions<Options extends object>(options: Options, what: string): Options {
  if (typeof options === "object" && options !== null) return options;
  throw new CryptoError(
    "invalid_argument",
    `Cannot use options "${String(options)}": expected an object ${what}`,
  );
}

function unknownForm({ form }: { readonly form?: unknown }): CryptoError {
  return new CryptoError(
    "invalid_argument",
    `Cannot wrap a key in the form "${String(form)}": expected sealed or pad`,
  );
}
