import assert from "node:assert/strict";
import { paymentCode } from "../../../sandbox/aggregate_pay/payment_code.ts";
import { findTradeView } from "./find_trade.ts";
import { cashSplit } from "./leg_answer.ts";
import { openBooks } from "../../../tests/payment_books.ts";

function scanned(code: string) {
  return { mode: "scan_code", presented: { kind: "code", code } } as const;
}

const PAYS = paymentCode("WXPAY", "pays", 1);

Deno.test("tenderLeg() shows a code and finds it paid, with amount, wallet and number", async () => {
  await using own = await openBooks();
  const context = own.context();
  assert.equal((await own.ask(context, "perform")).kind, "pending");
  const shown = await findTradeView(own.db, context.tradeId);
  assert.equal(shown?.state, "waiting_for_patient");
  assert.match(shown?.codeText ?? "", /^http:\/\/bank\.test\/pay\//);

  assert.equal((await own.ask(context, "find")).kind, "pending");
  await own.phone(context);
  const answer = await own.ask(context, "find");
  assert.ok(answer.kind === "done");
  assert.deepEqual(answer.split, cashSplit(4879n));
  const view = await findTradeView(own.db, context.tradeId);
  assert.deepEqual([view?.state, view?.walletName, view?.codeText, view?.reference], [
    "paid",
    "微信支付",
    null,
    answer.reference,
  ]);
});

Deno.test("tenderLeg() takes a scanned code, and never stores it", async () => {
  await using own = await openBooks();
  const context = own.context(scanned(PAYS));
  const answer = await own.ask(context, "perform");
  assert.ok(answer.kind === "done");
  assert.equal(answer.split?.cash, 4879n);
  const row = await own.tradeRow(context);
  assert.equal(row.state, "paid");
  assert.equal(Object.values(row).includes(PAYS), false);
});

Deno.test("tenderLeg() waits while the patient types a password", async () => {
  await using own = await openBooks();
  const code = paymentCode("WXPAY", "password", 2);
  const context = own.context(scanned(code));
  assert.equal((await own.ask(context, "perform")).kind, "pending");
  assert.equal((await findTradeView(own.db, context.tradeId))?.state, "password");
  own.clock.jump(6_000);
  assert.equal((await own.ask(context, "find")).kind, "done");
});

Deno.test("tenderLeg() says what was refused in our own codes", async () => {
  await using own = await openBooks();
  for (
    const [story, code] of [
      ["insufficient", "payment.insufficient"],
      ["expired", "payment.code_expired"],
    ] as const
  ) {
    const context = own.context(scanned(paymentCode("ALIPAY", story, 3)));
    const answer = await own.ask(context, "perform");
    assert.equal(answer.kind === "refused" && answer.code, code);
    assert.equal((await own.tradeRow(context)).fail_code, code);
  }
  own.faults.plan("aggregate_pay", "micropay", { kind: "refuse", text: "风险控制" });
  const answer = await own.ask(own.context(scanned(PAYS)), "perform");
  assert.deepEqual(answer, { kind: "refused", code: "payment.declined", text: "风险控制" });
});

Deno.test("tenderLeg() finds out what a lost answer meant: paid, or never arrived", async () => {
  await using own = await openBooks();
  const paid = own.context(scanned(PAYS));
  own.faults.plan("aggregate_pay", "micropay", { kind: "lose_answer" });
  assert.equal((await own.ask(paid, "perform")).kind, "unknown");
  assert.equal((await own.tradeRow(paid)).state, "opening");
  assert.equal((await own.ask(paid, "find")).kind, "done");

  const never = own.context(scanned(PAYS));
  own.faults.plan("aggregate_pay", "micropay", { kind: "lose_request" });
  assert.equal((await own.ask(never, "perform")).kind, "unknown");
  assert.equal((await own.ask(never, "find")).kind, "absent");
});

Deno.test("tenderLeg() gets the code's text by asking when the answer with it was lost", async () => {
  await using own = await openBooks();
  const context = own.context();
  own.faults.plan("aggregate_pay", "precreate", { kind: "lose_answer" });
  assert.equal((await own.ask(context, "perform")).kind, "unknown");
  assert.equal((await own.ask(context, "find")).kind, "pending");
  const view = await findTradeView(own.db, context.tradeId);
  assert.match(view?.codeText ?? "", /\/pay\//);
});

Deno.test("tenderLeg() without its code after a restart closes for sure, or finds it paid", async () => {
  await using own = await openBooks();
  const never = own.context({ mode: "scan_code" });
  const gone = await own.ask(never, "perform");
  assert.equal(gone.kind === "refused" && gone.code, "payment.code_gone");
  const late = await own.ask({ ...never, ...scanned(PAYS) }, "perform");
  assert.equal(late.kind === "refused" && late.code, "payment.closed");

  const paid = own.context(scanned(PAYS));
  own.faults.plan("aggregate_pay", "micropay", { kind: "lose_answer" });
  await own.ask(paid, "perform");
  assert.equal((await own.ask({ ...paid, presented: null }, "perform")).kind, "done");
  assert.equal((await own.tradeRow(paid)).state, "paid");
});

Deno.test("tenderLeg() closes a code so that it can no longer be paid", async () => {
  await using own = await openBooks();
  const context = own.context();
  await own.ask(context, "perform");
  assert.equal((await own.ask(context, "close")).kind, "done");
  assert.equal((await own.tradeRow(context)).state, "closed");
  const found = await own.ask(context, "find");
  assert.equal(found.kind === "refused" && found.code, "payment.closed");
});

Deno.test("tenderLeg() cannot close what was paid before, and then finds the money", async () => {
  await using own = await openBooks();
  const context = own.context();
  await own.ask(context, "perform");
  await own.phone(context);
  const answer = await own.ask(context, "close");
  assert.equal(answer.kind === "refused" && answer.code, "payment.already_paid");
  assert.equal((await findTradeView(own.db, context.tradeId))?.state, "closing");
  assert.equal((await own.ask(context, "find")).kind, "done");
  assert.equal((await own.tradeRow(context)).state, "paid");
});

Deno.test("tenderLeg() stays closing while the bank's word on it is lost", async () => {
  await using own = await openBooks();
  const context = own.context();
  await own.ask(context, "perform");
  own.faults.plan("aggregate_pay", "close", { kind: "lose_request" });
  assert.equal((await own.ask(context, "close")).kind, "unknown");
  assert.equal((await own.ask(context, "find")).kind, "pending");
  assert.equal((await own.tradeRow(context)).state, "closing");
});

Deno.test("tenderLeg() ends a code whose time is over", async () => {
  await using own = await openBooks();
  const context = own.context();
  await own.ask(context, "perform");
  own.clock.jump(121_000);
  const answer = await own.ask(context, "find");
  assert.equal(answer.kind === "refused" && answer.code, "payment.expired");
  assert.equal((await findTradeView(own.db, context.tradeId))?.state, "closed");
});

Deno.test("tenderLeg() asks again when the echoed amount is wrong, and believes the query", async () => {
  await using own = await openBooks();
  const echoed = own.context(scanned(PAYS));
  own.faults.plan("aggregate_pay", "micropay", { kind: "wrong_amount", byFen: 1 });
  assert.equal((await own.ask(echoed, "perform")).kind, "unknown");
  const found = await own.ask(echoed, "find");
  assert.equal(found.kind === "done" && found.split?.cash, 4879n);

  const really = own.context();
  own.faults.plan("aggregate_pay", "pay", { kind: "wrong_amount", byFen: -879 });
  await own.ask(really, "perform");
  await own.phone(really);
  const less = await own.ask(really, "find");
  assert.equal(less.kind === "done" && less.split?.cash, 4000n);
  const undone = await own.ask(really, "undo");
  assert.equal(undone.kind === "done" && undone.split?.cash, 4000n);
});

Deno.test("tenderLeg() opens one trade when it is performed again, and refuses its id for another", async () => {
  await using own = await openBooks();
  const context = own.context();
  await own.ask(context, "perform");
  await own.ask(context, "perform");
  const rows = await own.db.selectFrom("payment_trade").select("id").execute();
  assert.equal(rows.length, 1);
  const other = own.context({ tradeId: context.tradeId });
  await assert.rejects(own.ask(other, "perform"), { code: "payment.id_taken" });
});

Deno.test("tenderLeg() has nothing to find or close before it was performed", async () => {
  await using own = await openBooks();
  const context = own.context();
  assert.equal((await own.ask(context, "prepare")).kind, "done");
  assert.equal((await own.ask(context, "find")).kind, "absent");
  assert.equal((await own.ask(context, "close")).kind, "done");
  assert.equal((await own.ask(context, "release")).kind, "done");
});
