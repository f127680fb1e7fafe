import assert from "node:assert/strict";
import { coveredBy, heldBy } from "./posting.ts";

const PAID = { debit: "channel:aggregate_pay", credit: "patient:hold", amount_fen: 500n };
const POSTED = { debit: "patient:hold", credit: "his:posted", amount_fen: 700n };

Deno.test("coveredBy() books on suspense what the hold does not cover", () => {
  assert.deepEqual(coveredBy(0n, [PAID, POSTED]), [
    PAID,
    { ...POSTED, amount_fen: 500n },
    { ...POSTED, debit: "suspense", amount_fen: 200n },
  ]);
  assert.deepEqual(coveredBy(700n, [POSTED]), [POSTED]);
  assert.deepEqual(coveredBy(0n, [POSTED]), [{ ...POSTED, debit: "suspense" }]);
});

Deno.test("coveredBy() never takes the hold below nothing, and keeps every sum", () => {
  for (const held of [0n, 1n, 499n, 500n, 1_200n]) {
    for (const lines of [[PAID, POSTED], [POSTED, PAID], [POSTED, POSTED], [PAID]]) {
      const covered = coveredBy(held, lines);
      assert.ok(held + heldBy(covered) >= 0n);
      const credited = (of: typeof lines) =>
        of.reduce(
          (sum, { credit, amount_fen }) => credit === "his:posted" ? sum + amount_fen : sum,
          0n,
        );
      assert.equal(credited(covered), credited(lines));
    }
  }
});
