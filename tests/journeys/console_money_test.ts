import assert from "node:assert/strict";
import { administratorsIn, clerkIn } from "./console_clerk.ts";
import { type Journey, openJourneys } from "./journey.ts";
import type { Official } from "./official.ts";
import { confirmFigures, openBills, payShownCode } from "./pay.ts";
import { until } from "./until.ts";

const journey = openJourneys({ devices: "virtual" });
const STORY = "two_bills";

journey(
  "an order that stands is closed by two, and the money is back at the bank (R-REF-05)",
  async (at) => {
    const { stack, hand, context, visitor } = at;
    const browser = context.browser();
    assert.ok(browser);
    const administrators = { browser, stack, ...await administratorsIn(browser, stack) };
    const clerk = (login: string, name: string, role: string) =>
      clerkIn(administrators, { login, name, role });
    const asker = await clerk("wu.hao", "吴浩", "财务人员");
    const decider = await clerk("zhou.min", "周敏", "财务人员");

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
    await until("the order closed", () => ordersOf(at), ([first]) => first?.state === "unwound");
    assert.equal((await hand.books()).bank, 0n, "the patient's money is back at the bank");

    for (const official of [asker, decider]) assert.deepEqual(official.complaints, []);
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

/** The newest first. */
async function ordersOf({ stack }: Journey) {
  return await stack.db.selectFrom("checkout_order").select(["id", "state", "stop"])
    .where("kind", "=", "bills").orderBy("id", "desc").execute();
}
