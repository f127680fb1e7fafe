import { type Bytes, concatBytes, requireBytes } from "./bytes.ts";
import {
  type DerNode,
  DerTag,
  derUnsigned,
  readDer,
  readDerChildren,
  writeDer,
  writeDerUnsigned,
} from "./der.ts";
import { CryptoError } from "./errors.ts";

/** Raw is r‖s in 64 bytes, DER the SEQUENCE of both (GM/T 0009 §7.3). */
export type Sm2SignatureFormat = "raw" | "der";
/**
 * c1 = 04‖x‖y (65 bytes), c3 the digest (32), c2 as long as the plaintext: c1c3c2 since GB/T
 * 32918.4-2016, c1c2c3 before it, der the SEQUENCE of GM/T 0009 §7.2.
 */
export type Sm2CipherFormat = "c1c3c2" | "c1c2c3" | "der";

/** Views of a ciphertext's parts, or bytes of their own. */
export interface Sm2CiphertextParts {
  /** 65 bytes 04‖x‖y, not validated. */
  readonly c1: Uint8Array;
  readonly c3: Uint8Array;
  readonly c2: Uint8Array;
}

const NUMBER_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Two INTEGERs of 33 bytes with their frames. */
const SIGNATURE_DER_BYTES_MAX = 72;
const C1_BYTES = 65;
const C3_BYTES = 32;

/** 64 bytes r‖s to DER; throws `invalid_signature`. */
export function signatureToDer(raw: Uint8Array): Bytes {
  requireBytes(raw, "an SM2 signature");
  if (raw.length !== SIGNATURE_BYTES) throw invalidSignature(`${raw.length} bytes`);
  return writeDer(
    DerTag.sequence,
    writeDerUnsigned(raw.subarray(0, NUMBER_BYTES)),
    writeDerUnsigned(raw.subarray(NUMBER_BYTES)),
  );
}

/** DER, only its one canonical encoding, to 64 bytes r‖s; throws `invalid_signature`. */
export function signatureFromDer(der: Uint8Array): Bytes {
  requireBytes(der, "an SM2 signature");
  if (der.length > SIGNATURE_DER_BYTES_MAX) throw invalidSignature(`${der.length} bytes`);
  try {
    const [r, s, ...more] = readSequence(der);
    if (!r || !s || more.length > 0) throw invalidSignature("another number of INTEGERs");
    return concatBytes(derUnsigned(r, NUMBER_BYTES), derUnsigned(s, NUMBER_BYTES));
  } catch (cause) {
    throw invalidSignature("DER that is not canonical", { cause });
  }
}

/** Only the form changes, nothing is decrypted or checked on the curve; throws `bad_encoding`. */
export function convertCiphertext(
  ciphertext: Uint8Array,
  from: Sm2CipherFormat,
  to: Sm2CipherFormat,
): Bytes {
  return joinCiphertext(splitCiphertext(ciphertext, from), to);
}

export function joinCiphertext(parts: Sm2CiphertextParts, format: Sm2CipherFormat): Bytes {
  const { c1, c3, c2 } = parts;
  switch (format) {
    case "c1c3c2":
      return concatBytes(c1, c3, c2);
    case "c1c2c3":
      return concatBytes(c1, c2, c3);
    case "der":
      return writeDer(
        DerTag.sequence,
        writeDerUnsigned(c1.subarray(1, 1 + NUMBER_BYTES)),
        writeDerUnsigned(c1.subarray(1 + NUMBER_BYTES)),
        writeDer(DerTag.octetString, c3),
        writeDer(DerTag.octetString, c2),
      );
    default:
      throw unknownFormat(format);
  }
}

/** Throws `bad_encoding` for what is too short, has no 04 in front or is not canonical DER. */
export function splitCiphertext(
  ciphertext: Uint8Array,
  format: Sm2CipherFormat,
): Sm2CiphertextParts {
  requireBytes(ciphertext, "an SM2 ciphertext");
  switch (format) {
    case "c1c3c2":
      return splitRaw(ciphertext, C1_BYTES, C1_BYTES + C3_BYTES);
    case "c1c2c3":
      return splitRaw(ciphertext, ciphertext.length - C3_BYTES, C1_BYTES);
    case "der":
      return splitDer(ciphertext);
    default:
      throw unknownFormat(format);
  }
}

function splitRaw(bytes: Uint8Array, c3Start: number, c2Start: number): Sm2CiphertextParts {
  const c2Bytes = bytes.length - C1_BYTES - C3_BYTES;
  if (c2Bytes < 1) {
    throw badCiphertext(`${bytes.length} bytes`, `${C1_BYTES + C3_BYTES + 1} at least`);
  }
  if (bytes[0] !== 0x04) throw badCiphertext("another first byte", "04");
  return {
    c1: bytes.subarray(0, C1_BYTES),
    c3: bytes.subarray(c3Start, c3Start + C3_BYTES),
    c2: bytes.subarray(c2Start, c2Start + c2Bytes),
  };
}

/** DER drops zeros in front of x and y; here each is 32 bytes again. */
function splitDer(bytes: Uint8Array): Sm2CiphertextParts {
  const [x, y, c3, c2, ...more] = readSequence(bytes);
  if (!x || !y || !c3 || !c2 || more.length > 0) {
    throw badCiphertext("another number of elements", "x, y, digest and encrypted text");
  }
  if (c3.tag !== DerTag.octetString || c3.content.length !== C3_BYTES) {
    throw badCiphertext("another digest", `an OCTET STRING of ${C3_BYTES} bytes`);
  }
  if (c2.tag !== DerTag.octetString || c2.content.length === 0) {
    throw badCiphertext("no encrypted text", "an OCTET STRING that is not empty");
  }
  const c1 = concatBytes(
    Uint8Array.of(0x04),
    derUnsigned(x, NUMBER_BYTES),
    derUnsigned(y, NUMBER_BYTES),
  );
  return { c1, c3: c3.content, c2: c2.content };
}

function readSequence(bytes: Uint8Array): DerNode[] {
  const node = readDer(bytes);
  if (node.tag !== DerTag.sequence) throw badCiphertext("another tag", "a SEQUENCE");
  return readDerChildren(node);
}

function invalidSignature(what: string, options?: ErrorOptions): CryptoError {
  return new CryptoError(
    "invalid_signature",
    `Cannot use an SM2 signature of ${what}: expected r and s, ${SIGNATURE_BYTES} bytes or DER`,
    options,
  );
}

function badCiphertext(what: string, expected: string): CryptoError {
  return new CryptoError(
    "bad_encoding",
    `Cannot read an SM2 ciphertext with ${what}: expected ${expected}`,
  );
}

/** For callers whose compiler was told something else. */
function unknownFormat(format: never): CryptoError {
  return new CryptoError(
    "unknown_mode",
    `Cannot use the SM2 format "${String(format)}": expected c1c3c2, c1c2c3 or der`,
  );
}
