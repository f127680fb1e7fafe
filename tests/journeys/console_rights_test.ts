import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type Official, officialAt, OWN_PASSWORD, personAt } from "./official.ts";
import { stepsOf } from "./scene.ts";
import { startStack } from "./stack.ts";

const TOWN = "莞城街道";
const NEWCOMER = "zhao.min";
/** What each stored text is given: it may be shown, and nothing else. */
const HOSTILE =
  `"><img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
const HOSTILE_SHORT = `<img src=x onerror=document.title=1>`;
const HOSTILE_PHONE = "<b onclick=alert(1)>0769</b>";

const HEADINGS = "编码,名称,级别,上级编码,机构类型,电话";
const WRONG_FILE = [
  HEADINGS,
  "H44190099901,新中心,中心,999999,社区卫生服务中心,",
  "123,编码不对,中心,441900006000,社区卫生服务中心,",
  "H44190099902,=1+1,中心,441900006000,社区卫生服务中心,",
];
const GOOD_FILE = [HEADINGS, `H44190099901,导入的中心,中心,441900006000,社区卫生服务中心,`];

Deno.test({
  name: "rights go from request to approval to a town of one's own (R-ORG-01, R-ORG-02, R-ORG-03)",
  // The browser's own process and pipes are closed by `close()`, outside of what Deno follows.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using stack = await startStack("virtual");
    const browser = await openBrowser();
    try {
      const system = await officialAt({ browser, stack, duty: "system" });
      const security = await officialAt({ browser, stack, duty: "security" });
      const audit = await officialAt({ browser, stack, duty: "audit" });
      const open = async ({ page }: Official, path: string) => {
        await page.goto(`${stack.platformUrl}/console/${path}`);
      };
      let oneTimePassword = "";
      const step = stepsOf(test, browser);

      await step("a file with mistakes is refused line by line, and nothing is done", async () => {
        await open(system, "organisation-import");
        await system.enrol();
        await system.sees("import-file");
        await chooseFile(system.page, WRONG_FILE);
        await system.sees("import-errors");
        const errors = await system.page.getByTestId("import-errors").innerText();
        assert.match(errors, /2\s+上级编码\s+没有编码为“999999”的上级机构/);
        assert.match(errors, /3\s+编码\s+编码“123”不对/);
        assert.match(errors, /4\s+名称\s+以 = \+ - @/);
        assert.equal(await system.page.getByTestId("import-apply").count(), 0);
      });

      await step("the file that was checked is the one that is imported", async () => {
        await system.page.getByTestId("import-restart").press("Enter");
        await chooseFile(system.page, GOOD_FILE);
        await system.sees("import-report");
        await system.page.getByTestId("import-apply").press("Enter");
        await confirmIfAsked(system, "import-done");
        await system.sees("import-done");
      });

      await step("the tree is walked by keys alone", async () => {
        await open(system, "organisations");
        await system.sees("tree");
        const { page } = system;
        await page.getByRole("treeitem", { name: TOWN }).first().waitFor();
        await page.getByTestId("tree-search").press("Tab");
        await page.keyboard.press("Tab");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("End");
        await page.keyboard.press("Home");
        await page.keyboard.press("ArrowRight");
        // Towns stand by their codes: this one is the fourth.
        for (let down = 0; down < 3; down++) await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByTestId("organisation").getByRole("heading", { name: TOWN }).waitFor();
        await page.keyboard.press("ArrowRight");
        await page.getByRole("treeitem", { name: "导入的中心" }).waitFor();
        await system.sees("organisation");
      });

      await step("a new account is told its password once, and starts disabled", async () => {
        const { page } = system;
        await open(system, "accounts");
        await page.getByTestId("add-account").press("Enter");
        await system.sees("account-form");
        const form = page.getByTestId("account-form");
        await form.getByTestId("field-login").fill(NEWCOMER);
        await form.getByTestId("field-name").fill(HOSTILE_SHORT);
        await pickTown(system);
        await page.getByTestId("form-send").press("Enter");
        await system.sees("one-time-password");
        oneTimePassword = await page.getByTestId("one-time-password-text").innerText();
        await page.getByTestId("handed-over").press("Enter");
        await system.sees("account");
        assert.match(await page.getByTestId("account").innerText(), /新建的账号，还没有启用/);
        await page.getByTestId("deed-enable").press("Enter");
        await system.sees("account-deed");
        await page.getByTestId("field-reason").fill(HOSTILE);
        await page.getByTestId("form-send").press("Enter");
        await confirmIfAsked(system, "deed-disable");
      });

      await step("a role is asked for, and not to be approved by who asked", async () => {
        const { page } = system;
        await page.getByTestId("request-role").press("Enter");
        await system.sees("new-request");
        await page.getByTestId("field-roleId").selectOption({ label: "机构负责人" });
        await pickTown(system);
        await page.getByTestId("field-reason").fill(HOSTILE);
        await page.getByTestId("form-send").press("Enter");
        await page.getByTestId(`look-${NEWCOMER}`).press("Enter");
        await system.sees("own-request");
        assert.equal(await page.getByTestId("approve").count(), 0);
        assert.ok((await page.getByTestId("rights-request").innerText()).includes(HOSTILE));
      });

      await step("the security administrator sees what would change, and approves", async () => {
        const { page } = security;
        await open(security, "rights-requests");
        await security.enrol();
        await page.getByTestId(`look-${NEWCOMER}`).press("Enter");
        await security.sees("diff");
        assert.match(await page.getByTestId("diff").innerText(), /查看终端\s+新增/);
        await page.getByTestId("field-note").fill(HOSTILE);
        await page.getByTestId("approve").press("Enter");
        await confirmIfAsked(security, "nothing");
        await security.sees("nothing");
        assert.equal(await askSecondFactorOfAll(page), 200);
      });

      await step("the newcomer sees his town, and nothing above or beside it", async () => {
        const newcomer = await personAt({ browser, stack }, { login: NEWCOMER, oneTimePassword });
        await open(newcomer, "organisations");
        await newcomer.enrol();
        await newcomer.sees("tree");
        const tops = newcomer.page.locator('[role=treeitem][aria-level="1"]');
        assert.deepEqual(await tops.allInnerTexts(), [TOWN]);
        assert.equal(await newcomer.page.getByTestId("nav-accounts").count(), 0);
        await open(newcomer, "accounts");
        await newcomer.sees("forbidden");
        assert.deepEqual(newcomer.complaints, []);
      });

      await step("the page says why he can here, and why not elsewhere", async () => {
        const { page } = security;
        await open(security, "accounts");
        await page.getByRole("link", { name: NEWCOMER }).press("Enter");
        await page.getByRole("link", { name: "查看权限说明" }).press("Enter");
        await security.sees("rights-explanation");
        await pickTown(security);
        await page.getByTestId("explain").click();
        await security.sees("explanation");
        const answer = () => page.locator('[data-permission="terminal.read"]').innerText();
        assert.match(await answer(), new RegExp(`能\\s+有角色「机构负责人」，授予在「${TOWN}」`));
        await page.getByTestId("pick-organisationId").press("Enter");
        await page.locator('[role=treeitem][aria-level="1"]').click();
        await page.getByTestId("explain").click();
        await page.getByText("不包括这里").first().waitFor();
        assert.match(await answer(), new RegExp(`不能\\s+角色「机构负责人」只授予在「${TOWN}」`));
      });

      await step(
        "roles, organisations and notes that try to be code stay what they are",
        async () => {
          await makeRole(security, HOSTILE.slice(0, 50));
          await open(system, "organisations");
          await makeCentre(system);
        },
      );

      await step("the auditor reads it all and changes nothing", async () => {
        const { page } = audit;
        await open(audit, "rights-requests?view=all");
        await audit.enrol();
        await page.getByTestId(`look-${NEWCOMER}`).press("Enter");
        await audit.sees("rights-request");
        assert.ok((await page.getByTestId("rights-request").innerText()).includes(HOSTILE));
        for (const testId of ["approve", "refuse", "withdraw"]) {
          assert.equal(await page.getByTestId(testId).count(), 0, testId);
        }
        for (const [path, testId] of Object.entries(NOTHING_TO_CHANGE)) {
          await open(audit, path);
          await audit.sees(path);
          assert.equal(await page.getByTestId(testId).count(), 0, testId);
        }
        await open(audit, "organisation-import");
        await audit.sees("forbidden");
        assert.deepEqual(await writesOf(page), WRITES.map(() => "access.forbidden"));
      });

      await step("no browser ran or loaded anything it was not meant to", async () => {
        for (const official of [system, security, audit]) {
          assert.deepEqual(official.complaints, []);
          assert.match(await official.page.title(), /一卡通管理控制台$/);
        }
      });
    } finally {
      await browser.close();
    }
  },
});

/** Pages an auditor may open, with what others press on them. */
const NOTHING_TO_CHANGE: Readonly<Record<string, string>> = {
  "accounts": "add-account",
  "organisations": "add-below",
  "roles": "add-role",
  "rights-requests": "add-request",
};

const NOBODY = "019a8f3e-5c00-7abc-8def-000000000000";

const WRITES = [
  "POST /accounts",
  `POST /accounts/${NOBODY}/enable`,
  "POST /organisations",
  "POST /organisations/import/check",
  "POST /roles",
  `DELETE /roles/${NOBODY}`,
  "POST /rights-requests",
  `POST /rights-requests/${NOBODY}/approve`,
] as const;

/** The codes these are refused with, asked for with the session's own token. */
async function writesOf(page: Page): Promise<string[]> {
  return await page.evaluate(async (writes) => {
    const prefix = "/api/console/v1";
    const { csrfToken } = await (await fetch(`${prefix}/session`)).json();
    const headers = { "x-csrf-token": csrfToken, "content-type": "application/json" };
    return await Promise.all(writes.map(async (write) => {
      const [method = "", path = ""] = write.split(" ");
      const answer = await fetch(`${prefix}${path}`, { method, headers, body: "{}" });
      return (await answer.json()).code;
    }));
  }, WRITES);
}

/** The policy asks it of administrators alone, unless somebody changes it. */
async function askSecondFactorOfAll(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const prefix = "/api/console/v1";
    const { csrfToken } = await (await fetch(`${prefix}/session`)).json();
    const { policies } = await (await fetch(`${prefix}/policies`)).json();
    const [{ policy, version }] = policies;
    policy.secondFactor.requiredFor.push("business");
    const headers = { "x-csrf-token": csrfToken, "content-type": "application/json" };
    const body = JSON.stringify({ policy, version });
    return (await fetch(`${prefix}/policies/person`, { method: "POST", headers, body })).status;
  });
}

async function chooseFile(page: Page, lines: readonly string[]): Promise<void> {
  const buffer = Buffer.from(`${lines.join("\r\n")}\r\n`);
  const file = { name: `${HOSTILE_SHORT}.csv`, mimeType: "text/csv", buffer };
  await page.getByTestId("field-file").setInputFiles(file);
  await page.getByTestId("import-check").press("Enter");
}

async function pickTown({ page, sees }: Official): Promise<void> {
  await page.getByTestId("pick-organisationId").press("Enter");
  await sees("picking-organisationId");
  const dialog = page.getByTestId("picking-organisationId");
  await dialog.getByTestId("tree-search").fill(TOWN);
  await dialog.getByTestId("tree-search").press("Enter");
  await dialog.getByRole("treeitem", { name: TOWN }).first().press("Enter");
  await dialog.waitFor({ state: "detached" });
  // The focus goes back to where the dialog came from.
  await page.locator("[data-testid=pick-organisationId]:focus").waitFor();
}

async function makeRole(official: Official, name: string): Promise<void> {
  const { page, sees } = official;
  await page.getByTestId("nav-roles").press("Enter");
  await page.getByTestId("add-role").press("Enter");
  await sees("role-form");
  await page.getByTestId("field-name").fill(name);
  await page.getByLabel("查看机构").check();
  await page.getByTestId("form-send").press("Enter");
  await confirmIfAsked(official, "matrix");
  await page.getByRole("heading", { name }).waitFor();
}

async function makeCentre({ page, sees }: Official): Promise<void> {
  await page.getByTestId("tree-search").fill(TOWN);
  await page.getByTestId("tree-search").press("Enter");
  await page.getByRole("treeitem", { name: TOWN }).first().press("Enter");
  await page.getByTestId("add-below").press("Enter");
  await sees("organisation-form");
  await page.getByTestId("field-code").fill("H44190099903");
  await page.getByTestId("field-name").fill(HOSTILE);
  await page.getByTestId("field-staffPhone").fill(HOSTILE_PHONE);
  await page.getByTestId("form-send").press("Enter");
  const panel = page.getByTestId("organisation");
  await panel.getByRole("heading", { name: HOSTILE }).waitFor();
  assert.ok((await panel.innerText()).includes(HOSTILE_PHONE));
  await sees("organisation");
}

/** Somebody who came in long ago is asked for password and code once more. */
async function confirmIfAsked(official: Official, testId: string): Promise<void> {
  const { page, code, types } = official;
  const asked = page.getByTestId("confirm-yes");
  await asked.or(page.getByTestId(testId)).first().waitFor();
  if (await asked.count() === 0) return;
  await types(OWN_PASSWORD, "Tab");
  await types(code(), "Enter");
  await page.getByTestId(testId).first().waitFor();
}
