import assert from "node:assert/strict";
import { type Journey, openJourneys } from "./journey.ts";
import { insertCard, showCode } from "./pay.ts";
import { until } from "./until.ts";
import { openKiosk } from "./visitor.ts";

/** Of `kiosk.idle` and of kiosk-ui/flows/kiosk/idle.ts. */
const WARN_AFTER_MS = 45_000;
const END_AFTER_MS = 60_000;
const FAREWELL_MS = 6_000;
const TAKE_CARD_MS = 25_000;
const ATTRACT_AFTER_MS = 90_000;
const TICK_MS = 1_000;

const journey = openJourneys();

journey("whoever walks away is warned, then forgotten without a trace", async (at) => {
  const { visitor, hand, person } = at;
  await startClock(at);
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "no_bills" });
  await visitor.sees("register.departments");
  await pass(at, WARN_AFTER_MS);
  await visitor.page.waitForSelector("[data-overlay=idle]");
  await visitor.page.locator("[data-testid=idle-stay]").click();
  await visitor.page.waitForSelector("[data-overlay=idle]", { state: "detached" });
  await visitor.sees("register.departments");
  await pass(at, WARN_AFTER_MS);
  await visitor.page.waitForSelector("[data-overlay=idle]");
  // Looked for beforehand: it stands there for some seconds only.
  const farewell = visitor.sees("farewell");
  await pass(at, END_AFTER_MS - WARN_AFTER_MS);
  await farewell;
  await pass(at, FAREWELL_MS);
  await visitor.sees("home");
  const { name, idNumber } = person("no_bills");
  await assertForgotten(at, [name, `${name[0]}*`, idNumber, idNumber.slice(-4)]);
});

journey("退出 on the warning ends at once", async (at) => {
  const { visitor, hand } = at;
  await startClock(at);
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "no_bills" });
  await visitor.sees("register.departments");
  await pass(at, WARN_AFTER_MS);
  const farewell = visitor.sees("farewell");
  await visitor.page.locator("[data-testid=idle-end]").click();
  await farewell;
});

journey("any touch takes the warning away", async (at) => {
  const { visitor, hand } = at;
  await startClock(at);
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "no_bills" });
  await visitor.sees("register.departments");
  await pass(at, WARN_AFTER_MS);
  await visitor.page.waitForSelector("[data-overlay=idle]");
  await visitor.page.mouse.click(5, 5);
  await visitor.page.waitForSelector("[data-overlay=idle]", { state: "detached" });
  await visitor.sees("register.departments");
});

journey("the next patient sees nothing of the last one", async (at) => {
  const { visitor, hand, person } = at;
  await insertCard(at, "two_bills");
  await visitor.sees("services");
  await visitor.press("exit");
  await visitor.sees("take_card");
  await hand.device({ do: "pull_card" });
  await visitor.sees("home");
  await insertCard(at, "card_v2");
  await visitor.sees("services");
  const { name, idNumber } = person("two_bills");
  await assertForgotten(at, [name, `${name[0]}*`, idNumber, idNumber.slice(-4)]);
});

journey("a card left behind: staff are called, and taking it ends that", async (at) => {
  const { visitor, hand } = at;
  await startClock(at);
  await insertCard(at, "two_bills");
  await visitor.sees("services");
  await visitor.press("exit");
  await visitor.sees("take_card");
  const called = visitor.page.waitForRequest("**/local/v1/calls");
  await pass(at, TAKE_CARD_MS);
  await visitor.sees("card_left");
  assert.match((await called).postData() ?? "", /card_left_behind/);
  await hand.device({ do: "pull_card" });
  await visitor.sees("home");
});

journey("nobody there: the attract screen, and a touch wakes it", async (at) => {
  const { visitor } = at;
  await startClock(at);
  await visitor.sees("home");
  await pass(at, ATTRACT_AFTER_MS);
  await visitor.sees("attract");
  await visitor.page.mouse.click(500, 500);
  await visitor.sees("home");
});

journey("leaving while the bank is asked: a slip first", async (at) => {
  const { visitor, hand } = at;
  await at.prescribe("two_bills", "cold");
  await insertCard(at, "two_bills");
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.press("order-confirm");
  await showCode(at);
  const code = await visitor.codeText();
  await visitor.press("exit");
  await visitor.page.waitForSelector("[data-overlay=leave]");
  await visitor.page.locator("[data-testid=leave-go]").click();
  await visitor.sees("take_card");
  await visitor.readsText("凭条在出纸口");
  await hand.phone("pay", code);
  await hand.device({ do: "pull_card" });
  await visitor.sees("home");
  await until("the slip", () => hand.paper(), (paper) => paper.includes("不要重复支付"));
});

/** From here on the browser's time passes when the journey says so, or by itself. */
async function startClock({ visitor }: Journey): Promise<void> {
  await visitor.page.clock.install();
  await openKiosk(visitor.page, () => visitor.page.reload());
  await visitor.sees("home");
}

async function pass({ visitor }: Journey, ms: number): Promise<void> {
  await visitor.page.clock.runFor(ms + TICK_MS);
}

async function assertForgotten({ visitor, context }: Journey, words: readonly string[]) {
  const traces = await visitor.page.evaluate(async () =>
    JSON.stringify([
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.length,
      (await indexedDB.databases()).length,
      (await caches.keys()).length,
    ])
  );
  for (const word of words) {
    assert.ok(!traces.includes(word), `"${word.length} characters" are left`);
  }
  assert.equal((await context.storageState()).cookies.length, 0);
}
