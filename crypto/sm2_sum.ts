import { Curve, CURVE_B, FIELD_PRIME } from "./sm2_curve.ts";

const CURVE_3B = 3n * CURVE_B % FIELD_PRIME;

/** A point that is not infinity. */
export interface AffinePoint {
  readonly x: bigint;
  readonly y: bigint;
}

/**
 * A running sum of points in homogeneous coordinates (x = X/Z), by the complete formulas for
 * a = −3 of Renes, Costello and Batina (EPRINT 2015/1060, algorithms 5 and 6): no pair of points
 * is an exception to them, so no branch tells which points came. The general formulas of the
 * library take about twice as long. Coordinates are kept between −p and p.
 */
export class PointSum {
  #x = 0n;
  #y: bigint;
  #z = 0n;

  /** Begins at infinity, (0 : scale : 0): a random scale hides what a secret sum goes through. */
  constructor(scale = 1n) {
    this.#y = scale;
  }

  /** Adds an affine point that is not infinity. */
  add(x: bigint, y: bigint): void {
    const x1 = this.#x;
    const y1 = this.#y;
    const z1 = this.#z;
    if (z1 === 0n) {
      // The formulas would give the same, scaled; here is only where a sum begins.
      this.#x = x * y1 % FIELD_PRIME;
      this.#y = y * y1 % FIELD_PRIME;
      this.#z = y1;
      return;
    }
    const xx = x1 * x % FIELD_PRIME;
    const yy = y1 * y % FIELD_PRIME;
    const xy = (x1 * y + y1 * x) % FIELD_PRIME;
    const xz = (x1 + x * z1) % FIELD_PRIME;
    const yz = (y1 + y * z1) % FIELD_PRIME;
    this.#combine(xx, xy, xz, yy, yz, z1);
  }

  copy(): PointSum {
    const copy = new PointSum();
    copy.#x = this.#x;
    copy.#y = this.#y;
    copy.#z = this.#z;
    return copy;
  }

  double(): void {
    const x = this.#x;
    const y = this.#y;
    const z = this.#z;
    const xx = x * x % FIELD_PRIME;
    const yy = y * y % FIELD_PRIME;
    const zz = z * z % FIELD_PRIME;
    const xy = 2n * x * y % FIELD_PRIME;
    const xz = 2n * x * z % FIELD_PRIME;
    const yz = 2n * y * z % FIELD_PRIME;
    this.#combine(xx, xy, xz, yy, yz, zz);
  }

  /** What both algorithms do with the products of the coordinates. */
  #combine(xx: bigint, xy: bigint, xz: bigint, yy: bigint, yz: bigint, zz: bigint): void {
    const w = (3n * xz - CURVE_3B * zz) % FIELD_PRIME;
    const m = (CURVE_3B * xz - 9n * zz - 3n * xx) % FIELD_PRIME;
    const n = 3n * (xx - zz);
    const plus = yy + w;
    const minus = yy - w;
    this.#x = (xy * plus - yz * m) % FIELD_PRIME;
    this.#y = (plus * minus + n * m) % FIELD_PRIME;
    this.#z = (yz * minus + xy * n) % FIELD_PRIME;
  }

  /** Whether its x is this one, without the division by Z; false at infinity. */
  hasX(x: bigint): boolean {
    return this.#z !== 0n && (x * this.#z - this.#x) % FIELD_PRIME === 0n;
  }

  /** Of a sum that is not infinity. */
  toAffine(): AffinePoint {
    const inverse = Curve.Fp.inv(this.#z);
    return { x: Curve.Fp.mul(this.#x, inverse), y: Curve.Fp.mul(this.#y, inverse) };
  }
}
