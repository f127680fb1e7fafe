import assert from "node:assert/strict";
import { CATALOGUE, findCatalogueItem } from "./catalogue.ts";
import { lineAmount, settleFigures, shiftToCash, splitLine, type Standing } from "./rules.ts";

const STANDING: Standing = {
  share: 7_000n,
  thresholdLeft: 0n,
  ceilingLeft: 600_000n,
  balance: 31_205n,
  relativeBalance: 0n,
  usesAccount: true,
  accountScope: "exclude_full_ownpay",
};

Deno.test("lineAmount() rounds half a fen up", () => {
  assert.equal(lineAmount("3", "0.115"), 35n);
  assert.equal(lineAmount("0.5", "0.01"), 1n);
  assert.equal(lineAmount("0.3333", "0.01"), 0n);
});

Deno.test("splitLine() takes what is over the cap before the first share", () => {
  const capped = splitLine(
    { quantity: "1", priceYuan: "30.00" },
    findCatalogueItem(
      "003107010010000-310701001",
    ),
  );
  assert.deepEqual(
    [capped.overLimit, capped.preSelfPay, capped.inScope],
    [200n, 280n, 2_520n],
  );
  const foreign = splitLine({ quantity: "2", priceYuan: "5" }, null);
  assert.equal(foreign.fullOwnPay, 1_000n);
});

Deno.test("splitLine() parts add up for every item of the catalogue", () => {
  for (const item of CATALOGUE) {
    for (const quantity of ["1", "2.5", "0.3333", "17"]) {
      const split = splitLine({ quantity, priceYuan: item.priceYuan }, item);
      const parts = split.fullOwnPay + split.overLimit + split.preSelfPay + split.inScope;
      assert.equal(parts, split.amount, item.itemCode);
    }
  }
});

Deno.test("settleFigures() applies threshold, ceiling and balance in that order", () => {
  const split = {
    amount: 10_000n,
    fullOwnPay: 0n,
    overLimit: 0n,
    preSelfPay: 0n,
    inScope: 10_000n,
  };
  const figures = settleFigures(split, {
    ...STANDING,
    thresholdLeft: 4_000n,
    ceilingLeft: 3_000n,
    balance: 100n,
  });
  assert.deepEqual(
    [figures.threshold, figures.fund, figures.account, figures.cash, figures.balance],
    [4_000n, 3_000n, 100n, 6_900n, 0n],
  );
});

Deno.test("shiftToCash() never takes more than there is", () => {
  const split = { amount: 100n, fullOwnPay: 0n, overLimit: 0n, preSelfPay: 0n, inScope: 100n };
  const figures = settleFigures(split, { ...STANDING, balance: 0n });
  assert.equal(shiftToCash(figures, 1_000n).fund, 0n);
  assert.equal(shiftToCash(figures, -1_000n).cash, 0n);
  assert.equal(shiftToCash(figures, -1_000n).fund, 100n);
});
