import { type Bytes, concatBytes, copyBytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { BASE_POINT } from "./sm2_generator.ts";
import {
  encodePoint,
  ORDER,
  type Point,
  privateScalar,
  publicPoint,
  readNumber,
  writeNumbers,
} from "./sm2_curve.ts";
import { NATIONAL_USER_ID, Sm2Identity } from "./sm2_identity.ts";
import { sm3, sm3Kdf } from "./sm3.ts";

/** SM2 key exchange (GB/T 32918.3-2016 §6.1): A is the initiator, B the responder; cofactor 1. */

export interface Sm2AgreeOptions {
  readonly role: "initiator" | "responder";
  readonly own: {
    /** 32 bytes. */
    readonly privateKey: Uint8Array;
    /** 32 bytes, drawn for this exchange alone (`generateKeyPair`). */
    readonly ephemeralPrivateKey: Uint8Array;
    readonly userId?: Uint8Array;
  };
  readonly peer: {
    /** 65 bytes. */
    readonly publicKey: Uint8Array;
    /** 65 bytes, RA or RB. */
    readonly ephemeralPublicKey: Uint8Array;
    readonly userId?: Uint8Array;
  };
  /** Bytes of the key, 1 to 1024. */
  readonly length: number;
}

export interface Sm2Agreement {
  readonly key: Bytes;
  /** 32 bytes to send: SA of the initiator, SB of the responder. */
  readonly ownConfirmation: Bytes;
  /** 32 bytes that must come, compared with `equalBytes`, before the key is used. */
  readonly peerConfirmation: Bytes;
}

const AGREED_BYTES_MAX = 1024;
/** w = ⌈⌈log₂ n⌉ / 2⌉ − 1 = 127: 2ʷ, and the mask of the bits below it. */
const HIGH_BIT = 1n << 127n;
const LOW_BITS = HIGH_BIT - 1n;
/** What the two confirmations begin with (§6.1 B8, A9 and A10, B10). */
const RESPONDER_MARK = 0x02;
const INITIATOR_MARK = 0x03;

/**
 * Throws `wrong_length` or `invalid_key` for an own key, `invalid_point` for a peer's (also when
 * both add up to infinity), `invalid_argument` for a user id or length out of range and for another role.
 */
export function agree({ role, own, peer, length }: Sm2AgreeOptions): Sm2Agreement {
  requireRole(role);
  if (!Number.isInteger(length) || length < 1 || length > AGREED_BYTES_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot agree on a key of ${length} bytes: expected 1 to ${AGREED_BYTES_MAX}`,
    );
  }
  const scalar = privateScalar(own.privateKey);
  const ephemeral = privateScalar(own.ephemeralPrivateKey);
  const ownSide = {
    z: identityOf(encodePoint(BASE_POINT.multiply(scalar)), own.userId),
    r: encodePoint(BASE_POINT.multiply(ephemeral)),
  };
  const peerKey = copyBytes(peer.publicKey);
  const peerEphemeral = copyBytes(peer.ephemeralPublicKey);
  const peerSum = publicPoint(peerKey).add(
    publicPoint(peerEphemeral).multiplyUnsafe(halfOf(peerEphemeral)),
  );
  const peerSide = { z: identityOf(peerKey, peer.userId), r: peerEphemeral };
  const t = (scalar + halfOf(ownSide.r) * ephemeral) % ORDER;
  const shared = sharedNumbers(peerSum, t);
  const initiates = role === "initiator";
  const [a, b] = initiates ? [ownSide, peerSide] : [peerSide, ownSide];
  const [ownMark, peerMark] = initiates
    ? [INITIATOR_MARK, RESPONDER_MARK]
    : [RESPONDER_MARK, INITIATOR_MARK];
  const result = {
    key: sm3Kdf(concatBytes(shared, a.z, b.z), length),
    ownConfirmation: confirmation(ownMark, shared, a, b),
    peerConfirmation: confirmation(peerMark, shared, a, b),
  };
  wipe(shared);
  return result;
}

/** What an exchange mixes in of one side. */
interface Side {
  readonly z: Uint8Array;
  /** Its ephemeral public key, 65 bytes. */
  readonly r: Uint8Array;
}

/** SM3(mark ‖ y ‖ SM3(x ‖ ZA ‖ ZB ‖ RA ‖ RB)). */
function confirmation(mark: number, shared: Uint8Array, a: Side, b: Side): Bytes {
  const inner = sm3(
    concatBytes(shared.subarray(0, 32), a.z, b.z, a.r.subarray(1), b.r.subarray(1)),
  );
  return sm3(concatBytes(Uint8Array.of(mark), shared.subarray(32), inner));
}

/** For callers whose compiler was told something else: each side must know which one it is. */
function requireRole(role: Sm2AgreeOptions["role"]): void {
  if (role === "initiator" || role === "responder") return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot agree on a key as "${String(role)}": expected initiator or responder`,
  );
}

function identityOf(publicKey: Uint8Array, userId: Uint8Array = NATIONAL_USER_ID): Bytes {
  return new Sm2Identity(publicKey).z(userId);
}

/** x̄ = 2ʷ + (x mod 2ʷ) of a point's 65 bytes. */
function halfOf(point: Uint8Array): bigint {
  return HIGH_BIT + (readNumber(point.subarray(1)) & LOW_BITS);
}

/** U = t·(P + x̄·R) as x ‖ y. */
function sharedNumbers(peerSum: Point, t: bigint): Bytes {
  if (peerSum.is0() || t === 0n) {
    throw new CryptoError(
      "invalid_point",
      "Cannot agree on a key that comes out as infinity: expected other ephemeral keys",
    );
  }
  const { x, y } = peerSum.multiply(t).toAffine();
  return writeNumbers(x, y);
}
