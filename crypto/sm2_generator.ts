import { Curve, ORDER, randomScalar } from "./sm2_curve.ts";
import { Multiples } from "./sm2_multiples.ts";
import { type AffinePoint, PointSum } from "./sm2_sum.ts";

const WINDOW_BITS = 8;

/** The base point G. Its multiples (4096 points, 0.8 MB) are made when the first is asked for. */
class BasePoint {
  #multiples: Multiples | null = null;
  /** A random b and b·G, doubled after each use. */
  #blind: { scalar: bigint; readonly point: PointSum } | null = null;

  /**
   * scalar·G, 0 < scalar < n, worked out as (scalar − b)·G + b·G: what is computed with has nothing
   * to do with the scalar, and is something else every time.
   */
  multiply(scalar: bigint): AffinePoint {
    const blind = this.#blind ??= this.#newBlind();
    const sum = blind.point.copy();
    this.addTo(sum, (scalar + ORDER - blind.scalar) % ORDER);
    blind.point.double();
    blind.scalar = 2n * blind.scalar % ORDER;
    return sum.toAffine();
  }

  /** Adds scalar·G, 0 ≤ scalar < n. */
  addTo(sum: PointSum, scalar: bigint): void {
    this.#multiples ??= new Multiples(Curve.BASE, WINDOW_BITS, 256 / WINDOW_BITS);
    this.#multiples.addTo(sum, scalar);
  }

  #newBlind(): { scalar: bigint; point: PointSum } {
    const scalar = randomScalar();
    const point = new PointSum(randomScalar());
    this.addTo(point, scalar);
    return { scalar, point };
  }
}

export const BASE_POINT: BasePoint = new BasePoint();
