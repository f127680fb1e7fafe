/** What went wrong, for callers that decide by it; stable. */
export type CryptoErrorCode =
  /** Key, IV, tag, block or argument of the wrong length. */
  | "wrong_length"
  | "unknown_mode"
  | "bad_padding"
  /** A private key out of range, a weak or malformed symmetric key. */
  | "invalid_key"
  /** Not on the curve, infinity, or a coordinate not below p (GB/T 32918.1 §6.2). */
  | "invalid_point"
  /** Not the one canonical encoding; `verify` answers false instead. */
  | "invalid_signature"
  /** DER, PEM, file or message that does not have the shape it must have. */
  | "bad_encoding"
  /** The tag or MAC does not fit: changed data, another key, or other associated data. */
  | "wrong_tag"
  /** SM2 decryption failed; why is not told, so that nobody can ask step by step. */
  | "decryption_failed"
  | "wrong_password"
  | "wrong_check_value"
  /** The other side's confirmation of a key exchange does not fit. */
  | "wrong_confirmation"
  /** A key was asked to do what it is not for. */
  | "wrong_usage"
  | "unknown_key"
  | "invalid_argument"
  | "too_large"
  | "untrusted_certificate"
  /** The provider has no such algorithm. */
  | "not_supported"
  /** The provider that holds the key does not answer; nobody else takes over. */
  | "unavailable"
  /** The library has a known hole (`providers/libcrypto_versions.ts`). */
  | "refused_library"
  | "self_test_failed";

/** Every failure of `crypto/`. The message says what was expected and never holds a secret. */
export class CryptoError extends Error {
  override readonly name = "CryptoError";
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
