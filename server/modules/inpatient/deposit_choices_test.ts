import assert from "node:assert/strict";
import { SETTING_DEFAULTS } from "../settings/setting.ts";
import { codeOf, valueOf } from "../../../tests/outcome.ts";
import { depositAmount, depositChoices, depositLimits } from "./deposit_choices.ts";

const TERMS = SETTING_DEFAULTS["inpatient.deposits"];
const TOP_UP = { minimum: "600.00", maximum: "3000.00", suggested: "1234.56" };

Deno.test("depositChoices() offers what both HIS and the setting take, HIS's suggestion first", () => {
  const offered = depositChoices(TOP_UP, TERMS).map(({ id }) => id);
  assert.deepEqual(offered, ["suggested", "preset-100000", "preset-200000"]);
  const tighter = depositChoices(TOP_UP, { ...TERMS, fenMax: 100_000 }).map(({ id }) => id);
  assert.deepEqual(tighter, ["preset-100000"]);
  assert.deepEqual(depositChoices({ ...TOP_UP, maximum: "1.00" }, TERMS), []);
});

Deno.test("depositChoices() offers one amount once", () => {
  const offered = depositChoices({ ...TOP_UP, suggested: "1000.00" }, TERMS);
  assert.deepEqual(offered.map(({ id }) => id), ["suggested", "preset-200000"]);
});

Deno.test("depositAmount() takes the amount from what is offered, never from the asker", () => {
  const at = { topUp: TOP_UP, terms: TERMS };
  assert.equal(valueOf(depositAmount({ choice: "suggested" }, at)), 123_456n);
  assert.equal(codeOf(depositAmount({ choice: "preset-50000" }, at)), "checkout.deposit_limits");
  assert.equal(codeOf(depositAmount({ typedFen: "100000" }, at)), "checkout.deposit_limits");
});

Deno.test("depositAmount() takes a typed amount where it may be typed, between both limits", () => {
  const at = { topUp: TOP_UP, terms: { ...TERMS, typed: true, fenMax: 200_000 } };
  assert.deepEqual(depositLimits(at.topUp, at.terms), { minFen: 60_000n, maxFen: 200_000n });
  assert.equal(valueOf(depositAmount({ typedFen: "60000" }, at)), 60_000n);
  for (const typedFen of ["59999", "200001"]) {
    assert.equal(codeOf(depositAmount({ typedFen }, at)), "checkout.deposit_limits");
  }
});
