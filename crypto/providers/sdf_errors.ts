import { CryptoError, type CryptoErrorCode } from "../errors.ts";
import { SdfError } from "./sdf_library.ts";

/** GM/T 0018 annex A; what does not stand here, vendors' own codes too, counts as gone. */
const MEANINGS: ReadonlyMap<number, CryptoErrorCode> = new Map([
  [0x01000002, "not_supported"], // SDR_NOTSUPPORT
  [0x01000008, "unknown_key"], // SDR_KEYNOTEXIST
  [0x01000009, "not_supported"], // SDR_ALGNOTSUPPORT
  [0x0100000a, "not_supported"], // SDR_ALGMODNOTSUPPORT
  [0x01000014, "wrong_usage"], // SDR_KEYTYPEERR
  [0x01000015, "unknown_key"], // SDR_KEYERR
  [0x0100001c, "too_large"], // SDR_NOBUFFER
  [0x0100001d, "invalid_argument"], // SDR_INARGERR
]);

/** Communication, hardware, device and session (SDR_COMMFAIL to SDR_OPENSESSION), access rights. */
const GONE: ReadonlySet<number> = new Set([
  0x01000003,
  0x01000004,
  0x01000005,
  0x01000006,
  0x01000007,
  0x01000018,
]);

/** `unavailable` unless the code says that device and session are well. */
export function asCryptoError(error: unknown): CryptoError {
  if (error instanceof CryptoError) return error;
  const code = error instanceof SdfError ? MEANINGS.get(error.code) : undefined;
  const reason = error instanceof Error ? error.message : String(error);
  return code === undefined
    ? new CryptoError("unavailable", `Cannot reach the device: ${reason}`, { cause: error })
    : new CryptoError(code, `Cannot do that in the device: ${reason}`, { cause: error });
}

/** For calls that may fail by what a stranger sent: only these codes speak of the device itself. */
export function saysGone(error: unknown): boolean {
  return error instanceof CryptoError
    ? error.code === "unavailable"
    : !(error instanceof SdfError) || GONE.has(error.code);
}
