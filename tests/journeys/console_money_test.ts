import assert from "node:assert/strict";
import { askedLater } from "./asked_later.ts";
import { administratorsIn, clerkIn } from "./console_clerk.ts";
import { type Journey, openJourneys } from "./journey.ts";
import { SETTING_DEFAULTS } from "../../server/modules/settings/setting.ts";
import type { Official } from "./official.ts";
import { confirmFigures, openBills, payShownCode, seeReceipt, takeCardAndGo } from "./pay.ts";
import { until } from "./until.ts";

const journey = openJourneys({ devices: "virtual" });
const STORY = "two_bills";

journey(
  "what was paid goes back at the window by two, and an order that stands is closed by two (R-REF-03, R-REF-05)",
  async (at) => {
    const { stack, hand, context, visitor } = at;
    const browser = context.browser();
    assert.ok(browser);
    const administrators = { browser, stack, ...await administratorsIn(browser, stack) };
    const clerk = (login: string, name: string, role: string) =>
      clerkIn(administrators, { login, name, role });
    const asker = await clerk("wu.hao", "吴浩", "财务人员");
    const decider = await clerk("zhou.min", "周敏", "财务人员");
    const cashier = await clerk("lin.xia", "林夏", "收费人员");

    await stack.set("refund.limits", { ...SETTING_DEFAULTS["refund.limits"], staffFenMax: 0 });
    await openBills(at, STORY);
    await confirmFigures(at);
    await visitor.press("tender-show_code");
    await payShownCode(at);
    await seeReceipt(at);
    await takeCardAndGo(at);
    const [paid] = await ordersOf(at);
    assert.ok(paid && (await hand.books()).bank > 0n);
    await refundAtWindow(at, { cashier, decider, orderId: paid.id });

    await askedLater(stack, async (askAgain) => {
      await openBills(at, STORY);
      await confirmFigures(at);
      await visitor.press("tender-show_code");
      await hand.plan("his", "*", { kind: "lose_request" }, 500);
      await payShownCode(at);
      const stands = await until(
        "an order that HIS did not post",
        () => ordersOf(at),
        ([first]) => first?.state === "fulfilling",
      );
      const standing = stands[0]?.id ?? "";
      await closeByTwo(at, { asker, decider, orderId: standing });
      askAgain();
      await until("the order closed", () => ordersOf(at), ([first]) => first?.state === "unwound");
    });
    assert.equal((await hand.books()).bank, 0n, "the patient's money is back at the bank");

    for (const official of [asker, decider, cashier]) assert.deepEqual(official.complaints, []);
  },
);

interface Closing {
  readonly asker: Official;
  readonly decider: Official;
  readonly orderId: string;
}

async function closeByTwo(at: Journey, { asker, decider, orderId }: Closing): Promise<void> {
  const page = `${at.stack.platformUrl}/console/orders`;
  await asker.page.goto(`${page}?state=fulfilling`);
  await asker.sees("orders-table");
  await asker.page.goto(`${page}/${orderId}`);
  await asker.sees("order-payments");
  await asker.page.getByTestId("ask-close").press("Enter");
  await asker.sees("order-act");
  await asker.types("HIS 始终没有入账，患者要求退回", "Enter");
  await asker.page.getByTestId("order-acts").getByText("您申请的").waitFor();
  assert.equal(await asker.page.getByTestId("act-approve").count(), 0, "nobody decides on his own");

  await decider.page.goto(`${page}?queue=approval`);
  await decider.sees("orders-table");
  await decider.page.goto(`${page}/${orderId}`);
  await decider.page.getByTestId("act-approve").press("Enter");
  await decider.sees("order-act");
  await at.hand.tidy();
  await decider.page.getByTestId("form-send").press("Enter");
  await decider.page.getByTestId("order-acts").getByText("已批准").waitFor();
}

interface Refunding {
  readonly cashier: Official;
  readonly decider: Official;
  readonly orderId: string;
}

async function refundAtWindow(
  at: Journey,
  { cashier, decider, orderId }: Refunding,
): Promise<void> {
  const pages = `${at.stack.platformUrl}/console`;
  const table = (page: Official["page"]) => page.getByTestId("order-refunds");
  // What staff begins has the time of this desk in its id.
  await cashier.page.clock.install({ time: at.stack.clock.now() });
  await cashier.page.goto(`${pages}/orders/${orderId}`);
  await table(cashier.page).getByText("没有申请过退费").waitFor();
  await cashier.page.getByTestId("refund-order").press("Enter");
  await cashier.sees("needs-approval");
  await cashier.page.getByTestId("form-send").press("Enter");
  await cashier.sees("refund-acts");
  assert.equal(await cashier.page.getByTestId("approve").count(), 0, "nobody decides on his own");

  await decider.page.goto(`${pages}/refunds?state=asked`);
  await decider.sees("refunds-table");
  await decider.page.getByTestId("refunds-table").getByText("林夏").waitFor();
  await decider.page.goto(cashier.page.url());
  await decider.page.getByTestId("approve").press("Enter");
  await decider.sees("refund-deed");
  await decider.page.getByTestId("form-send").press("Enter");
  await decider.page.getByTestId("refund-deed").waitFor({ state: "detached" });
  await until("the money back at the bank", () => at.hand.books(), ({ bank }) => bank === 0n);

  await decider.page.reload();
  const shown = decider.page.getByTestId("refund");
  for (const text of ["已退回", "林夏", "周敏"]) await shown.getByText(text).first().waitFor();
  await decider.page.getByTestId("to-line").press("Enter");
  await decider.sees("order-line");
  await cashier.page.goto(`${pages}/orders/${orderId}`);
  await table(cashier.page).getByText("已退回").waitFor();
}

/** The newest first. */
async function ordersOf({ stack }: Journey) {
  return await stack.db.selectFrom("checkout_order").select(["id", "state", "stop"])
    .where("kind", "=", "bills").orderBy("id", "desc").execute();
}
