import assert from "node:assert/strict";
import { openJourneys } from "./journey.ts";
import { confirmFigures, openBills, seeReceipt, takeCardAndGo } from "./pay.ts";

const journey = openJourneys();

journey(
  "one code opens a page on the phone, the screen follows it, and another way stays open (R-PAY-10)",
  async (at) => {
    const { visitor, hand, context, stack } = at;
    await stack.set("payment.modes", ["show_code", "scan_code", "medical_mix"]);
    await openBills(at, "two_bills");
    await confirmFigures(at);
    await visitor.press("tender-one_code");
    await visitor.sees("order.one_code");
    const phone = await context.newPage();
    await phone.goto(await visitor.codeText());
    await phone.locator("button[value=show_code]").click();
    await visitor.sees("order.one_code_paying");
    const text = await phone.content();
    assert.doesNotMatch(text, /<script/);
    await phone.close();
    await visitor.press("back");
    await visitor.sees("order.choose_tender");
    await visitor.press("tender-one_code");
    await visitor.press("direct-code");
    await visitor.sees("order.pay");
    await hand.phone("pay", await visitor.codeText());
    await seeReceipt(at);
    await takeCardAndGo(at);
  },
);
