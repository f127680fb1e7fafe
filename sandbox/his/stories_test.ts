import assert from "node:assert/strict";
import { openTestHis, type TestHis } from "../../tests/his.ts";
import { valueOf } from "../../tests/outcome.ts";
import { findCatalogueItem } from "../insurance/catalogue.ts";
import { DONGGUAN_SANDBOX } from "../insurance/region.ts";
import { addSplits, type Figures, settleFigures, splitLine } from "../insurance/rules.ts";

/** What insurance will say when a story's person pays everything that waits. */
async function settledFor(his: TestHis, story: string): Promise<Figures> {
  const row = his.person(story).insurance[0];
  const scheme = DONGGUAN_SANDBOX.schemes[row?.insutype ?? ""];
  assert.ok(row && scheme);
  const { patientId } = await his.patient(story);
  const institutionCode = his.site.code;
  const bills = valueOf(await his.client.listBills({ institutionCode, patientId }));
  const splits = bills.flatMap((bill) => bill.lines).map((line) => {
    const item = findCatalogueItem(line.catalogueCode);
    return splitLine({ quantity: line.quantity, priceYuan: line.price }, item);
  });
  return settleFigures(addSplits(splits), {
    share: scheme.shares[row.psnType.slice(0, 2)] ?? scheme.shareElse,
    thresholdLeft: scheme.thresholdFen,
    ceilingLeft: scheme.ceilingFen,
    balance: row.balanceFen,
    relativeBalance: 0n,
    usesAccount: scheme.accountType !== null,
    accountScope: DONGGUAN_SANDBOX.accountScope,
  });
}

Deno.test("two_bills is paid by fund, account and cash together", async () => {
  using his = openTestHis();
  const { fund, account, cash } = await settledFor(his, "two_bills");
  assert.ok(fund > 0n && account > 0n && cash > 0n, `${fund} ${account} ${cash}`);
});

Deno.test("one_bill_resident is paid by fund and cash alone", async () => {
  using his = openTestHis();
  const { fund, account, cash } = await settledFor(his, "one_bill_resident");
  assert.ok(fund > 0n && cash > 0n);
  assert.equal(account, 0n);
});

Deno.test("all_fund leaves no cash to pay", async () => {
  using his = openTestHis();
  const { fund, account, cash } = await settledFor(his, "all_fund");
  assert.ok(fund > 0n && account > 0n);
  assert.equal(cash, 0n);
});
