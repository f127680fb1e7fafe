import assert from "node:assert/strict";
import { askedLater } from "./asked_later.ts";
import { type Journey, openJourneys } from "./journey.ts";
import { payShownCode } from "./pay.ts";
import { accessFaults, layoutFaults } from "./screen_rules.ts";

const JS_GZIP_BYTES_MAX = 80 * 1024;

const SIZES = [
  { width: 1080, height: 1920 },
  { width: 1920, height: 1080 },
  { width: 1280, height: 1024 },
  { width: 800, height: 1280 },
] as const;

const journey = openJourneys();

journey("every main screen holds at every size, for everybody (R-KIO-18)", async (at) => {
  const faults: string[] = [];
  const { page } = at.visitor;
  await walk(at, async (step) => {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const found = await layoutFaults(page);
      faults.push(...found.map((fault) => `${step} at ${size.width}×${size.height}: ${fault}`));
    }
    await page.setViewportSize(SIZES[0]);
    faults.push(...(await accessFaults(page)).map((fault) => `${step}: ${fault}`));
  });
  assert.deepEqual(faults, []);
}, SIZES[0]);

journey("the screens load at most 80 KB of script, without the dock", async ({ stack }) => {
  const script = await fetch(`${stack.kiosk.url}/kiosk.js`);
  assert.ok(script.body);
  const packed = await new Response(script.body.pipeThrough(new CompressionStream("gzip")))
    .arrayBuffer();
  assert.ok(packed.byteLength <= JS_GZIP_BYTES_MAX, `${packed.byteLength} bytes gzipped`);
});

/** One visit that comes by the main screens; `look` is called on each. */
async function walk(at: Journey, look: (step: string) => Promise<void>): Promise<void> {
  const { visitor, hand } = at;
  const see = async (step: string) => {
    await visitor.sees(step);
    await look(step);
  };
  // Patients' screens have the whole width; the dock is the developer's.
  await at.context.route("**/dock.js", (route) => route.abort());
  await visitor.page.reload();
  await see("home");
  await visitor.press("call-staff");
  await visitor.page.waitForSelector("[data-overlay=staff] [data-testid=call-number]");
  await look("staff");
  await visitor.page.locator("[data-testid=staff-close]").click();
  await visitor.press("service-pay");
  await see("identify.waiting");
  await visitor.press("way-code");
  await see("identify.guide_code");
  await hand.device({ do: "scan_text", text: "nobody's code" });
  await see("identify.not_recognised");
  await visitor.press("leave");
  await visitor.sees("home");
  await walkProfile(at, see);
  await hand.device({ do: "insert_card", personId: "one_bill_resident" });
  await see("services");
  await visitor.press("service-register");
  await see("register.departments");
  await visitor.page.locator("[data-testid=department]:enabled").first().click();
  await see("register.schedules");
  await visitor.page.locator("[data-testid^=half-]:enabled").first().click();
  await see("register.slots");
  await visitor.press("back");
  await visitor.sees("register.schedules");
  await visitor.press("back");
  await visitor.sees("register.departments");
  await visitor.press("back");
  await visitor.sees("services");
  await at.prescribe("one_bill_resident", "cold");
  await visitor.press("service-pay");
  await see("bills.list");
  await visitor.press("bill-open");
  await see("bills.detail");
  await visitor.press("back");
  await askedLater(at.stack, (askAgain) => walkPayment(at, { see, askAgain }));
}

async function walkProfile({ visitor, hand }: Journey, see: (step: string) => Promise<void>) {
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "no_his_record" });
  await see("profile.introducing");
  await visitor.press("profile-start");
  for (const digit of "13800138000") await visitor.press(`key-${digit}`);
  await see("profile.entering");
  await visitor.press("profile-next");
  await see("profile.confirming");
  await visitor.press("back");
  await visitor.sees("profile.entering");
  await visitor.press("leave");
  await see("farewell");
  await visitor.goesHome();
}

interface PaymentWalk {
  readonly see: (step: string) => Promise<void>;
  readonly askAgain: () => void;
}

async function walkPayment(at: Journey, { see, askAgain }: PaymentWalk): Promise<void> {
  const { visitor, hand } = at;
  await hand.plan("insurance", "2207", { kind: "settle_differs", byFen: 100 });
  await visitor.press("bills-pay");
  await see("order.confirm");
  await visitor.press("order-confirm");
  await see("order.confirm_again");
  await visitor.press("order-confirm");
  await see("order.choose_tender");
  await visitor.press("tender-scan_code");
  await see("order.scan");
  await visitor.press("back");
  await visitor.sees("order.choose_tender");
  await visitor.press("tender-show_code");
  await see("order.pay");
  await hand.plan("his", "post", { kind: "lose_answer" });
  await payShownCode(at);
  await see("order.unknown");
  askAgain();
  await see("order.completed");
  await visitor.press("finish");
  await see("take_card");
}
