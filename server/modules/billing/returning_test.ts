import assert from "node:assert/strict";
import { openTestHis, type TestHis } from "../../../tests/his.ts";
import { codeOf, valueOf } from "../../../tests/outcome.ts";
import { asFen } from "../../platform/money.ts";
import type { FulfilmentNotice, PayableContext, SourceLine } from "../checkout/payable.ts";
import { listBills } from "./list_bills.ts";
import { billPayable } from "./pay_bills.ts";

interface Posted {
  readonly order: PayableContext;
  readonly total: bigint;
  readonly lines: readonly (SourceLine & { readonly amount: bigint })[];
}

async function post(his: TestHis): Promise<Posted> {
  const hisPatientId = (await his.patient("two_bills")).patientId;
  const { site } = his;
  const bills = await listBills({ his: his.client }, { site, hisPatientId });
  const billIds = bills.map((bill) => bill.id);
  const payable = { kind: "bills" as const, billIds };
  const settlement = "insurance" as const;
  const order = { orderId: his.newOrderId(), site, hisPatientId, payable, settlement };
  const work = billPayable({ his: his.client });
  const { visit, total, sources } = valueOf(await work.price(order));
  valueOf(await work.fulfil(order, paid(his, total)));
  const lines = visit.lines.flatMap(({ amountFen }, place) => {
    const source = sources?.[place];
    return source ? [{ ...source, amount: amountFen }] : [];
  });
  return { order, total, lines };
}

function paid(his: TestHis, total: bigint): FulfilmentNotice {
  return {
    split: { total, fund: 0n, account: 0n, other: 0n, cash: total },
    insurance: null,
    tender: { tradeId: "T1", reference: null },
    paidAt: his.time.now,
  };
}

function whole(his: TestHis, { total }: Posted) {
  const [lines, rest] = [null, "stays" as const];
  return { returnId: his.newOrderId(), lines, rest, total: asFen(total) };
}

Deno.test("returnFulfilment() gives a posting back once, and the bills are done with", async () => {
  using his = openTestHis();
  const work = billPayable({ his: his.client });
  const posted = await post(his);
  const wanted = whole(his, posted);
  assert.equal(valueOf(await work.findReturn(posted.order, wanted.returnId)), "absent");
  his.faults.plan("his", "return", { kind: "lose_answer" });
  assert.equal((await work.returnFulfilment(posted.order, wanted)).kind, "unknown");
  assert.equal(valueOf(await work.findReturn(posted.order, wanted.returnId)), "returned");
  valueOf(await work.returnFulfilment(posted.order, wanted));
  const another = { ...wanted, returnId: his.newOrderId() };
  assert.equal(
    codeOf(await work.returnFulfilment(posted.order, another)),
    "checkout.already_returned",
  );
  const { site, hisPatientId } = posted.order;
  assert.deepEqual(await listBills({ his: his.client }, { site, hisPatientId }), []);
});

Deno.test("returnFulfilment() is unknown when HIS has the return with other content", async () => {
  using his = openTestHis();
  const work = billPayable({ his: his.client });
  const posted = await post(his);
  const wanted = whole(his, posted);
  valueOf(await work.returnFulfilment(posted.order, wanted));
  const other = { ...wanted, total: asFen(posted.total - 1n) };
  assert.equal(codeOf(await work.returnFulfilment(posted.order, other)), "unknown");
});

Deno.test("returnFulfilment() of lines leaves the rest posted, and takes no line twice", async () => {
  using his = openTestHis();
  const work = billPayable({ his: his.client });
  const posted = await post(his);
  const [first, second] = posted.lines;
  assert.ok(first && second);
  const one = { returnId: his.newOrderId(), lines: [first], rest: "stays" as const };
  const wrong = { ...one, returnId: his.newOrderId(), total: asFen(first.amount + 1n) };
  assert.equal(
    codeOf(await work.returnFulfilment(posted.order, wrong)),
    "checkout.amount_mismatch",
  );
  valueOf(await work.returnFulfilment(posted.order, { ...one, total: asFen(first.amount) }));
  const both = { ...one, returnId: his.newOrderId(), lines: [first, second] };
  const total = asFen(first.amount + second.amount);
  assert.equal(
    codeOf(await work.returnFulfilment(posted.order, { ...both, total })),
    "checkout.already_returned",
  );
  assert.equal(valueOf(await work.findFulfilment(posted.order)).state, "posted");
  const rest = { ...whole(his, posted), total: asFen(posted.total - first.amount) };
  valueOf(await work.returnFulfilment(posted.order, rest));
});

Deno.test("returnFulfilment() with the rest unpaid again lets the kept lines be posted anew", async () => {
  using his = openTestHis();
  const work = billPayable({ his: his.client });
  const posted = await post(his);
  const [first] = posted.lines;
  assert.ok(first);
  const wanted = { returnId: his.newOrderId(), lines: [first], rest: "unpaid" as const };
  valueOf(await work.returnFulfilment(posted.order, { ...wanted, total: asFen(posted.total) }));
  const kept = [...new Set(posted.lines.slice(1).map(({ billId }) => billId))];
  const anew = {
    ...posted.order,
    orderId: wanted.returnId,
    payable: { kind: "bills" as const, billIds: kept },
    settlement: "insurance" as const,
  };
  const { total } = valueOf(await work.price(anew));
  assert.equal(total, posted.total - first.amount);
  valueOf(await work.fulfil(anew, paid(his, total)));
});

Deno.test("findReturnable() says what was handed out; nothing of that is taken back", async () => {
  using his = openTestHis();
  const work = billPayable({ his: his.client });
  const posted = await post(his);
  const [first] = posted.lines;
  assert.ok(first);
  await his.control(`/sandbox/bills/${first.billId}/lines/${first.lineNumber}/render`);
  const found = valueOf(await work.findReturnable(posted.order));
  assert.ok(found.state === "posted" && !found.rendered);
  assert.equal(found.lines.filter(({ state }) => state === "rendered").length, 1);
  assert.equal(
    codeOf(await work.returnFulfilment(posted.order, whole(his, posted))),
    "checkout.service_rendered",
  );
  const line = { returnId: his.newOrderId(), lines: [first], rest: "stays" as const };
  assert.equal(
    codeOf(await work.returnFulfilment(posted.order, { ...line, total: asFen(first.amount) })),
    "checkout.service_rendered",
  );
});
