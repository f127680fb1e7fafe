import { type Point, publicPoint, randomScalar } from "./sm2_curve.ts";
import { Multiples } from "./sm2_multiples.ts";
import { type AffinePoint, PointSum } from "./sm2_sum.ts";

/** Making all multiples costs about as much as this many products without them. */
const USES_WITHOUT_MULTIPLES = 8;
const FEW_WINDOW_BITS = 5;
const MANY_WINDOW_BITS = 6;

/** Somebody's public key as a point to multiply; one that is used often gets its multiples. */
export class Sm2PublicPoint {
  readonly #point: Point;
  #few: Multiples | null = null;
  #many: Multiples | null = null;
  #uses = 0;

  /** 65 bytes 04‖x‖y; throws `invalid_point`. */
  constructor(publicKey: Uint8Array) {
    this.#point = publicPoint(publicKey);
  }

  /** scalar·point for a scalar that is drawn for this call alone. */
  multiplyByNonce(scalar: bigint): AffinePoint {
    const product = new PointSum(randomScalar());
    this.multiplyTo(product, scalar);
    return product.toAffine();
  }

  /** Sets an empty sum to scalar·point. */
  multiplyTo(sum: PointSum, scalar: bigint): void {
    if (this.#uses < USES_WITHOUT_MULTIPLES) {
      this.#uses++;
      this.#few ??= new Multiples(this.#point, FEW_WINDOW_BITS, 1);
      this.#few.multiplyTo(sum, scalar);
    } else {
      this.#many ??= new Multiples(
        this.#point,
        MANY_WINDOW_BITS,
        Math.ceil(256 / MANY_WINDOW_BITS),
      );
      this.#many.addTo(sum, scalar);
    }
  }
}
