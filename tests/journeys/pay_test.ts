import assert from "node:assert/strict";
import { SETTING_DEFAULTS } from "../../server/modules/settings/setting.ts";
import { openJourneys } from "./journey.ts";
import {
  confirmFigures,
  insertCard,
  payShownCode,
  seeReceipt,
  showCode,
  takeCardAndGo,
} from "./pay.ts";

const journey = openJourneys();

journey("two bills with insurance and the shown code (R-BIL-01…05)", async (at) => {
  const { visitor, complaints, hand } = at;
  await visitor.sees("home");
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await insertCard(at, "two_bills");
  await visitor.sees("bills.list");
  assert.match(await visitor.reads("patient"), /陈\*/, "the name is masked");
  const figures = await confirmFigures(at);
  assert.ok(figures.fund > 0n && figures.account > 0n && figures.cash > 0n);
  await showCode(at);
  assert.equal(await visitor.readsFen("to-pay"), figures.cash);
  const { insurance } = await hand.books();
  assert.equal(insurance, figures.fund + figures.account, "insurance settled before the cash");
  await payShownCode(at);
  await seeReceipt(at);
  await visitor.finds("take-card");
  const paper = await hand.paper();
  assert.match(paper, new RegExp(yuanOf(figures.cash)), "the slip says what was paid");
  assert.doesNotMatch(
    paper,
    new RegExp(at.person("two_bills").idNumber),
    "the slip masks the number",
  );
  await takeCardAndGo(at);
  assert.deepEqual(complaints, [], "no policy was violated and nothing failed in the browser");
});

journey("the machine scans the patient's code", async (at) => {
  const { visitor, hand } = at;
  await at.prescribe("two_bills", "cold");
  await insertCard(at, "two_bills");
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await confirmFigures(at);
  await visitor.press("tender-scan_code");
  await visitor.sees("order.scan");
  await hand.device({ do: "scan_code", personId: "two_bills", medium: "payment_code" });
  await seeReceipt(at);
  await takeCardAndGo(at);
});

journey("cash first, then insurance, when the city's profile says so", async (at) => {
  const { visitor, stack } = at;
  const profile = SETTING_DEFAULTS["checkout.profile"];
  await stack.set("checkout.profile", {
    ...profile,
    legOrder: ["tender", "insurance", "fulfilment"],
  });
  try {
    await at.prescribe("two_bills", "blood_pressure");
    const { insurance } = await at.hand.books();
    await insertCard(at, "two_bills");
    await visitor.sees("services");
    await visitor.press("service-pay");
    await visitor.sees("bills.list");
    await confirmFigures(at);
    await showCode(at);
    assert.equal((await at.hand.books()).insurance, insurance, "insurance waits for the cash");
    await payShownCode(at);
    await seeReceipt(at);
    assert.ok((await at.hand.books()).insurance > insurance);
  } finally {
    await stack.set("checkout.profile", profile);
  }
});

journey("one of two bills is chosen, the other stays", async (at) => {
  const { visitor } = at;
  await at.prescribe("two_bills", "cold");
  const left = await at.prescribe("two_bills", "cold_tests");
  await insertCard(at, "two_bills");
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  const both = await visitor.readsFen("bills-total");
  await visitor.page.locator(`[data-bill="${left}"] [data-testid=bill-choose]`).click();
  const one = await visitor.readsFen("bills-total");
  assert.ok(one < both && one > 0n);
  const figures = await confirmFigures(at);
  assert.equal(figures.total, one);
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
  await visitor.press("back");
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  const rows = visitor.page.locator("[data-testid=bill]");
  assert.equal(await rows.count(), 1);
  assert.equal(await rows.first().getAttribute("data-bill"), left);
  assert.equal(await visitor.readsFen("bills-total"), both - one);
});

journey("a bill's lines can be looked at", async (at) => {
  const { visitor } = at;
  await at.prescribe("card_v2", "cold");
  await insertCard(at, "card_v2");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bill-open");
  await visitor.sees("bills.detail");
  await visitor.press("back");
  await visitor.sees("bills.list");
});

journey("an insured patient pays all oneself", async (at) => {
  const { visitor } = at;
  await at.prescribe("card_v2", "cold");
  await insertCard(at, "card_v2");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("settle-self_pay");
  const total = await visitor.readsFen("bills-total");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.finds("self-pay");
  assert.equal(await visitor.readsFen("quote-cash"), total);
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
});

journey("a patient without insurance pays all oneself", async (at) => {
  const { visitor, hand } = at;
  await visitor.press("service-pay");
  await visitor.press("way-id_card");
  await visitor.sees("identify.guide_id_card");
  await hand.device({ do: "tap_id_card", personId: "self_pay" });
  await visitor.sees("coverage.not_covered");
  await visitor.press("pay-oneself");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.finds("self-pay");
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
  await visitor.press("finish");
  await visitor.sees("farewell");
});

journey("fund and account pay all: no code is shown", async (at) => {
  const { visitor } = at;
  await insertCard(at, "all_fund");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  assert.equal(await visitor.readsFen("quote-cash"), 0n);
  await visitor.press("order-confirm");
  await seeReceipt(at);
});

journey("a code that the wallet refuses leads back to the choice", async (at) => {
  const { visitor, hand } = at;
  await at.prescribe("two_bills", "cold");
  await insertCard(at, "two_bills");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await confirmFigures(at);
  await visitor.press("tender-scan_code");
  await visitor.sees("order.scan");
  await hand.device({ do: "scan_text", text: "130000000000010001" });
  await visitor.finds("tender-refused");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
});

/** What the README tells a newcomer to do, with nothing but the mouse. */
journey("a newcomer pays a bill with the dock alone", async (at) => {
  const { visitor } = at;
  const dock = (testId: string) => visitor.page.locator(`#dock [data-testid="${testId}"]`).first();
  await at.prescribe("two_bills", "cold");
  await visitor.sees("home");
  await visitor.page.locator("#dock [data-person=two_bills]").click();
  await dock("dock-present-social_security_card").click();
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  await showCode(at);
  await dock("dock-phone-pay").click();
  await seeReceipt(at);
  await dock("dock-page-paper").click();
  await dock("dock-sheet").getByText("陈*明").first().waitFor();
  await visitor.press("finish");
  await visitor.sees("take_card");
  await dock("dock-pull-card").click();
  await visitor.sees("home");
}, { width: 1920, height: 1080 });

function yuanOf(fen: bigint): string {
  return `${fen / 100n}\\.${String(fen % 100n).padStart(2, "0")}`;
}
