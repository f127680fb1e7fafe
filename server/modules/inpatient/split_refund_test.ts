import assert from "node:assert/strict";
import { splitRefund } from "./split_refund.ts";

function split(dueFen: bigint, left: readonly bigint[]) {
  const { shares, elsewhereFen } = splitRefund(dueFen, left.map((leftFen) => ({ leftFen })));
  return [shares.map(({ amountFen }) => amountFen), elsewhereFen];
}

Deno.test("splitRefund() fills the deposits in their order, and the rest is paid out elsewhere", () => {
  assert.deepEqual(split(70_000n, [50_000n, 100_000n, 30_000n]), [[50_000n, 20_000n], 0n]);
  assert.deepEqual(split(70_000n, [50_000n]), [[50_000n], 20_000n]);
  assert.deepEqual(split(70_000n, [0n, 70_000n]), [[70_000n], 0n]);
});

Deno.test("splitRefund() gives nothing where nothing is due, or no deposit holds any", () => {
  assert.deepEqual(split(0n, [50_000n]), [[], 0n]);
  assert.deepEqual(split(-1n, [50_000n]), [[], -1n]);
  assert.deepEqual(split(100n, []), [[], 100n]);
});
