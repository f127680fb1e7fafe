import { openJourneys } from "./journey.ts";
import { seeReceipt } from "./pay.ts";

const journey = openJourneys();

/** What the README tells a newcomer to do, with nothing but the mouse. */
journey("a newcomer pays a bill with the dock alone", async (at) => {
  const { visitor } = at;
  const dock = (testId: string) => visitor.page.locator(`#dock [data-testid="${testId}"]`).first();
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
  await visitor.press("tender-show_code");
  await visitor.sees("order.pay");
  await dock("dock-phone-pay").click();
  await seeReceipt(at);
  await dock("dock-page-paper").click();
  await dock("dock-sheet").getByText("陈*明").first().waitFor();
  await visitor.press("finish");
  await visitor.sees("take_card");
  await dock("dock-pull-card").click();
  await visitor.sees("home");
}, { width: 1920, height: 1080 });
