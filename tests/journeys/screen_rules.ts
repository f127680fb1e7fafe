import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** Of the specification: fingers of old people on a 1080-wide portrait screen. */
const TOUCH_PX_MIN = 80;
const PORTRAIT_WIDTH = 1080;
const PORTRAIT_HEIGHT = 1920;

/** What is wrong with the layout of the screen that is shown; empty when nothing is. */
export async function layoutFaults(page: Page): Promise<string[]> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const touchMin = width === PORTRAIT_WIDTH && height === PORTRAIT_HEIGHT ? TOUCH_PX_MIN : 0;
  return await page.evaluate((touchMin) => {
    const faults: string[] = [];
    const scrolls = document.documentElement.scrollWidth - innerWidth;
    if (scrolls > 0) faults.push(`the page is ${scrolls} px too wide`);
    for (const button of document.querySelectorAll<HTMLElement>("#app button")) {
      const { left, top, right, bottom, width, height } = button.getBoundingClientRect();
      const name = button.dataset["testid"] ?? button.textContent ?? "?";
      if (left < -0.5 || right > innerWidth + 0.5) {
        faults.push(`${name} leaves the screen sideways`);
      }
      if (top < -0.5 || bottom > innerHeight + 0.5) faults.push(`${name} is below the screen`);
      const small = Math.min(width, height);
      if (small < touchMin - 0.5) {
        faults.push(
          `${name} is ${Math.round(width)}×${Math.round(height)} px, expected ${touchMin}`,
        );
      }
    }
    for (const box of document.querySelectorAll<HTMLElement>("#app *")) {
      const cut = box.clientWidth > 0 && box.scrollWidth - box.clientWidth > 1 &&
        getComputedStyle(box).overflowX !== "visible";
      if (cut) faults.push(`${box.className} cuts off ${box.scrollWidth - box.clientWidth} px`);
    }
    return faults;
  }, touchMin);
}

/** Whatever moves longer turns for ever, or counts down. */
const MOVE_MS_MAX = 2_000;
/** What a screen begins to move it begins in the frame behind the next. */
const STILL = `new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)))
  .then(() => Promise.all(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < ${MOVE_MS_MAX})
    .map(({ finished }) => finished.catch(() => null)))).then(() => null)`;

/** Until what grows and fades has done so. */
export async function standStill(page: Page): Promise<void> {
  await page.evaluate(STILL);
}

/** Serious and critical findings of axe-core, each with the element it is about. */
export async function accessFaults(page: Page): Promise<string[]> {
  await standStill(page);
  // Runs in the page's world through the debugger, which the page's policy does not bind.
  if (await page.evaluate("typeof axe") === "undefined") await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run({ include: ["#app"] }, { resultTypes: ["violations"] })',
  );
  return violations.filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
