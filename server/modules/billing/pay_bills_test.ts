import assert from "node:assert/strict";
import { openTestHis, type TestHis } from "../../../tests/his.ts";
import { codeOf, valueOf } from "../../../tests/outcome.ts";
import { parseYuan, sumFen } from "../../platform/money.ts";
import { done } from "../../platform/outcome.ts";
import type { FulfilmentNotice, PayableContext } from "../checkout/payable.ts";
import { listBills } from "./list_bills.ts";
import { billPayable } from "./pay_bills.ts";

async function openOrder(his: TestHis, story: string): Promise<PayableContext> {
  const hisPatientId = (await his.patient(story)).patientId;
  const { site } = his;
  const bills = await listBills({ his: his.client }, { site, hisPatientId });
  return {
    orderId: his.newOrderId(),
    site,
    hisPatientId,
    payable: { kind: "bills", billIds: bills.map((bill) => bill.id) },
    settlement: "insurance" as const,
  };
}

function paid(his: TestHis, total: bigint): FulfilmentNotice {
  return {
    split: { total, fund: total - 100n, account: 60n, other: 0n, cash: 40n },
    insurance: { settlementId: "44190020261123000001" },
    tender: { tradeId: "T1", reference: null },
    paidAt: his.time.now,
  };
}

async function totalOf(his: TestHis, order: PayableContext): Promise<bigint> {
  return valueOf(await billPayable({ his: his.client }).price(order)).total;
}

Deno.test("price() merges several bills into one visit with unique short line numbers", async () => {
  using his = openTestHis();
  const order = await openOrder(his, "many_bills");
  const { visit, total, title } = valueOf(await billPayable({ his: his.client }).price(order));
  assert.equal(title, "门诊处方等 12 张缴费单");
  assert.equal(sumFen(visit.lines.map((line) => line.amountFen)), total);
  const numbers = visit.lines.map((line) => line.lineNumber);
  assert.equal(new Set(numbers).size, numbers.length);
  assert.ok(numbers.every((number) => number.length <= 30));
  assert.ok(visit.visitNumber.startsWith("MZ") && visit.visitNumber.length <= 30);
  const diagnoses = visit.diagnoses.map((one) => one.code);
  assert.equal(new Set(diagnoses).size, diagnoses.length);
  assert.equal(visit.medicalType, "11");
});

Deno.test("price() refuses a bill that is chosen twice or is no longer unpaid", async () => {
  using his = openTestHis();
  const order = await openOrder(his, "two_bills");
  const [first = ""] = order.payable.kind === "bills" ? order.payable.billIds : [];
  const { price } = billPayable({ his: his.client });
  const twice = { ...order, payable: { kind: "bills" as const, billIds: [first, first] } };
  assert.equal(codeOf(await price(twice)), "checkout.duplicate_bill");
  await his.control(`/sandbox/bills/${first}/withdraw`);
  assert.equal(codeOf(await price(order)), "checkout.bill_changed");
});

Deno.test("price() is unknown when a bill is not the sum of its lines", async () => {
  using his = openTestHis();
  const order = await openOrder(his, "two_bills");
  his.faults.plan("his", "bills", { kind: "wrong_amount", byFen: 1 });
  assert.equal(codeOf(await billPayable({ his: his.client }).price(order)), "unknown");
});

Deno.test("fulfil() posts once and gives the first receipt to a second try", async () => {
  using his = openTestHis();
  const { fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  const first = valueOf(await fulfil(order, notice));
  his.time.now = new Date(his.time.now.getTime() + 60_000);
  const again = valueOf(await fulfil(order, { ...notice, paidAt: his.time.now }));
  assert.deepEqual(again, first);
  assert.ok(first.guidance.length > 0);
  const { site, hisPatientId } = order;
  assert.deepEqual(await listBills({ his: his.client }, { site, hisPatientId }), []);
});

Deno.test("fulfil() is unknown when HIS has the posting with other content", async () => {
  using his = openTestHis();
  const { fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  valueOf(await fulfil(order, notice));
  assert.equal(codeOf(await fulfil(order, { ...notice, tender: null })), "unknown");
});

Deno.test("fulfil() of one order refuses a bill that another order paid", async () => {
  using his = openTestHis();
  const { fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  const rival = { ...order, orderId: his.newOrderId() };
  valueOf(await fulfil(order, notice));
  assert.equal(codeOf(await fulfil(rival, notice)), "checkout.bill_paid");
});

Deno.test("fulfil() refuses a bill the doctor changed after it was priced", async () => {
  using his = openTestHis();
  const { fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "one_bill_resident");
  const notice = paid(his, await totalOf(his, order));
  const [bill = ""] = order.payable.kind === "bills" ? order.payable.billIds : [];
  await his.control(`/sandbox/bills/${bill}/amend`);
  assert.equal(codeOf(await fulfil(order, notice)), "checkout.bill_changed");
});

Deno.test("fulfil() refuses a total that is not the bills'", async () => {
  using his = openTestHis();
  const { fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, (await totalOf(his, order)) + 1n);
  assert.equal(codeOf(await fulfil(order, notice)), "checkout.amount_mismatch");
});

Deno.test("a lost posting is unknown, and found posted when only its answer was lost", async () => {
  using his = openTestHis();
  const { fulfil, findFulfilment } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  his.faults.plan("his", "post", { kind: "lose_request" });
  assert.equal((await fulfil(order, notice)).kind, "unknown");
  assert.equal(valueOf(await findFulfilment(order)).state, "absent");
  his.faults.plan("his", "post", { kind: "lose_answer" });
  assert.equal((await fulfil(order, notice)).kind, "unknown");
  const found = valueOf(await findFulfilment(order));
  assert.ok(found.state === "posted");
  assert.equal(found.receiptNumber, valueOf(await fulfil(order, notice)).receiptNumber);
});

Deno.test("fulfil() is unknown under a gateway's error and under another echoed total", async () => {
  using his = openTestHis();
  const { fulfil, findFulfilment } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  his.faults.plan("his", "post", { kind: "gateway_error" });
  assert.equal((await fulfil(order, notice)).kind, "unknown");
  his.faults.plan("his", "post", { kind: "wrong_amount", byFen: -1 });
  assert.equal((await fulfil(order, notice)).kind, "unknown");
  assert.equal(valueOf(await findFulfilment(order)).state, "posted");
});

Deno.test("cancelFulfilment() frees the bills for another order", async () => {
  using his = openTestHis();
  const { fulfil, cancelFulfilment, findFulfilment } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  valueOf(await fulfil(order, notice));
  his.faults.plan("his", "cancel", { kind: "lose_answer" });
  assert.equal((await cancelFulfilment(order)).kind, "unknown");
  valueOf(await cancelFulfilment(order));
  assert.equal(valueOf(await findFulfilment(order)).state, "cancelled");
  valueOf(await fulfil({ ...order, orderId: his.newOrderId() }, notice));
  assert.equal(codeOf(await fulfil(order, notice)), "checkout.posting_cancelled");
});

Deno.test("cancelFulfilment() of a posting never seen leaves a mark that refuses it", async () => {
  using his = openTestHis();
  const { fulfil, cancelFulfilment, findFulfilment } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  his.faults.plan("his", "cancel", { kind: "lose_request" });
  assert.equal((await cancelFulfilment(order)).kind, "unknown");
  assert.equal(valueOf(await findFulfilment(order)).state, "absent");
  valueOf(await cancelFulfilment(order));
  assert.equal(codeOf(await fulfil(order, notice)), "checkout.posting_cancelled");
  const { site, hisPatientId } = order;
  assert.equal((await listBills({ his: his.client }, { site, hisPatientId })).length, 2);
});

Deno.test("cancelFulfilment() is refused once the medicine is handed out", async () => {
  using his = openTestHis();
  const { fulfil, cancelFulfilment } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  valueOf(await fulfil(order, paid(his, await totalOf(his, order))));
  await his.control(`/sandbox/postings/${order.orderId}/render`);
  assert.equal(codeOf(await cancelFulfilment(order)), "checkout.service_rendered");
});

Deno.test("a bill the patient does not own is refused", async () => {
  using his = openTestHis();
  const { price, fulfil } = billPayable({ his: his.client });
  const order = await openOrder(his, "two_bills");
  const notice = paid(his, await totalOf(his, order));
  const stranger = { ...order, hisPatientId: (await his.patient("habit")).patientId };
  assert.equal(codeOf(await price(stranger)), "checkout.bill_changed");
  assert.equal(codeOf(await fulfil(stranger, notice)), "checkout.bill_changed");
});

Deno.test("release() of bills asks nothing of HIS", async () => {
  using his = openTestHis();
  const order = await openOrder(his, "two_bills");
  his.faults.plan("his", "*", { kind: "lose_request" });
  valueOf(await billPayable({ his: his.client }).release(order));
  assert.equal(his.faults.list().length, 1);
});

Deno.test("listBills() shows amounts that are the sums of their lines", async () => {
  using his = openTestHis();
  const { site } = his;
  const hisPatientId = (await his.patient("many_bills")).patientId;
  const bills = await listBills({ his: his.client }, { site, hisPatientId });
  assert.equal(bills.length, 12);
  for (const bill of bills) {
    const sum = sumFen(bill.lines.map((line) => BigInt(line.amountFen)));
    assert.equal(bill.amountFen, sum.toString());
    for (const line of bill.lines) {
      assert.equal(parseYuan(line.priceYuan) * BigInt(line.quantity), BigInt(line.amountFen));
    }
  }
});

Deno.test("listBills() says that HIS does not answer, and that asking again is safe", async () => {
  using his = openTestHis();
  const { site } = his;
  const hisPatientId = (await his.patient("two_bills")).patientId;
  his.faults.plan("his", "bills", { kind: "lose_request" }, 2);
  await assert.rejects(listBills({ his: his.client }, { site, hisPatientId }), {
    code: "billing.his_unavailable",
    retry: "safe",
  });
});

Deno.test("insurance settles bills of one fee type, and on a phone those HIS says may (R-BIL-06, R-BIL-07)", async () => {
  using his = openTestHis();
  const order = await openOrder(his, "two_bills");
  const listed = await his.client.listBills({
    institutionCode: his.site.code,
    patientId: order.hisPatientId,
  });
  const [one, other] = valueOf(listed);
  assert.ok(one && other);
  const chronic = { ...one, feeType: { code: "14", name: "门诊慢特病" } };
  const saying = (bills: readonly typeof one[]) =>
    billPayable({ his: { ...his.client, listBills: () => Promise.resolve(done(bills)) } });

  const mixed = saying([chronic, other]);
  assert.equal(codeOf(await mixed.price(order)), "checkout.mixed_fee_types");
  const own = { ...order, settlement: "self_pay" as const };
  assert.equal((await mixed.price(own)).kind, "done");
  const same = saying([chronic, { ...other, feeType: chronic.feeType }]);
  assert.equal(valueOf(await same.price(order)).visit.medicalType, "14");

  const barred = saying([{ ...one, mobilePayable: false }, other]);
  assert.equal((await barred.price(order)).kind, "done");
  const mobile = { ...order, site: { ...order.site, route: "mobile" as const } };
  assert.equal(codeOf(await barred.price(mobile)), "checkout.not_mobile_payable");
  const told = async (site: typeof his.site) => {
    const listing = () => Promise.resolve(done([{ ...chronic, mobilePayable: false }]));
    const { hisPatientId } = order;
    const [shown] = await listBills({ his: { listBills: listing } }, { site, hisPatientId });
    return [shown?.feeType, shown?.mobilePayable];
  };
  assert.deepEqual(await told(mobile.site), ["门诊慢特病", false]);
  assert.deepEqual(await told(his.site), ["门诊慢特病", undefined], "elsewhere it is no bar");
});
