import assert from "node:assert/strict";
import { newId } from "../../server/platform/ids.ts";
import {
  askState,
  askToEnrol,
  callSigned,
  newTerminal,
  open,
  postJson,
  tryToOpen,
} from "../line_client.ts";
import { certify } from "../retiring_terminal.ts";
import { openBrowser } from "./browser.ts";
import { officialAt } from "./official.ts";
import { stepsOf } from "./scene.ts";
import { startStack } from "./stack.ts";
import { until } from "./until.ts";

const NUMBER = "0002";

Deno.test({
  name:
    "a terminal is approved by its code in the console, works, is revoked and goes (R-TOM-01, R-TOM-06, R-TOM-16)",
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

      await step("a release it went back from is seen there, and found in the list", async () => {
        const session = await open(line);
        const at = stack.clock.now();
        const told = (number: number, did: string, fields: Record<string, string>) => ({
          id: newId(new Date(at.getTime() + number)),
          number,
          kind: `release.${did}`,
          severity: "info",
          fields: { version: "1.3.0", ...fields },
        });
        const events = [
          told(1, "switched", { now: "1.3.0" }),
          told(2, "left", { now: "1.2.0", reason: "启动两次都没有确认" }),
        ];
        const kept = await callSigned(session, {
          method: "POST",
          path: "/events",
          body: { events },
        });
        assert.equal(kept.status, 200);
        await page.reload();
        await official.sees("releases-table");
        assert.match(
          await page.getByTestId("releases-table").innerText(),
          /1\.3\.0\s+已退回旧版本\s+1\.2\.0\s+启动两次都没有确认[^]*已切换/,
        );
        await page.getByTestId("nav-terminals").press("Enter");
        await official.sees("terminals-table");
        await page.getByTestId("field-release").selectOption("left");
        await page.getByTestId("field-number").press("Enter");
        await page.getByTestId("terminals-table").getByText("已退回旧版本").waitFor();
        const rows = page.getByTestId("terminals-table").locator("tbody tr");
        await until("the one that went back", () => rows.count(), (count) => count === 1);
        await page.getByRole("link", { name: NUMBER }).press("Enter");
        await official.sees("releases-table");
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

      await step("it goes, and its certificate is seen, taken and genuine", async () => {
        await page.getByTestId("deed-suspend").press("Enter");
        await official.sees("terminal-deed");
        await official.types("到期更换", "Enter");
        await page.getByTestId("deed-resume").waitFor();
        const signed = await certify(line);
        assert.equal((await postJson(line, "/retirements", signed)).status, 200);
        await page.reload();
        await official.sees("retirement");
        await page.getByTestId("retirement").getByText("验签通过").waitFor();
        const downloading = page.waitForEvent("download");
        await page.getByTestId("take-certificate").press("Enter");
        const download = await downloading;
        assert.equal(download.suggestedFilename(), `terminal-${NUMBER}-erasure.json`);
        const file = JSON.parse(await Deno.readTextFile(await download.path()));
        assert.equal(JSON.parse(file.record).certificate, signed.certificate);
        await official.sees("retirement");
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
