import assert from "node:assert/strict";
import { TEST_NOW } from "../../../tests/his.ts";
import { openHisClient } from "../../gateways/his/client.ts";
import { newId } from "../../platform/ids.ts";
import { asFen } from "../../platform/money.ts";
import { fulfilmentCall } from "../checkout/fulfilment_leg.ts";
import type { LegAnswer } from "../checkout/leg.ts";
import { returnCall, type ReturnSource } from "../checkout/return_leg.ts";
import { billPayable } from "./pay_bills.ts";

const SITE = {
  institutionId: newId(TEST_NOW),
  code: "H44190000001",
  name: "东城社区卫生服务中心",
  admdvs: "441900",
  route: "fsi" as const,
  operator: { number: "0001", name: "自助终端" },
};
const CASH = { total: 100n, fund: 0n, account: 0n, other: 0n, cash: 100n };

/** Bills at a HIS that says no to everything, in one way. */
function worksAtRefusing(code: string) {
  const body = JSON.stringify({ code, message: "不受理" });
  const party = {
    name: "his",
    send: () => Promise.resolve({ kind: "answered", status: 401, body } as const),
  };
  const clock = { now: () => TEST_NOW };
  return billPayable({
    his: openHisClient({ party, key: { app: "yikatong", secret: "of tests" }, clock }),
  });
}

async function postingAsked(code: string, ask: "perform" | "find" | "find_undo" | "undo") {
  const context = {
    orderId: newId(TEST_NOW),
    site: SITE,
    hisPatientId: "P1",
    payable: { kind: "bills" as const, billIds: ["B1"] },
    settlement: "insurance" as const,
  };
  const notice = { split: CASH, insurance: null, tender: null, paidAt: TEST_NOW };
  const work = worksAtRefusing(code);
  return (await fulfilmentCall(work, { context, ask, notice })).answer.kind;
}

async function returnAsked(code: string, ask: "perform" | "find"): Promise<LegAnswer["kind"]> {
  const base = { id: newId(TEST_NOW), at: TEST_NOW };
  const visit = {
    visitNumber: "MZ1",
    medicalType: "11",
    department: { code: "D", name: "全科", category: "A02" },
    doctor: { code: "D1", name: "医生" },
    diagnoses: [],
    startedAt: TEST_NOW,
    lines: [],
  };
  const priced = { title: "缴费", total: asFen(100n), visit, registration: null };
  const source: ReturnSource = { base, priced, paid: null };
  const place = { orderId: base.id, of: "bills", baseId: base.id } as const;
  const payable = { kind: "refund", ...place, lines: null, rest: "stays", bills: [] } as const;
  const wanted = { returnId: newId(TEST_NOW), payable: { ...payable, bills: [] }, source };
  const work = worksAtRefusing(code);
  const asked = { site: SITE, ask, wanted: { ...wanted, total: asFen(100n) } };
  return (await returnCall(work, asked)).kind;
}

Deno.test("HIS that refuses to tell has not said that nothing was posted or given back", async () => {
  for (const code of ["unknown_institution", "bad_request", "unknown_posting"]) {
    assert.equal(await postingAsked(code, "find"), "unknown", code);
    assert.equal(await postingAsked(code, "find_undo"), "unknown", code);
    assert.equal(await returnAsked(code, "find"), "unknown", code);
  }
});

Deno.test("a call whose signature HIS did not take says nothing of an earlier one", async () => {
  assert.equal(await postingAsked("bad_signature", "perform"), "not_sent");
  assert.equal(await postingAsked("bad_signature", "undo"), "not_sent");
  assert.equal(await returnAsked("bad_signature", "perform"), "not_sent");
  assert.equal(await postingAsked("bill_changed", "perform"), "refused");
  assert.equal(await returnAsked("service_rendered", "perform"), "refused");
});
