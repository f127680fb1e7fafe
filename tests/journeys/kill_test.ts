import assert from "node:assert/strict";
import { agree } from "./books.ts";
import { openBrowser } from "./browser.ts";
import { devProcess } from "./dev_process.ts";
import { type Hand, handOf } from "./hand.ts";
import { stepsOf } from "./scene.ts";
import { until, WAIT_MS_MAX } from "./until.ts";
import { openKiosk, type Visitor, visitorAt } from "./visitor.ts";

const HIS_DELAY_MS = 60_000;
/** None is answered before the process is killed, however slow the screens are. */
const HIS_DELAYS = 100;

Deno.test({
  name: "a process killed in the middle of a payment completes it when it is started again",
  // The browser's pipes end after the test's own end.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using dev = await devProcess();
    await dev.start();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
      page.setDefaultTimeout(WAIT_MS_MAX);
      const step = stepsOf(test, browser);
      await openKiosk(page, () => page.goto(dev.kioskUrl));
      const visitor = visitorAt(page);
      const handNow = async () => handOf({ ...dev, token: await dev.token() });

      await step("killed just after the phone paid", async () => {
        const hand = await handNow();
        await showCode({ visitor, hand }, "two_bills");
        await hand.phone("pay", await visitor.codeText());
        await dev.kill();
        await dev.start();
        await seeItThrough({ visitor, hand: await handNow() });
      });

      await step("killed while HIS is asked to post", async () => {
        const hand = await handNow();
        await showCode({ visitor, hand }, "one_bill_resident");
        for (const call of ["post", "find_posting"]) {
          await hand.plan("his", call, { kind: "delay", ms: HIS_DELAY_MS }, HIS_DELAYS);
        }
        await hand.phone("pay", await visitor.codeText());
        await until("the bank's money", () => hand.books(), (books) => !agree(books));
        await visitor.seesOneOf("order.pay_paid", "order.working", "order.unknown");
        await dev.kill();
        await dev.start();
        await seeItThrough({ visitor, hand: await handNow() });
      });
    } finally {
      await browser.close();
    }
  },
});

interface There {
  readonly visitor: Visitor;
  readonly hand: Hand;
}

async function showCode({ visitor, hand }: There, story: string): Promise<void> {
  await visitor.sees("home");
  await hand.device({ do: "tap_card", personId: story });
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await visitor.sees("order.pay");
}

/** The patient still stands there: the screen that was open says how it ended. */
async function seeItThrough({ visitor, hand }: There): Promise<void> {
  await visitor.sees("order.completed");
  await visitor.finds("slip-printed");
  const books = await until("books that agree", () => hand.books(), agree);
  assert.ok(books.his > 0n);
  await visitor.press("finish");
  await visitor.goesHome();
}
