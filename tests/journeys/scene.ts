import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";

/** Where screens of failed journeys are put. */
const PICTURES = "data/journeys";
const LOOK_MS_MAX = 10_000;
const TEXT_LENGTH_MAX = 1_500;

/** Runs it; where it fails, the error says in which step, and what every page showed then. */
export async function told<Result>(
  browser: Browser,
  name: string,
  run: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    // What the pages told people comes first: a run's last lines have room for little.
    const alerts = await alertsOf(browser);
    const seen = await sceneOf(browser, name);
    throw new Error(`${alerts}: ${why}\nCannot go on in "${name}":\n${seen}`, { cause });
  }
}

type Step = (name: string, run: () => Promise<void> | void) => Promise<void>;

/** Steps of a test, each of which stands on what those before it did. */
export function stepsOf(test: Deno.TestContext, browser: Browser): Step {
  return async (name, run) => {
    assert.ok(await test.step(name, () => told(browser, name, run)), name);
  };
}

/** What is read aloud on any page: why something was refused, that the platform does not answer. */
async function alertsOf(browser: Browser): Promise<string> {
  const alerts: string[] = [];
  for (const page of pagesOf(browser)) {
    const timeout = LOOK_MS_MAX;
    const said = await page.locator("body").evaluate(readAlerts, undefined, { timeout })
      .catch((thrown: unknown) => [reasonOf(thrown)]);
    alerts.push(...said.map((text) => text.replaceAll(/\s+/g, " ")).filter(Boolean));
  }
  return alerts.length === 0 ? "No page shows an alert" : `On the pages: ${alerts.join("; ")}`;
}

/** Runs in the page. */
function readAlerts(body: HTMLElement): string[] {
  return [...body.querySelectorAll<HTMLElement>("[role=alert]")].map((alert) => {
    const { code } = alert.dataset;
    return `${alert.innerText.trim()}${code === undefined ? "" : ` (${code})`}`;
  });
}

function pagesOf(browser: Browser): Page[] {
  return browser.contexts().flatMap((context) => context.pages());
}

/** Each page with its address, what has the focus, its text, and where its picture lies. */
async function sceneOf(browser: Browser, name: string): Promise<string> {
  await Deno.mkdir(PICTURES, { recursive: true });
  const looks: string[] = [];
  for (const [at, page] of pagesOf(browser).entries()) {
    const path = `${PICTURES}/${nameOf(name)}_${at + 1}.png`;
    looks.push(await lookAt(page, path));
  }
  return looks.join("\n");
}

async function lookAt(page: Page, path: string): Promise<string> {
  const timeout = LOOK_MS_MAX;
  const text = await page.locator("body").innerText({ timeout }).catch(reasonOf);
  const focused = await page.locator(":focus").first()
    .evaluate((element) => element.outerHTML.slice(0, 160), undefined, { timeout: 1_000 })
    .catch(() => "nothing");
  const picture = await page.screenshot({ path, timeout }).then(() => path, reasonOf);
  const shown = text.replaceAll(/\s*\n\s*/g, " | ").slice(0, TEXT_LENGTH_MAX);
  return `--- ${page.url()}\n    focus: ${focused}\n    picture: ${picture}\n    text: ${shown}`;
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.split("\n")[0] ?? "" : String(thrown);
}

function nameOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, "_").slice(0, 80);
}
