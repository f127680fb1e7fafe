import assert from "node:assert/strict";
import { askState, askToEnrol, newTerminal, open, tryToOpen } from "../line_client.ts";
import { openBrowser } from "./browser.ts";
import { officialAt } from "./official.ts";
import { stepsOf } from "./scene.ts";
import { startStack } from "./stack.ts";

const NUMBER = "0002";

Deno.test({
  name: "a terminal is approved by its code in the console, works, and is revoked (R-TOM-01)",
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using stack = await startStack("virtual");
    const browser = await openBrowser();
    try {
      const official = await officialAt({ browser, stack, duty: "system" });
      const { page } = official;
      const send = (path: string, init: RequestInit) => fetch(`${stack.platformUrl}${path}`, init);
      const terminal = await newTerminal({ clock: stack.clock, send, number: NUMBER });
      const asked = await askToEnrol(terminal);
      const step = stepsOf(test, browser);

      await step("what waits is listed without its code", async () => {
        await page.goto(`${stack.platformUrl}/console/terminal-enrolments`);
        await official.enrol();
        await official.sees("enrolments-table");
        const text = await page.getByTestId("terminal-enrolments").innerText();
        assert.match(text, new RegExp(NUMBER));
        assert.doesNotMatch(text, new RegExp(asked.code));
      });

      await step("a wrong code is no code, and the network cable is spoken of", async () => {
        await page.getByTestId("field-code").fill("AAAA-2222");
        await page.getByTestId("field-code").press("Enter");
        const refusal = page.locator('[data-code="fleet.no_such_code"]');
        await refusal.waitFor();
        assert.match(await refusal.innerText(), /立即拔掉它的网线/);
        await official.sees("code-form");
      });

      await step("the right one shows what to compare, and is approved by keys alone", async () => {
        await page.getByTestId("field-code").fill(grouped(asked.code).toLowerCase());
        await page.getByTestId("field-code").press("Enter");
        await official.sees("enrolment-found");
        assert.match(await page.getByTestId("enrolment-found").innerText(), new RegExp(NUMBER));
        assert.equal((await askState(terminal, asked.id)).state.state, "waiting");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await official.sees("keys-table");
        await page.getByRole("heading", { name: `终端 ${NUMBER}` }).waitFor();
      });

      await step("the code is in no address", async () => {
        assert.ok(!page.url().toUpperCase().includes(asked.code));
        const entries: string = await page.evaluate(
          `JSON.stringify(performance.getEntries().map(({ name }) => name))`,
        );
        assert.ok(!entries.toUpperCase().includes(asked.code));
      });

      const { state } = await askState(terminal, asked.id);
      const line = {
        ...terminal,
        terminalId: state.terminalId ?? "",
        platform: asked.reply,
        generation: 1,
      };

      await step("the terminal opens a session with its keys", async () => {
        assert.equal(state.state, "approved");
        assert.ok((await open(line)).sessionId);
      });

      await step("it is suspended and comes back, each with a reason", async () => {
        for (const deed of ["suspend", "resume"] as const) {
          await page.getByTestId(`deed-${deed}`).press("Enter");
          await official.sees("terminal-deed");
          await official.types("检修", "Enter");
          await page.getByTestId("terminal-deed").waitFor({ state: "detached" });
        }
        await page.getByTestId("deed-suspend").waitFor();
      });

      await step("revoked, it opens no session any more", async () => {
        await page.getByTestId("deed-revoke").press("Enter");
        await official.sees("terminal-deed");
        await official.types("换机", "Enter");
        await page.getByTestId("deed-revoke").waitFor({ state: "detached" });
        assert.match(await page.getByTestId("terminal").innerText(), /已吊销/);
        await page.getByTestId("events-table").getByText("吊销密钥").waitFor();
        assert.ok("refused" in await tryToOpen(line));
      });

      await step("the list says the same", async () => {
        await page.getByTestId("nav-terminals").press("Enter");
        await official.sees("terminals-table");
        const row = page.getByTestId("terminals-table").locator("tr", { hasText: NUMBER });
        assert.match(await row.innerText(), /已吊销/);
      });

      await step("the browser complained about nothing", () => {
        assert.deepEqual(official.complaints, []);
      });
    } finally {
      await browser.close();
    }
  },
});

/** As the screen shows it. */
function grouped(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
