import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import axe from "axe-core";
import * as esbuild from "esbuild";
import { bundle } from "../../tools/build_kiosk.ts";
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

/** R-KIO-18: 32-inch portrait, 15.6-inch, 19-inch 5:4, 8-inch portrait. */
const SIZES = [[1080, 1920], [1920, 1080], [1280, 1024], [800, 1280]] as const;

/** Issue 2: touch targets, and body text at 1080 wide. */
const TOUCH_PX_MIN = 80;
const TEXT_PX_MIN = 28;

/** Axe over every scene takes long; these show every kind of control and dialog. */
const AXE_SCENES = [
  "home",
  "attract",
  "identify",
  "identify-face",
  "identify-face-number",
  "identify-again-stranger",
  "profile-entering",
  "coverage-unavailable",
  "bills-many",
  "bills-barred",
  "bills-detail",
  "register",
  "register-schedules",
  "register-slot-taken",
  "refund-list",
  "refund-choose",
  "refund-why",
  "refund-returned",
  "inpatient-stay",
  "inpatient-typing",
  "inpatient-tender",
  "inpatient-confirm",
  "inpatient-returned",
  "order-confirm",
  "order-confirm-again",
  "order-tender",
  "order-tender-all",
  "order-card-insert",
  "order-card-pin-skippable",
  "order-confirm-schemes",
  "order-confirm-relative",
  "order-one-code",
  "order-completed-refunds",
  "relatives-list",
  "relatives-notice",
  "relatives-relation",
  "relatives-medium",
  "relatives-withdraw",
  "order-pay",
  "order-unknown",
  "order-completed-no-paper",
  "overlay-idle",
  "overlay-staff",
];

Deno.test({
  name: "every screen holds on every size, and reads well to those who cannot see it",
  ignore: !await exists(CHROMIUM),
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async (test) => {
    const files = await builtFiles();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      for (const [width, height] of SIZES) {
        await test.step(`${width}×${height}`, async () => {
          const page = await openPage(browser, files, { width, height });
          const faults: string[] = [];
          for (const name of Object.keys(SCENES)) {
            await showScene(page, name);
            const smallText = width === 1080 ? TEXT_PX_MIN : 0;
            for (const fault of await faultsOf(page, smallText)) faults.push(`${name}: ${fault}`);
          }
          await page.close();
          assert.deepEqual(faults, []);
        });
      }
      await test.step("nothing is offered before the line is there and caught up", async () => {
        const page = await openPage(browser, files, { width: 1080, height: 1920 });
        const offered = () => page.locator("[data-testid^=service-]:enabled").count();
        await showScene(page, "home");
        assert.ok(await offered() > 0);
        for (const name of ["home-connecting", "home-offline", "home-power-low"]) {
          await showScene(page, name);
          assert.equal(await offered(), 0, name);
        }
        await page.close();
      });
      await test.step("axe-core finds nothing serious", async () => {
        const page = await openPage(browser, files, { width: 1080, height: 1920 });
        const found: string[] = [];
        for (const name of AXE_SCENES) {
          await showScene(page, name);
          for (const violation of await violationsOf(page)) found.push(`${name}: ${violation}`);
        }
        await page.close();
        assert.deepEqual(found, []);
      });
    } finally {
      await browser.close();
    }
  },
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function builtFiles(): Promise<ReadonlyMap<string, string>> {
  const script = await bundle({ preview: "preview/main.tsx" });
  const style = await bundle({ kiosk: "design/kiosk.css" });
  await esbuild.stop();
  const html = await Deno.readTextFile(new URL("../index.html", import.meta.url));
  const decoder = new TextDecoder();
  return new Map([
    ["/", html.replaceAll("/kiosk.js", "/preview.js")],
    ...[...script, ...style].map(([path, { bytes }]) => [path, decoder.decode(bytes)] as const),
  ]);
}

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:";

async function openPage(
  browser: Browser,
  files: ReadonlyMap<string, string>,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
  page.on("pageerror", (error) => assert.fail(error.message));
  await page.route("**/*", (route) => {
    const path = new URL(route.request().url()).pathname;
    const body = files.get(path);
    if (body === undefined) return route.fulfill({ status: 404, body: "" });
    const headers = { "content-type": typeOf(path), "content-security-policy": POLICY };
    return route.fulfill({ headers, body });
  });
  return page;
}

function typeOf(path: string): string {
  if (path.endsWith(".js")) return "text/javascript; charset=utf-8";
  return path.endsWith(".css") ? "text/css; charset=utf-8" : "text/html; charset=utf-8";
}

async function showScene(page: Page, name: string): Promise<void> {
  if (page.url() === "about:blank") await page.goto(`http://kiosk.test/#${name}`);
  else await page.evaluate(`location.hash = ${JSON.stringify(name)}`);
  await page.waitForSelector(`html[data-ready="${name}"]`);
}

/** Text as source: the page's own globals are not those of this file. */
function faultsOf(page: Page, textPxMin: number): Promise<string[]> {
  return page.evaluate(`(() => {
    const faults = [];
    const screen = document.querySelector(".screen");
    if (screen && screen.scrollHeight > screen.clientHeight + 1) {
      faults.push("scrolls by " + (screen.scrollHeight - screen.clientHeight));
    }
    for (const button of document.querySelectorAll("button")) {
      const box = button.getBoundingClientRect();
      const id = button.dataset.testid;
      if (!id) faults.push("button without a test id: " + button.textContent);
      if (box.height < ${TOUCH_PX_MIN} || box.width < ${TOUCH_PX_MIN}) faults.push("small: " + id);
      if (box.left < 0 || box.right > innerWidth + 1) faults.push("off the screen: " + id);
      if (button.scrollWidth > button.clientWidth + 1) faults.push("overflows: " + id);
    }
    for (const element of document.querySelectorAll("#app *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const size = parseFloat(getComputedStyle(element).fontSize);
      const sign = element.classList.contains("amount-sign");
      if (own && !sign && size < ${textPxMin}) faults.push("small text: " + element.textContent);
    }
    return faults;
  })()`);
}

async function violationsOf(page: Page): Promise<string[]> {
  // The page stays the same from scene to scene.
  if (await page.evaluate("typeof axe") === "undefined") await page.evaluate(axe.source);
  return await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then((found) =>
    found.violations
      .filter((each) => each.impact === "serious" || each.impact === "critical")
      .map((each) => each.id + " " + each.nodes.map((node) => node.target).join(" ")))`);
}
