import { Curve, ORDER, randomScalar } from "./sm2_curve.ts";
import { Multiples } from "./sm2_multiples.ts";
import { type AffinePoint, PointSum } from "./sm2_sum.ts";

/** 512 points: made in a fifth of the time. */
const FIRST_WINDOW_BITS = 4;
/** 4096 points, 0.8 MB, made in 60 ms; a multiplication then takes little more than half the time. */
const WINDOW_BITS = 8;
/** The larger table has gained by then what it takes to make it; few processes come so far. */
const FIRST_USES = 500;

/** The base point G. Its multiples are made when the first is asked for. */
export class BasePoint {
  #multiples: Multiples | null = null;
  #uses = 0;
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
    if (this.#uses++ === FIRST_USES) this.#multiples = multiplesBy(WINDOW_BITS);
    this.#multiples ??= multiplesBy(FIRST_WINDOW_BITS);
    this.#multiples.addTo(sum, scalar);
  }

  #newBlind(): { scalar: bigint; point: PointSum } {
    const scalar = randomScalar();
    const point = new PointSum(randomScalar());
    this.addTo(point, scalar);
    return { scalar, point };
  }
}

function multiplesBy(windowBits: number): Multiples {
  return new Multiples(Curve.BASE, windowBits, 256 / windowBits);
}

export const BASE_POINT: BasePoint = new BasePoint();
