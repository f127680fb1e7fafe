import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { accessFaults, layoutFaults } from "./screen_rules.ts";

const BAD_PAGE = `<html lang="zh"><title>x</title><body style="margin:0"><div id="app">
  <button data-testid="tiny" style="width:40px;height:40px"></button>
  <button data-testid="far" style="position:absolute;left:1040px;width:90px;height:90px">x</button>
  <button data-testid="low" style="position:absolute;top:1900px;width:90px;height:90px">x</button>
  <div class="cutting" style="width:50px;overflow:hidden;white-space:nowrap">too long for its box</div>
</div></body></html>`;

Deno.test({
  name: "the rules for screens see what is wrong with a bad one",
  // The browser's pipes end after the test's own end.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const browser = await openBrowser();
    try {
      const page: Page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
      await page.setContent(BAD_PAGE);
      const layout = (await layoutFaults(page)).join("\n");
      assert.match(layout, /tiny is 40×40 px/);
      assert.match(layout, /far leaves the screen sideways/);
      assert.match(layout, /low is below the screen/);
      assert.match(layout, /cutting cuts off/);
      assert.match((await accessFaults(page)).join("\n"), /button-name/);
    } finally {
      await browser.close();
    }
  },
});
