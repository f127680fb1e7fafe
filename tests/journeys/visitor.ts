import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "./until.ts";

const TOUCH_MS_MAX = 2_000;

/** A person at the screen: looks, presses, reads. Every look waits till it can be seen. */
export interface Visitor {
  readonly page: Page;
  /** Waits for the screen of this name. */
  sees(step: string): Promise<void>;
  /** Waits for any of these screens; which one it was. */
  seesOneOf(...steps: string[]): Promise<string>;
  /** Waits for a thing on the screen. */
  finds(testId: string): Promise<void>;
  press(testId: string): Promise<void>;
  /** From the last screen to the first: touched away, where it did not go by itself. */
  goesHome(): Promise<void>;
  reads(testId: string): Promise<string>;
  /** An amount on the screen, in fen. */
  readsFen(testId: string): Promise<bigint>;
  /** Asserts that the text is somewhere on the screen, waiting for it. */
  readsText(text: string): Promise<void>;
  /** The text of the payment code on the screen. */
  codeText(): Promise<string>;
}

/** The page's own to the terminal, and the dock's. */
const LINES = 2;

/** Opens the kiosk, and waits for its lines: what a device reads before is told to nobody. */
export async function openKiosk(page: Page, open: () => Promise<unknown>): Promise<void> {
  let greeted = 0;
  page.on("websocket", (socket) => socket.once("framereceived", () => greeted++));
  await open();
  await until("the kiosk's lines", () => greeted, (count) => count >= LINES);
}

export function visitorAt(page: Page): Visitor {
  const one = (testId: string) => page.locator(`#app [data-testid="${testId}"]`).first();
  return {
    page,
    async sees(step) {
      await page.waitForSelector(`[data-step="${step}"]`).catch(async () => {
        assert.fail(`Cannot see the screen "${step}": it is "${await stepNow(page)}"`);
      });
    },
    async seesOneOf(...steps) {
      await page.waitForSelector(steps.map((step) => `[data-step="${step}"]`).join(", "));
      return await stepNow(page);
    },
    finds: (testId) => one(testId).waitFor(),
    press: (testId) => one(testId).click(),
    async goesHome() {
      await page.waitForSelector('[data-step="farewell"], [data-step="home"]');
      const farewell = page.locator('[data-step="farewell"] [data-testid=title]');
      if (await farewell.count() > 0) await farewell.click({ timeout: TOUCH_MS_MAX }).catch(gone);
      await page.waitForSelector('[data-step="home"]');
    },
    reads: async (testId) => (await one(testId).textContent() ?? "").trim(),
    readsFen: async (testId) => fenOf(await one(testId).textContent() ?? ""),
    readsText: (text) => page.locator("#app").getByText(text).first().waitFor(),
    async codeText() {
      const text = await one("qr").getAttribute("data-code");
      assert.ok(text, "the screen shows a payment code");
      return text;
    },
  };
}

/** It stands there for some seconds only. */
function gone(): void {}

async function stepNow(page: Page): Promise<string> {
  return await page.locator("[data-step]").first().getAttribute("data-step", { timeout: 1_000 })
    .catch(() => null) ?? "none";
}

/** `¥1,234.50` → 123450. */
function fenOf(text: string): bigint {
  const digits = text.replace(/[¥,\s]/g, "");
  assert.match(digits, /^\d+\.\d{2}$/, `an amount in yuan, got "${text}"`);
  return BigInt(digits.replace(".", ""));
}
