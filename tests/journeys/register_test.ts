import assert from "node:assert/strict";
import { type Journey, openJourneys } from "./journey.ts";
import { insertCard, payShownCode, seeReceipt, takeCardAndGo } from "./pay.ts";
import { takeSlot } from "./rival.ts";
import { until } from "./until.ts";

const journey = openJourneys();

journey("department, doctor, slot, fee and the slip with the number (R-REG-01…05)", async (at) => {
  const { visitor, hand } = at;
  await visitor.press("service-register");
  await insertCard(at, "no_bills");
  await chooseSchedule(at);
  const time =
    (await visitor.page.locator("[data-testid=slot] .slot-time").first().textContent()) ??
      "";
  await visitor.press("slot");
  await visitor.sees("order.confirm");
  assert.match(await visitor.reads("summary"), new RegExp(time), "the fee is for the chosen time");
  await payTheFee(at);
  await seeReceipt(at);
  assert.match(await visitor.reads("title"), /挂号成功/);
  assert.match(await visitor.reads("receipt"), new RegExp(time));
  const paper = await hand.paper();
  assert.match(paper, new RegExp(time), "the slip says when");
  assert.match(paper, /号/);
  await takeCardAndGo(at);
});

journey("where the patient usually goes: one tap to the fee (R-REG-06)", async (at) => {
  const { visitor } = at;
  await insertCard(at, "habit");
  await visitor.press("service-register");
  await visitor.sees("register.departments");
  await visitor.finds("habit");
  await visitor.press("habit-take");
  await visitor.sees("order.confirm");
  await payTheFee(at);
  await seeReceipt(at);
  await takeCardAndGo(at);
});

journey("a slot that is taken meanwhile costs nothing and leads back to the list", async (at) => {
  const { visitor, hand } = at;
  const before = await hand.books();
  await insertCard(at, "no_bills");
  await visitor.press("service-register");
  const scheduleId = await chooseSchedule(at);
  const slot = visitor.page.locator("[data-testid=slot]").first();
  const slotId = await slot.getAttribute("data-slot");
  assert.ok(slotId);
  await takeSlot(at, { story: "all_fund", scheduleId, slotId });
  await slot.click();
  await visitor.sees("order.slot_taken");
  await visitor.finds("nothing-kept");
  await visitor.press("another-slot");
  await visitor.sees("register.slots");
  await visitor.finds("slot-taken");
  assert.equal(await visitor.page.locator(`[data-slot="${slotId}"]`).count(), 0);
  assert.deepEqual(await hand.books(), before, "nothing was charged");
  await visitor.press("slot");
  await visitor.sees("order.confirm");
});

journey("whoever turns back before paying is charged nothing and keeps no slot", async (at) => {
  const { visitor, hand } = at;
  const before = await hand.books();
  await insertCard(at, "no_bills");
  await visitor.press("service-register");
  await chooseSchedule(at);
  const slots = await visitor.page.locator("[data-testid=slot]").count();
  await visitor.press("slot");
  await visitor.sees("order.confirm");
  await visitor.press("back");
  await chooseSchedule(at);
  await until(
    "the slot given back",
    () => visitor.page.locator("[data-testid=slot]").count(),
    (count) => count === slots,
  );
  assert.deepEqual(await hand.books(), before);
});

journey(
  "a deposit for a stay, and what is left of it after the stay (R-PAY-18, R-REF-07)",
  async (at) => {
    const { visitor, hand, stack } = at;
    await stack.set("services.open", ["pay", "register", "inpatient"]);
    await visitor.page.reload();
    const before = await hand.books();
    await insertCard(at, LIES_IN);
    await visitor.press("service-inpatient");
    await visitor.sees("inpatient.stay");
    await visitor.page.locator("[data-choice=preset-100000]").click();
    await visitor.sees("order.confirm");
    assert.equal(await visitor.readsFen("quote-cash"), 100_000n);
    await payTheFee(at);
    await seeReceipt(at);
    assert.match(await hand.paper(), /住院预交金/);
    await takeCardAndGo(at);
    const paid = await hand.books();
    assert.deepEqual([paid.bank - before.bank, paid.his - before.his], [100_000n, 100_000n]);
    await hand.settleStay(at.person(LIES_IN).idNumber, "900.00");
    await insertCard(at, LIES_IN);
    await visitor.press("service-inpatient");
    await visitor.sees("inpatient.discharge");
    assert.equal(await visitor.readsFen("due"), 10_000n);
    await visitor.press("discharge-ask");
    await visitor.sees("inpatient.confirm");
    await visitor.press("discharge-confirm");
    await visitor.sees("inpatient.returned");
    await visitor.finds("slip-printed");
    assert.match(await hand.paper(), /出院退费凭条/);
    const { bank, his } = await hand.books();
    assert.deepEqual([bank - before.bank, his - before.his], [90_000n, 90_000n]);
    await takeCardAndGo(at);
  },
);

/** Story of whoever lies in hospital from the start. */
const LIES_IN = "one_bill_resident";

/** The first department and half-day with open slots; the schedule's id. */
async function chooseSchedule({ visitor }: Journey): Promise<string> {
  await visitor.sees("register.departments");
  await visitor.page.locator("[data-testid=department]:enabled").first().click();
  await visitor.sees("register.schedules");
  const half = visitor.page.locator("[data-testid^=half-]:enabled").first();
  const scheduleId = await half.getAttribute("data-schedule");
  assert.ok(scheduleId);
  await half.click();
  await visitor.sees("register.slots");
  return scheduleId;
}

async function payTheFee(at: Journey): Promise<void> {
  const { visitor } = at;
  const cash = await visitor.readsFen("quote-cash");
  await visitor.press("order-confirm");
  if (cash === 0n) return;
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await payShownCode(at);
}
