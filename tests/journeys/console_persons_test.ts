import assert from "node:assert/strict";
import { configure, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { administratorsIn, call, comeIn, makeClerk } from "./console_clerk.ts";
import { handOf } from "./hand.ts";
import { officialAt, personAt } from "./official.ts";
import { stepsOf, told } from "./scene.ts";
import { type Stack, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { openKiosk, visitorAt } from "./visitor.ts";

const STORY = "two_bills";
const CLERK = { login: "lin.xia", name: "林夏", role: "个人信息保护专员" };
const REASON = "患者本人到窗口申请";
/** As the page's own minute; the browser's clock is not ours to move. */
const HIDDEN_MS_MAX = 60_000;

Deno.test({
  name: "one person's data is found, shown, handed over and erased, and told (R-SEC-12, R-SEC-14)",
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using stack = await startStack("virtual");
    const browser = await openBrowser();
    try {
      const patient = stack.city.persons.find(({ story }) => story?.id === STORY);
      assert.ok(patient);
      const administrators = await told(browser, "a visit, and who looks after it", async () => {
        await visitKiosk(stack, await browser.newPage());
        return await administratorsIn(browser, stack);
      });
      const { system, security } = administrators;
      const audit = await officialAt({ browser, stack, duty: "audit" });
      const first = await makeClerk({ stack, ...administrators }, CLERK);
      const clerk = await personAt({ browser, stack }, first);
      const { page } = clerk;
      const shown = () => page.getByTestId("person").innerText();
      const step = stepsOf(test, browser);

      await step(
        "the whole number finds one person, masked, and stays out of addresses",
        async () => {
          await page.goto(`${stack.platformUrl}/console/persons`);
          await comeIn(clerk, first.oneTimePassword);
          await clerk.sees("persons");
          await page.getByTestId("field-value").fill(patient.idNumber);
          await page.getByTestId("field-value").press("Enter");
          await clerk.sees("persons-table");
          const text = await page.getByTestId("persons-table").innerText();
          assert.ok(!text.includes(patient.idNumber) && !text.includes(patient.name));
          await page.getByTestId("open-person").press("Enter");
          await clerk.sees("consents-table");
          assert.ok(!(await shown()).includes(patient.name));
          const entries: string = await page.evaluate(
            `location.href + JSON.stringify(performance.getEntries().map(({ name }) => name))`,
          );
          assert.ok(!entries.includes(patient.idNumber));
        },
      );

      await step("one field is shown in clear with a reason, and hides by itself", async () => {
        await page.clock.install();
        await page.getByTestId("reveal-name").press("Enter");
        await clerk.sees("person-reveal");
        await clerk.types("短", "Enter");
        assert.ok(!(await shown()).includes(patient.name), "a reason is asked for");
        await page.getByTestId("field-reason").fill(REASON);
        await page.getByTestId("field-reason").press("Enter");
        await page.getByTestId("hide-name").waitFor();
        const text = await shown();
        assert.ok(text.includes(patient.name) && !text.includes(patient.idNumber));
        await clerk.sees("person");
        await page.clock.fastForward(HIDDEN_MS_MAX);
        await page.getByTestId("reveal-name").waitFor();
        assert.ok(!(await shown()).includes(patient.name));
        await page.clock.resume();
      });

      await step("all of it is handed over as a ZIP", async () => {
        await page.getByTestId("export").press("Enter");
        await clerk.sees("person-export");
        await clerk.types(REASON, "Enter");
        await clerk.sees("person-exported");
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByTestId("download").press("Enter"),
        ]);
        const names = await namesIn(await Deno.readFile(await download.path()));
        assert.ok(names.some((name) => name.includes("identity")), names.join());
        await page.getByTestId("close").press("Enter");
      });

      await step("a dialog has the focus at once, and gives it back at once", async () => {
        assert.equal(await clerk.focusAfter("erase"), "field-reason");
        assert.equal(await clerk.focusAfter("form-cancel"), "erase");
      });

      await step("nobody is erased whose number was not typed", async () => {
        await page.getByTestId("erase").press("Enter");
        await clerk.sees("person-erase");
        await page.getByTestId("field-reason").fill(REASON);
        await page.getByTestId("field-lastFour").fill("0000");
        await page.getByTestId("field-lastFour").press("Enter");
        await page.locator('[data-code="console.other_person"]').waitFor();
      });

      await step("what goes and what stays is told, and then nobody is found", async () => {
        await page.getByTestId("field-lastFour").fill(patient.idNumber.slice(-4));
        await page.getByTestId("field-lastFour").press("Enter");
        await clerk.sees("erasure");
        assert.match(
          await page.getByTestId("erased-table").innerText(),
          /姓名、证件号码、手机号码/,
        );
        await page.getByTestId("back").press("Enter");
        await page.getByTestId("field-value").fill(patient.idNumber);
        await page.getByTestId("field-value").press("Enter");
        await clerk.sees("nothing");
      });

      await step("the auditor sees each of it, and no number", async () => {
        await audit.page.goto(`${stack.platformUrl}/console/audit`);
        await audit.enrol();
        await audit.page.locator("table").getByText("查看个人信息明文").first().waitFor();
        const { body } = await call(audit.page, "POST /audit/search", {
          filter: { module: "identity" },
          limit: 50,
        });
        const trail = JSON.stringify(body);
        for (const kind of ["searched", "revealed", "exported", "erased"]) {
          assert.ok(trail.includes(`identity.person_${kind}`), kind);
        }
        assert.ok(!trail.includes(patient.idNumber) && !trail.includes(patient.name));
      });

      await step("no browser complained about anything", () => {
        for (const official of [system, security, audit, clerk]) {
          assert.deepEqual(official.complaints, []);
        }
      });
    } finally {
      await browser.close();
    }
  },
});

/** The patient stands at the kiosk once, so that the platform knows him. */
async function visitKiosk(stack: Stack, page: Page): Promise<void> {
  const hand = handOf({
    kioskUrl: stack.kiosk.url,
    sandboxUrl: stack.sandbox.urls.panel,
    token: stack.kiosk.token,
  });
  await openKiosk(page, () => page.goto(stack.kiosk.url));
  const visitor = visitorAt(page);
  await visitor.sees("home");
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: STORY });
  await visitor.sees("register.departments");
  await visitor.press("exit");
  await visitor.sees("farewell");
  await until(
    "the visit over",
    () => stack.db.selectFrom("patient").select("id").execute(),
    (rows) => rows.length === 1,
  );
  await page.close();
}

async function namesIn(zip: Uint8Array): Promise<string[]> {
  configure({ useWebWorkers: false });
  const entries = await new ZipReader(new Uint8ArrayReader(zip)).getEntries();
  return entries.map(({ filename }) => filename);
}
