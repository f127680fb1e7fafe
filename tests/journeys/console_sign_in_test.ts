import assert from "node:assert/strict";
import { openBrowser } from "./browser.ts";
import { officialAt } from "./official.ts";
import { stepsOf } from "./scene.ts";
import { startStack } from "./stack.ts";

const FILTERED = "/console/accounts?state=enabled";

Deno.test({
  name: "an administrator comes into the console, and goes (R-ORG-02, R-SEC-06, R-SEC-07)",
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using stack = await startStack("virtual");
    const browser = await openBrowser();
    try {
      const official = await officialAt({ browser, stack, duty: "system" });
      const { page, context } = official;
      const step = stepsOf(test, browser);
      const address = () => page.url().replace(stack.platformUrl, "");

      await step("whoever is not known is told the same as who is wrong", async () => {
        await page.goto(`${stack.platformUrl}${FILTERED}`);
        const said: string[] = [];
        for (const login of ["nobody.here", official.login]) {
          await page.getByLabel("登录名").fill(login);
          await page.getByLabel("口令", { exact: true }).fill("wrong");
          await page.getByLabel("口令", { exact: true }).press("Enter");
          said.push(await page.locator("[data-testid=refusal][data-code]").innerText());
          await page.reload();
        }
        assert.match(said[0] ?? "", /登录名或口令不对/);
        assert.equal(said[0], said[1]);
      });

      await step("the first time: own password, authenticator, recovery codes", async () => {
        await official.enrol();
        await official.sees("accounts-table");
        assert.equal(address(), FILTERED);
      });

      await step("the cookies are kept from scripts, from plain HTTP and other sites", async () => {
        const cookies = await context.cookies();
        assert.deepEqual(
          cookies.map(({ httpOnly, secure, sameSite }) => [httpOnly, secure, sameSite]),
          [[true, true, "Strict"]],
        );
        assert.equal(await page.evaluate("document.cookie"), "");
      });

      await step("a page that was loaded again is still signed in", async () => {
        await page.reload();
        await official.sees("accounts-table");
      });

      await step("a session that ended leaves nothing to see, and the place is kept", async () => {
        await context.clearCookies();
        await page.getByRole("button", { name: "查询" }).press("Enter");
        await official.sees("session-ended");
        assert.equal(await page.getByTestId("accounts-table").count(), 0);
        await official.signIn();
        await official.sees("accounts-table");
        assert.equal(address(), FILTERED);
      });

      await step("after signing out the way back shows nothing", async () => {
        await page.getByTestId("nav-home").press("Enter");
        await official.sees("home");
        await page.getByTestId("sign-out").press("Enter");
        await official.sees("sign-in-password");
        await page.goBack();
        await official.sees("sign-in-password");
        assert.deepEqual(await context.cookies(), []);
      });

      await step("the browser complained about nothing", () => {
        assert.deepEqual(official.complaints, []);
      });
    } finally {
      await browser.close();
    }
  },
});
