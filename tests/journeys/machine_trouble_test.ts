import assert from "node:assert/strict";
import { openJourneys } from "./journey.ts";
import { openBills, openTenders, payShownCode, seeReceipt, showCode } from "./pay.ts";
import { until } from "./until.ts";

const journey = openJourneys();

journey("no paper before paying: said before the money, printed when there is some", async (at) => {
  const { visitor, hand } = at;
  await hand.device({ do: "set_paper", paper: "out" });
  await openBills(at, "two_bills");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.finds("no-paper");
  await visitor.press("order-confirm");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await visitor.sees("order.completed");
  await visitor.finds("slip-not-printed");
  await visitor.finds("receipt-number");
  await hand.device({ do: "set_paper", paper: "full" });
  await visitor.press("slip-print");
  await visitor.finds("slip-printed");
});

journey("the paper ends in the middle of the slip", async (at) => {
  const { visitor, hand } = at;
  await openTenders(at, "two_bills");
  await hand.device({ do: "set_paper_lines", linesLeft: 3 });
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await visitor.sees("order.completed");
  await visitor.finds("slip-not-printed");
  await hand.device({ do: "set_paper", paper: "full" });
  await visitor.press("slip-print");
  await visitor.finds("slip-printed");
});

journey("the terminal cannot be asked at boot: says so, and starts when it can", async (at) => {
  const { visitor } = at;
  // A terminal that has never heard from the platform writes no settings into its page.
  await at.context.route((url) => url.pathname === "/", async (route) => {
    const response = await route.fetch();
    const page = await response.text();
    await route.fulfill({ response, body: page.replace(/<meta name="kiosk-settings"[^>]*>/, "") });
  });
  await at.context.route("**/local/v1/settings", (route) => route.abort());
  await visitor.page.reload();
  await visitor.sees("unreachable");
  await at.context.unroute("**/local/v1/settings");
  await visitor.sees("home");
});

journey("the line to the platform is cut at home, and mended", async ({ visitor, hand }) => {
  await visitor.sees("home");
  await hand.network(false);
  await visitor.page.reload();
  await visitor.sees("home");
  await visitor.finds("offline");
  assert.ok(await visitor.page.locator("[data-testid=service-pay]").isDisabled());
  await hand.network(true);
  await visitor.page.locator("[data-testid=service-pay]:enabled").waitFor();
});

journey("the line is cut while the patient pays: nothing is lost", async (at) => {
  const { visitor, hand } = at;
  await openTenders(at, "two_bills");
  await showCode(at);
  const code = await visitor.codeText();
  await hand.network(false);
  await hand.phone("pay", code);
  await visitor.page.locator("[data-testid=status][data-tone=bad]").waitFor();
  await hand.network(true);
  await seeReceipt(at);
});

journey("暂停服务 closes the screens, and opens them again", async ({ visitor, hand, stack }) => {
  await visitor.sees("home");
  await stack.set("terminal.suspended", true);
  try {
    await hand.device({ do: "take_paper" });
    await visitor.sees("suspended");
    await visitor.readsText("暂停服务");
  } finally {
    await stack.set("terminal.suspended", false);
  }
  await hand.device({ do: "take_paper" });
  await visitor.sees("home");
});

journey("staff are called, with a number to wait by", async ({ visitor }) => {
  await visitor.sees("home");
  await visitor.press("call-staff");
  await visitor.page.waitForSelector("[data-overlay=staff] [data-testid=call-number]");
  await visitor.press("staff-close");
  await visitor.page.waitForSelector("[data-overlay=staff]", { state: "detached" });
});

journey("a reader that is down takes its way off the screen", async ({ visitor, hand }) => {
  await hand.device({ do: "set_device", device: "id_card_reader", online: false });
  try {
    await visitor.press("service-pay");
    await visitor.sees("identify.waiting");
    await visitor.page.locator("[data-testid=way-id_card]:disabled").waitFor();
  } finally {
    await hand.device({ do: "set_device", device: "id_card_reader", online: true });
  }
  await visitor.page.locator("[data-testid=way-id_card]:enabled").waitFor();
});

journey("the line is cut before the order is made: it waits, and is made once", async (at) => {
  const { visitor, hand } = at;
  await openBills(at, "two_bills");
  await hand.network(false);
  await visitor.press("bills-pay");
  await visitor.sees("order.preparing");
  await visitor.page.locator("[data-testid=status][data-tone=bad]").waitFor();
  await hand.network(true);
  await visitor.sees("order.confirm");
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
});

journey("power that runs out closes the tiles, and opens them again", async ({ visitor, hand }) => {
  const { page } = visitor;
  await visitor.sees("home");
  await hand.device({ do: "set_supply", supply: "battery" });
  await page.locator("[data-testid=service-pay]:enabled").waitFor();
  await hand.device({ do: "set_supply", supply: "battery_low" });
  await visitor.finds("power-low");
  await page.locator("[data-testid=service-pay]:disabled").waitFor();
  await visitor.readsText("本机暂时不能办理");
  await hand.device({ do: "set_supply", supply: "mains" });
  await page.locator("[data-testid=service-pay]:enabled").waitFor();
});

journey("a door that is opened is told to the platform, and disturbs no visit", async (at) => {
  const { visitor, hand, stack } = at;
  await openBills(at, "two_bills");
  await hand.device({ do: "set_door", open: true });
  await hand.device({ do: "knock" });
  await visitor.sees("bills.list");
  const kinds = () =>
    stack.db.selectFrom("terminal_event").select("kind").where("kind", "like", "cabinet.%")
      .execute();
  await until(
    "door and knock in the platform's books",
    kinds,
    (events) => wanted(events, ["cabinet.door_opened", "cabinet.vibration"]),
  );
  await hand.device({ do: "set_door", open: false });
  await until("a door that is shut", kinds, (events) => wanted(events, ["cabinet.door_closed"]));
});

function wanted(events: readonly { readonly kind: string }[], kinds: readonly string[]): boolean {
  return kinds.every((kind) => events.some((event) => event.kind === kind));
}
