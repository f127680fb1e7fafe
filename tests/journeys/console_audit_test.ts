import assert from "node:assert/strict";
import type { Download } from "playwright-core";
import { publicKeyToPem } from "../../crypto/keys.ts";
import { DEFAULT_USER_ID, generateKeyPair, sign } from "../../crypto/sm2.ts";
import { openJourneys } from "./journey.ts";
import type { Journey } from "./journey.ts";
import { type Official, officialAt, OWN_PASSWORD } from "./official.ts";
import { confirmFigures, insertCard, payShownCode, seeReceipt, takeCardAndGo } from "./pay.ts";
import { until } from "./until.ts";

const journey = openJourneys();

/** Past the time for which a shown password counts for dangerous actions. */
const CONFIRMED_MS_OVER = 6 * 60_000;
/** A checkpoint is signed at least so often. */
const CHECKPOINT_MS_OVER = 11 * 60_000;
/** The stack's clock stands at this day. */
const TODAY = "2026-11-18";
const AUDIT_PAGES = ["audit", "audit-chain", "evidence-packs"] as const;
const ZIP_HEAD = [0x50, 0x4b];

function browserOf({ context }: Journey): Parameters<typeof officialAt>[0]["browser"] {
  const browser = context.browser();
  assert.ok(browser);
  return browser;
}

async function enrolled(at: Journey, duty: "system" | "security" | "audit"): Promise<Official> {
  const { stack } = at;
  const official = await officialAt({ browser: browserOf(at), stack, duty });
  await official.page.goto(`${stack.platformUrl}/console/`);
  await official.enrol();
  await official.sees("home");
  return official;
}

async function payVisit(at: Journey): Promise<void> {
  await at.visitor.sees("home");
  await at.visitor.press("service-pay");
  await at.visitor.sees("identify.waiting");
  await insertCard(at, "two_bills");
  await confirmFigures(at);
  await at.visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
  await takeCardAndGo(at);
}

async function downloaded({ page }: Official, testId: string): Promise<Uint8Array> {
  const coming = page.waitForEvent("download");
  await page.getByTestId(testId).press("Enter");
  return await bytesOf(await coming);
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return await Deno.readFile(await download.path());
}

/** Answers the dialog that asks who is there. */
async function proveAgain(official: Official): Promise<void> {
  await official.sees("confirm-yes");
  await official.types(OWN_PASSWORD, "Tab");
  await official.types(official.code(), "Enter");
  await official.page.getByTestId("confirm").waitFor({ state: "detached" });
}

/** With a key the platform has never seen, over what the page hands out. */
async function countersign({ stack }: Journey, auditor: Official): Promise<void> {
  const { page } = auditor;
  stack.clock.jump(CHECKPOINT_MS_OVER);
  await page.getByTestId("view-countersigning").press("Enter");
  await until("a checkpoint", async () => {
    await page.locator("[data-testid=checkpoint], [data-testid=again]").waitFor();
    const again = page.getByTestId("again");
    if (await again.count() > 0) await again.press("Enter");
    return await page.getByTestId("checkpoint").count();
  }, (count) => count === 1);
  await auditor.sees("checkpoint");
  const text = await downloaded(auditor, "download-checkpoint");
  const { privateKey, publicKey } = generateKeyPair();
  const signature = sign(privateKey, text, { userId: DEFAULT_USER_ID, format: "der" });
  await page.getByTestId("field-party").fill("东莞市审计局");
  await page.getByTestId("field-publicKey").fill(publicKeyToPem(publicKey));
  await page.getByTestId("field-signature").fill(signature.toBase64());
  await page.getByTestId("send-countersignature").press("Enter");
  await proveAgain(auditor);
  await auditor.sees("countersignatures");
  assert.match(await page.getByTestId("countersignatures").innerText(), /东莞市审计局/);
}

journey(
  "an auditor follows a paid order, exports it, and hands over an evidence pack",
  async (at) => {
    await payVisit(at);
    const auditor = await enrolled(at, "audit");
    const { page } = auditor;
    await page.getByTestId("nav-audit").press("Enter");
    await auditor.sees("audit-table");
    await page.getByTestId("field-kind").selectOption("module:checkout");
    await page.getByRole("button", { name: "查询" }).press("Enter");
    await page.waitForURL(/kind=module/);
    await auditor.sees("audit-table");
    await page.getByTestId("look").first().press("Enter");
    await auditor.sees("event-shown");
    await page.getByTestId("follow-orderId").press("Enter");
    await auditor.sees("follow");
    await auditor.sees("audit-table");
    const listed = await page.getByTestId("audit-table").locator("tbody th").allInnerTexts();
    assert.ok(listed.length > 1, `what the order left: ${listed}`);
    assert.match(page.url(), /orderId=[0-9a-f-]{36}/);

    await page.getByTestId("open-export").press("Enter");
    await auditor.sees("export");
    await page.getByTestId("form-send").press("Enter");
    await auditor.sees("export-fetch");
    const csv = new TextDecoder().decode(await downloaded(auditor, "export-fetch"));
    const lines = csv.trim().split("\r\n");
    // An order goes on leaving traces after it is paid.
    assert.ok(lines.length > listed.length, `a line each, and the titles: ${lines}`);
    for (const title of listed) assert.ok(csv.includes(title), title);
    await auditor.sees("export-done");
    assert.equal(await auditor.focusAfter("export-close"), "open-export");

    await page.getByTestId("nav-audit-chain").press("Enter");
    await auditor.sees("chain");
    await page.getByTestId("view-checks").press("Enter");
    await auditor.sees("nothing");
    await page.getByTestId("start-check").press("Enter");
    await auditor.sees("check-form");
    await page.getByTestId("form-send").press("Enter");
    await page.locator("[data-testid=check][data-outcome=intact]").waitFor();
    await auditor.sees("check");
    assert.match(await page.getByTestId("check").innerText(), /链完好/);
    await countersign(at, auditor);

    await page.getByTestId("nav-evidence-packs").press("Enter");
    await auditor.sees("nothing");
    at.stack.clock.jump(CONFIRMED_MS_OVER);
    await page.getByTestId("add-pack").press("Enter");
    await auditor.sees("pack-form");
    await page.getByTestId("field-from").fill("2026-11-01");
    await page.getByTestId("field-to").fill(TODAY);
    await page.getByTestId("form-send").press("Enter");
    await proveAgain(auditor);
    await page.getByTestId("download-pack").waitFor({ timeout: 120_000 });
    await auditor.sees("packs-table");
    const zip = await downloaded(auditor, "download-pack");
    assert.deepEqual([...zip.slice(0, 2)], ZIP_HEAD);
    assert.deepEqual(auditor.complaints, []);
  },
);

journey("a policy is changed by who looks at it twice, and shows his face again", async (at) => {
  const guard = await enrolled(at, "security");
  const { page } = guard;
  await page.getByTestId("nav-policies").press("Enter");
  await guard.sees("policy-form");
  at.stack.clock.jump(CONFIRMED_MS_OVER);
  await page.getByTestId("field-password.lengthMin").fill("12");
  await page.getByTestId("review").press("Enter");
  await guard.sees("policy-changes");
  await page.getByTestId("save-policy").press("Enter");
  await proveAgain(guard);
  await page.getByTestId("policy-review").waitFor({ state: "detached" });
  await until(
    "the changed policy",
    () => page.getByTestId("field-password.lengthMin").inputValue(),
    (value) => value === "12",
  );
  for (const name of AUDIT_PAGES) assert.equal(await page.getByTestId(`nav-${name}`).count(), 0);
  assert.deepEqual(guard.complaints, []);
});

journey("a system administrator sees nothing of the audit trail", async (at) => {
  const keeper = await enrolled(at, "system");
  const { page } = keeper;
  for (const name of AUDIT_PAGES) {
    assert.equal(await page.getByTestId(`nav-${name}`).count(), 0, name);
    await page.goto(`${at.stack.platformUrl}/console/${name}`);
    await keeper.sees("forbidden");
  }
  const search = `fetch("/api/console/v1/audit/catalogue").then((answer) => answer.status)`;
  assert.equal(await page.evaluate(search), 403);
  assert.deepEqual(keeper.complaints, []);
});
