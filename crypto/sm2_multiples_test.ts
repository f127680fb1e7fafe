import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { BASE_POINT, BasePoint } from "./sm2_generator.ts";
import { Curve, ORDER, type Point, readNumber } from "./sm2_curve.ts";
import { Multiples } from "./sm2_multiples.ts";
import { PointSum } from "./sm2_sum.ts";

/** Our additions against the library's, which are slower and written by others. */

const random = seededRandom(32918);

function scalars(count: number): bigint[] {
  const edges = [1n, 2n, 3n, 255n, 256n, 1n << 128n, 1n << 255n, ORDER - 2n, ORDER - 1n];
  const drawn = Array.from(
    { length: count },
    () => readNumber(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256))) % ORDER,
  );
  return [...edges, ...drawn];
}

function assertSame(sum: PointSum, expected: Point, what: string): void {
  assert.deepEqual(sum.toAffine(), expected.toAffine(), what);
}

Deno.test("a base point multiplies as the library does, whatever its blind and table", () => {
  const base = new BasePoint();
  checkMultiplying(base);
  for (let use = 0; use < 600; use++) base.addTo(new PointSum(), 1n);
  checkMultiplying(base);
});

function checkMultiplying(base: BasePoint): void {
  for (const scalar of scalars(40)) {
    const expected = Curve.BASE.multiply(scalar);
    for (const time of ["once", "again"]) {
      assert.deepEqual(base.multiply(scalar), expected.toAffine(), `${scalar} ${time}`);
    }
    const sum = new PointSum();
    base.addTo(sum, scalar);
    assertSame(sum, expected, `${scalar} in the open`);
  }
}

Deno.test("Multiples of one window and of all multiply as the library does", () => {
  const point = Curve.BASE.multiply(0xabcdefn);
  for (const windowBits of [2, 3, 5, 6, 7]) {
    const all = new Multiples(point, windowBits, Math.ceil(256 / windowBits));
    for (const scalar of scalars(8)) {
      const expected = point.multiply(scalar);
      const [added, doubled] = [new PointSum(), new PointSum(7n)];
      all.addTo(added, scalar);
      all.multiplyTo(doubled, scalar);
      assertSame(added, expected, `${windowBits} ${scalar}`);
      assertSame(doubled, expected, `${windowBits} ${scalar}`);
    }
  }
});

Deno.test("PointSum has no pair of points it adds wrongly", () => {
  const points = [1n, 2n, 3n, 5n, ORDER - 1n, ORDER - 2n].map((k) => Curve.BASE.multiply(k));
  for (const left of points) {
    for (const right of points) {
      const sum = new PointSum(11n);
      const [a, b] = [left.toAffine(), right.toAffine()];
      sum.add(a.x, a.y);
      sum.add(b.x, b.y);
      const expected = left.add(right);
      if (expected.is0()) {
        assert.equal(sum.hasX(a.x), false);
        sum.double();
        sum.add(a.x, a.y);
        assertSame(sum, left, "infinity doubled, plus a point");
        continue;
      }
      assertSame(sum, expected, "sum");
      assert.equal(sum.hasX(expected.toAffine().x), true);
      assert.equal(sum.hasX(expected.toAffine().x + 1n), false);
      sum.double();
      assertSame(sum, expected.double(), "doubled sum");
    }
  }
});

Deno.test("a product with 0 adds nothing, as a blind may ask for", () => {
  const { x, y } = Curve.BASE.toAffine();
  const sum = new PointSum(5n);
  sum.add(x, y);
  BASE_POINT.addTo(sum, 0n);
  assertSame(sum, Curve.BASE, "G + 0·G");
});
