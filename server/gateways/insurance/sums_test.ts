import assert from "node:assert/strict";
import { brokenSums } from "./sums.ts";
import { type Settlement, settlementSchema } from "./wire.ts";

/** nhsa.md §5.5, amounts in each of the forms the field shows them. */
const WORKED = {
  mdtrt_id: "441900G0000009900001",
  setl_id: "441900G0000009950001",
  medfee_sumamt: 126.40,
  fulamt_ownpay_amt: "54.20",
  overlmt_selfpay: 0,
  preselfpay_amt: "2.5",
  inscp_scp_amt: 69.70,
  hifp_pay: 48.79,
  cvlserv_pay: "0.00",
  hifes_pay: null,
  hifmi_pay: "",
  fund_pay_sumamt: 48.79,
  hosp_part_amt: 0.00,
  psn_part_amt: 77.61,
  acct_pay: 23.41,
  acct_mulaid_pay: 0.00,
  psn_cash_pay: 54.20,
  balc: 288.64,
};
const OUTSIDE = { mulaidInsideAccount: false };

function read(change: Readonly<Record<string, unknown>> = {}): Settlement {
  return settlementSchema.parse({ ...WORKED, ...change });
}

Deno.test("brokenSums() finds nothing in the worked settlement nor in its void", () => {
  assert.deepEqual(brokenSums(read(), OUTSIDE), []);
  const negative = Object.entries(WORKED).map((
    [name, value],
  ) => [name, typeof value === "number" ? -value : value?.replace(/^([\d.]+)$/, "-$1") ?? value]);
  const ids = { mdtrt_id: "1", setl_id: "2" };
  assert.deepEqual(brokenSums(read({ ...Object.fromEntries(negative), ...ids }), OUTSIDE), []);
});

Deno.test("brokenSums() names the rule that one fen breaks", () => {
  assert.deepEqual(brokenSums(read({ preselfpay_amt: 2.51 }), OUTSIDE), ["total_by_share"]);
  assert.deepEqual(brokenSums(read({ hifp_pay: 48.78 }), OUTSIDE), ["fund_parts"]);
  assert.deepEqual(brokenSums(read({ psn_cash_pay: 54.21 }), OUTSIDE), ["person_parts"]);
  assert.deepEqual(brokenSums(read({ hosp_part_amt: 0.01 }), OUTSIDE), ["total_by_payer"]);
});

Deno.test("brokenSums() counts the family's account where the region puts it", () => {
  const outside = read({ acct_pay: 20, acct_mulaid_pay: 3.41 });
  assert.deepEqual(brokenSums(outside, OUTSIDE), []);
  const inside = read({ acct_mulaid_pay: 3.41 });
  assert.deepEqual(brokenSums(inside, { mulaidInsideAccount: true }), []);
  assert.deepEqual(brokenSums(inside, OUTSIDE), ["person_parts"]);
});

Deno.test("settlementSchema refuses a settlement that lacks a sum or has part of a fen", () => {
  const { psn_cash_pay: _, ...without } = WORKED;
  assert.equal(settlementSchema.safeParse(without).success, false);
  assert.equal(settlementSchema.safeParse({ ...WORKED, balc: "1.005" }).success, false);
  assert.equal(settlementSchema.safeParse({ ...WORKED, acct_pay: "" }).success, false);
});
