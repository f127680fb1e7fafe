import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import axe from "axe-core";
import * as esbuild from "esbuild";
import { bundleConsole, indexNaming } from "../../tools/build_console.ts";
import { CONSOLE_POLICY } from "../../server/console_pages.ts";
import { standStill } from "../../tests/journeys/screen_rules.ts";
import { SCENES } from "./scenes.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Of the issue: the smallest desktop, and the usual one. */
const SIZES = [[1366, 768], [1920, 1080]] as const;

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

Deno.test({
  name: "every page of the console fits its screen, and reads well to those who cannot see it",
  ignore: !await exists(CHROMIUM),
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async (test) => {
    const files = await builtFiles();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      // Side by side: each waits for frames to be drawn most of its time.
      const looks = await Promise.all(SIZES.map((size) => lookAtAll(browser, files, size)));
      for (const { size: [width, height], faults, complaints } of looks) {
        await test.step(`${width}×${height}`, () => {
          assert.deepEqual(faults, []);
          assert.deepEqual(complaints, [], "what the browser itself complained about");
        });
      }
    } finally {
      await browser.close();
    }
  },
});

interface Look {
  readonly size: (typeof SIZES)[number];
  readonly faults: readonly string[];
  readonly complaints: readonly string[];
}

async function lookAtAll(
  browser: Browser,
  files: ReadonlyMap<string, string>,
  size: (typeof SIZES)[number],
): Promise<Look> {
  const [width, height] = size;
  const { page, complaints } = await openPage(browser, files, { width, height });
  const faults: string[] = [];
  for (const name of Object.keys(SCENES)) {
    await showScene(page, name);
    for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
    if (width > 1366) continue;
    for (const fault of await accessFaults(page)) faults.push(`${name}: ${fault}`);
  }
  await page.close();
  return { size, faults, complaints };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function builtFiles(): Promise<ReadonlyMap<string, string>> {
  const built = [
    ...await bundleConsole({ console: "preview/main.tsx" }),
    ...await bundleConsole({ console: "design/console.css" }),
  ];
  await esbuild.stop();
  const decoder = new TextDecoder();
  return new Map([
    ["/", decoder.decode((await indexNaming(built)).bytes)],
    ...built.map(([path, { bytes }]) => [`/console${path}`, decoder.decode(bytes)] as const),
  ]);
}

async function openPage(
  browser: Browser,
  files: ReadonlyMap<string, string>,
  viewport: { readonly width: number; readonly height: number },
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce", locale: "zh-CN" });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") complaints.push(line.text());
  });
  await page.route("**/*", (route) => {
    const path = new URL(route.request().url()).pathname;
    const body = files.get(path);
    if (body === undefined) return route.fulfill({ status: 404, body: "" });
    const headers = { "content-type": typeOf(path), "content-security-policy": CONSOLE_POLICY };
    return route.fulfill({ headers, body });
  });
  return { page, complaints };
}

function typeOf(path: string): string {
  if (path.endsWith(".js")) return "text/javascript; charset=utf-8";
  return path.endsWith(".css") ? "text/css; charset=utf-8" : "text/html; charset=utf-8";
}

async function showScene(page: Page, name: string): Promise<void> {
  if (page.url() === "about:blank") await page.goto(`http://console.test/#${name}`);
  else await page.evaluate(`location.hash = ${JSON.stringify(name)}`);
  await page.waitForSelector(`html[data-ready="${name}"]`, { state: "attached" });
  await standStill(page);
}

/** Text as source: the page's own globals are not those of this file. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const faults = [];
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) faults.push("the page is " + wide + " px too wide");
    for (const element of document.querySelectorAll("button, a, input, select, textarea")) {
      if (element.closest(".skip, .table-frame")) continue;
      const box = element.getBoundingClientRect();
      const name = element.dataset.testid || element.textContent || element.name;
      if (box.width === 0) continue;
      if (box.left < 0 || box.right > innerWidth + 1) faults.push("off the screen: " + name);
      if (box.height < 20) faults.push("hard to hit: " + name);
    }
    if (!document.title.includes("一卡通管理控制台")) faults.push("no title");
    return faults;
  })()`);
}

async function accessFaults(page: Page): Promise<string[]> {
  // The page stays the same from scene to scene.
  if (await page.evaluate("typeof axe") === "undefined") await page.evaluate(axe.source);
  return await page.evaluate(`axe.run(document, {
    runOnly: ${JSON.stringify(RULES)},
    resultTypes: ["violations"],
  }).then((found) => found.violations.map((each) =>
    each.id + ": " + each.nodes.map((node) => node.html.slice(0, 140)).join(" | ")))`);
}
