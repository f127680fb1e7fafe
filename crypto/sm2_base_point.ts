import { randomBytes } from "./bytes.ts";
import { Curve, ORDER, randomScalar } from "./sm2_curve.ts";
import { Multiples } from "./sm2_multiples.ts";
import { type AffinePoint, PointSum } from "./sm2_sum.ts";

const WINDOW_BITS = 8;
const BLIND_BYTES = 16;
const BLINDED_BITS = 384;

/** The base point G with its multiples (6144 points, 0.7 MB), made when the first is asked for. */
class BasePoint {
  #multiples: Multiples | null = null;

  /** scalar·G for a scalar that is used again: by scalar + blind·n, another one each time. */
  multiplyByKey(scalar: bigint): AffinePoint {
    const blind = randomBytes(BLIND_BYTES).reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
    // n is odd: one bit of the blind makes the sum odd, as digits must be.
    const oddBlind = blind >> 1n << 1n | (scalar & 1n ^ 1n);
    return this.#multiply(scalar + oddBlind * ORDER, BLINDED_BITS);
  }

  /** scalar·G for a scalar that is drawn for this call alone. */
  multiplyByNonce(scalar: bigint): AffinePoint {
    return this.#multiply(scalar, 256);
  }

  /** Adds scalar·G. */
  addTo(sum: PointSum, scalar: bigint): void {
    this.#made().addTo(sum, scalar, 256);
  }

  #multiply(scalar: bigint, bits: number): AffinePoint {
    const sum = new PointSum(randomScalar());
    this.#made().addTo(sum, scalar, bits);
    return sum.toAffine();
  }

  #made(): Multiples {
    return this.#multiples ??= new Multiples(Curve.BASE, WINDOW_BITS, BLINDED_BITS / WINDOW_BITS);
  }
}

export const BASE_POINT: BasePoint = new BasePoint();
