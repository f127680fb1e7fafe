import assert from "node:assert/strict";
import { askedLater } from "./asked_later.ts";
import { type Journey, openJourneys } from "./journey.ts";
import { openBills, openTenders, payShownCode, seeReceipt } from "./pay.ts";

const journey = openJourneys();

journey(
  "the settlement's answer is lost: honest words, a slip, and it goes on by itself",
  async (at) => {
    const { visitor, hand } = at;
    await askedLater(at.stack, async (askAgain) => {
      await hand.plan("insurance", "2207", { kind: "lose_answer" });
      await openBills(at, "two_bills");
      await visitor.press("bills-pay");
      await visitor.sees("order.confirm");
      await visitor.press("order-confirm");
      await takePendingSlip(at);
      askAgain();
      await visitor.sees("order.choose_tender");
      await visitor.press("tender-show_code");
      await payShownCode(at);
      await seeReceipt(at);
    });
  },
);

journey("the bank's answer to a scanned code is lost", async (at) => {
  const { visitor, hand } = at;
  await askedLater(at.stack, async (askAgain) => {
    await hand.plan("aggregate_pay", "micropay", { kind: "lose_answer" });
    await openTenders(at, "one_bill_resident");
    await visitor.press("tender-scan_code");
    await visitor.sees("order.scan");
    await hand.device({ do: "scan_code", personId: "two_bills", medium: "payment_code" });
    await takePendingSlip(at);
    askAgain();
    await seeReceipt(at);
  });
});

journey("the bank's notice is lost: the patient says so, and the bank is asked", async (at) => {
  const { visitor, hand } = at;
  await askedLater(at.stack, async (askAgain) => {
    await hand.plan("aggregate_pay", "notify", { kind: "lose_request" }, 10);
    await openTenders(at, "one_bill_resident");
    await visitor.press("tender-show_code");
    await payShownCode(at);
    await visitor.press("pay-asked");
    askAgain();
    await seeReceipt(at);
  });
});

journey("the bank's answer to our question is lost as well", async (at) => {
  const { visitor, hand } = at;
  await hand.plan("aggregate_pay", "notify", { kind: "lose_request" }, 10);
  await hand.plan("aggregate_pay", "query", { kind: "lose_answer" }, 2);
  await openTenders(at, "one_bill_resident");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
});

journey("HIS's answer to the posting is lost", async (at) => {
  const { visitor, hand } = at;
  await askedLater(at.stack, async (askAgain) => {
    await openTenders(at, "one_bill_resident");
    await hand.plan("his", "post", { kind: "lose_answer" });
    await visitor.press("tender-show_code");
    await payShownCode(at);
    await takePendingSlip(at);
    askAgain();
    await seeReceipt(at);
  });
});

journey("HIS refuses after the money came: all of it goes back", async (at) => {
  const { visitor, hand } = at;
  const before = await hand.books();
  await openTenders(at, "one_bill_resident");
  await hand.plan("his", "post", { kind: "refuse", text: "系统维护" });
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await visitor.sees("order.returned");
  await visitor.finds("given-back");
  await visitor.press("slip-print");
  await visitor.finds("slip-printed");
  assert.match(await hand.paper(), /交易已取消/);
  assert.deepEqual(await hand.books(), before, "bank and insurance gave everything back");
});

journey(
  "the answers of the void and the refund are lost too: all of it still goes back",
  async (at) => {
    const { visitor, hand } = at;
    const before = await hand.books();
    await openTenders(at, "one_bill_resident");
    await hand.plan("his", "post", { kind: "refuse", text: "系统维护" });
    await hand.plan("insurance", "2208", { kind: "lose_answer" });
    await hand.plan("aggregate_pay", "refund", { kind: "lose_answer" });
    await visitor.press("tender-show_code");
    await payShownCode(at);
    await visitor.sees("order.returned");
    await visitor.finds("given-back");
    assert.deepEqual(await hand.books(), before);
  },
);

journey(
  "a settlement that differs is shown beside the old figures and agreed to again",
  async (at) => {
    const { visitor, hand } = at;
    await hand.plan("insurance", "2207", { kind: "settle_differs", byFen: 100 });
    await openBills(at, "two_bills");
    await visitor.press("bills-pay");
    await visitor.sees("order.confirm");
    await visitor.press("order-confirm");
    await visitor.sees("order.confirm_again");
    const [old, now] = [
      await visitor.readsFen("before-cashFen"),
      await visitor.readsFen("after-cashFen"),
    ];
    assert.equal(now - old, 100n);
    await visitor.press("order-confirm");
    await visitor.sees("order.choose_tender");
    assert.equal(await visitor.readsFen("to-pay"), now);
    await visitor.press("tender-show_code");
    await payShownCode(at);
    await seeReceipt(at);
  },
);

journey("whoever does not agree to the new figures gets the settlement undone", async (at) => {
  const { visitor, hand } = at;
  const before = await hand.books();
  await hand.plan("insurance", "2207", { kind: "settle_differs", byFen: 100 });
  await openBills(at, "two_bills");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.press("order-confirm");
  await visitor.sees("order.confirm_again");
  await visitor.press("back");
  await visitor.sees("order.returned");
  await visitor.finds("nothing-kept");
  assert.deepEqual(await hand.books(), before);
});

async function takePendingSlip({ visitor, hand }: Journey): Promise<void> {
  await visitor.sees("order.unknown");
  await visitor.readsText("正在确认，不要重复支付");
  const number = await visitor.reads("order-number");
  await visitor.press("slip-print");
  await visitor.finds("slip-printed");
  const paper = await hand.paper();
  assert.match(paper, /不要重复支付/);
  assert.match(paper, new RegExp(number));
}
