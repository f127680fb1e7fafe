import assert from "node:assert/strict";
import { openTestHis, TEST_NOW, type TestHis } from "../../tests/his.ts";
import { codeOf, valueOf } from "../../tests/outcome.ts";
import { buildCity } from "../city/build_city.ts";
import { Faults } from "../faults.ts";
import { createHisSandbox } from "./create_his_sandbox.ts";
import { PRESCRIPTIONS, writeBill } from "./prescriptions.ts";
import { doctorFor } from "./seed.ts";
import { schedulesOf, slotsOf } from "./schedules.ts";
import { staffOf } from "./staff.ts";

async function unpaidOf(his: TestHis, story: string) {
  const { patientId } = await his.patient(story);
  const institutionCode = his.site.code;
  return valueOf(await his.client.listBills({ institutionCode, patientId }));
}

async function payAll(his: TestHis, story: string) {
  const bills = await unpaidOf(his, story);
  const total = (bills.reduce((sum, bill) => sum + Number(bill.amount) * 100, 0) / 100).toFixed(2);
  return await his.client.post({
    postingId: his.newOrderId(),
    institutionCode: his.site.code,
    patientId: (await his.patient(story)).patientId,
    target: { kind: "bills", billIds: bills.map((bill) => bill.billId) },
    total,
    fund: "0.00",
    account: "0.00",
    other: "0.00",
    cash: total,
    insuranceSettlementId: null,
    tender: { tradeId: "T1", reference: null },
    paidAt: "2026-11-23 07:30:00",
  });
}

Deno.test("a HIS on a file keeps what was paid over a restart and seeds only once", async () => {
  const folder = await Deno.makeTempDir();
  const store = `${folder}/his.sqlite`;
  try {
    {
      using his = openTestHis({ store });
      assert.equal((await unpaidOf(his, "two_bills")).length, 2);
      valueOf(await payAll(his, "two_bills"));
    }
    using again = openTestHis({ store });
    assert.equal((await unpaidOf(again, "two_bills")).length, 0);
    assert.equal((await unpaidOf(again, "many_bills")).length, 12);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parts that do not sum to the total are refused and nothing is paid", async () => {
  using his = openTestHis();
  const [bill] = await unpaidOf(his, "card_v2");
  assert.ok(bill);
  const outcome = await his.client.post({
    postingId: his.newOrderId(),
    institutionCode: his.site.code,
    patientId: (await his.patient("card_v2")).patientId,
    target: { kind: "bills", billIds: [bill.billId] },
    total: bill.amount,
    fund: "0.01",
    account: "0.00",
    other: "0.00",
    cash: bill.amount,
    insuranceSettlementId: null,
    tender: null,
    paidAt: "2026-11-23 07:30:00",
  });
  assert.equal(codeOf(outcome), "amount_mismatch");
  assert.equal((await unpaidOf(his, "card_v2")).length, 1);
});

Deno.test("a planned refusal changes nothing and is used up", async () => {
  using his = openTestHis();
  his.faults.plan("his", "post", { kind: "refuse", text: "系统维护中" });
  assert.equal(codeOf(await payAll(his, "two_bills")), "not_possible");
  assert.equal((await unpaidOf(his, "two_bills")).length, 2);
  assert.equal(codeOf(await payAll(his, "two_bills")), "done");
});

Deno.test("a refused return stays refused under its number; another is taken", async () => {
  using his = openTestHis();
  const { postingId, total } = valueOf(await payAll(his, "two_bills"));
  const back = (returnId: string) =>
    his.client.returnPosting({
      returnId,
      postingId,
      institutionCode: his.site.code,
      lines: null,
      rest: "stays",
      total,
    });
  const [first, second] = [his.newOrderId(), his.newOrderId()];
  his.faults.plan("his", "return", { kind: "refuse", text: "系统维护中" });
  assert.equal(codeOf(await back(first)), "not_possible");
  assert.equal(codeOf(await back(first)), "not_possible");
  assert.equal(codeOf(await back(second)), "done");
  assert.equal(codeOf(await back(first)), "not_possible");
});

Deno.test("the tester can have new bills without end, by kind and number", async () => {
  using his = openTestHis();
  const { idNumber } = his.person("no_bills");
  assert.equal((await unpaidOf(his, "no_bills")).length, 0);
  const path = `/sandbox/persons/${idNumber}/bills`;
  assert.equal((await his.control(path, { prescription: "herbs", count: 3 })).status, 200);
  const bills = await unpaidOf(his, "no_bills");
  assert.deepEqual(bills.map((bill) => bill.title), ["中药处方", "中药处方", "中药处方"]);
  assert.equal((await his.control(path, { count: 21 })).status, 400);
  const stranger = his.person("no_his_record").idNumber;
  assert.equal((await his.control(`/sandbox/persons/${stranger}/bills`)).status, 404);
});

Deno.test("everybody without a story has at most two bills, and some have some", async () => {
  using his = openTestHis();
  const counts = new Set<number>();
  for (const person of his.city.persons.filter((one) => one.story === null).slice(0, 40)) {
    for (const institutionCode of person.hisRecords) {
      const by = { kind: "id_number", idNumber: person.idNumber } as const;
      const patient = valueOf(await his.client.findPatient({ institutionCode, by }));
      assert.ok(patient);
      const { patientId } = patient;
      counts.add(valueOf(await his.client.listBills({ institutionCode, patientId })).length);
    }
  }
  assert.deepEqual([...counts].toSorted(), [0, 1, 2]);
});

Deno.test("an unsigned call is refused and a huge one not read", async () => {
  const clock = { now: () => TEST_NOW };
  const key = { app: "yikatong", secret: "s" };
  const options = { store: ":memory:", clock, faults: new Faults(), city: buildCity(), key };
  using sandbox = createHisSandbox(options);
  const unsigned = await sandbox.app.request("/his/v1/bills", { method: "POST", body: "{}" });
  assert.equal(unsigned.status, 401);
  const body = "x".repeat(300 * 1024);
  const huge = await sandbox.app.request("/his/v1/bills", {
    method: "POST",
    body,
    headers: { "content-length": String(body.length) },
  });
  assert.equal(huge.status, 413);
  assert.equal((await sandbox.app.request("/healthz")).status, 200);
});

Deno.test("every prescription can be written everywhere with codes of national length", () => {
  const { institutions } = buildCity();
  for (const institution of [institutions[0], institutions.at(-1)]) {
    assert.ok(institution);
    const staff = staffOf(institution);
    for (const prescription of PRESCRIPTIONS) {
      const doctor = doctorFor(prescription, staff);
      const bill = writeBill(prescription, { billId: "B1", doctor, issuedAt: TEST_NOW });
      assert.match(bill.doctor.code, /^D\d{12}$/);
      assert.equal(bill.lines.length, prescription.items.length);
    }
  }
});

Deno.test("doctors' codes are unique in the whole city", () => {
  const codes = buildCity().institutions.flatMap((one) =>
    staffOf(one).map((doctor) => doctor.code)
  );
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("every institution can be registered at within the next week", () => {
  const clock = { now: () => TEST_NOW };
  for (const institution of buildCity().institutions) {
    const schedules = schedulesOf(institution, { from: "2026-11-23", days: 7, clock });
    const free = schedules.flatMap(slotsOf).filter((slot) => !slot.takenElsewhere);
    assert.ok(free.length > 0, institution.name);
  }
});

Deno.test("schedules reach two weeks ahead and never back", () => {
  const clock = { now: () => TEST_NOW };
  const institution = buildCity().institutions[0];
  assert.ok(institution);
  const past = schedulesOf(institution, { from: "2026-11-09", days: 14, clock });
  assert.deepEqual(past, []);
  const far = schedulesOf(institution, { from: "2026-12-07", days: 14, clock });
  assert.deepEqual(far, []);
  const { length } = schedulesOf(institution, { from: "2026-11-23", days: 14, clock });
  assert.ok(length > 100);
});

Deno.test("postings can be looked over, cancelled ones too", async () => {
  using his = openTestHis();
  const { postingId } = valueOf(await payAll(his, "two_bills"));
  valueOf(await his.client.cancel({ institutionCode: his.site.code, postingId }));
  const { postings } = await (await his.get("/sandbox/postings")).json();
  assert.equal(postings.length, 1);
  assert.equal(postings[0].postingId, postingId);
  assert.equal(postings[0].state, "cancelled");
  assert.match(postings[0].receiptNumber, /^\d{4}20261123\d{7}$/);
});
