import assert from "node:assert/strict";
import type { SecondFactorReset } from "../../../server/modules/access/sign_in/contract.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { accountOf, TOWN } from "../../testing/rights.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { changeOf, newAccountOf } from "./account_form.ts";
import type { AccountsModelInstance } from "./model.ts";

const LI_NA = accountOf("li.na");

async function opened(
  script: Script = {},
  address = "/console/accounts/id-of-li.na",
): Promise<{ stage: Stage; flow: AccountsModelInstance }> {
  const stage = await startedStage({ address, script });
  await settle();
  const page = shownPage(stage, "accounts");
  assert.ok(page);
  return { stage, flow: page.flow };
}

Deno.test("AccountsModel shows an account with what it holds now (R-ORG-02)", async () => {
  const { stage, flow } = await opened();
  const detail = flow.detail.value;
  assert.ok(detail?.kind === "shown" && detail.account.login === "li.na");
  assert.equal(flow.grants.state.value.kind, "listed");
  const grants = stage.port.asked.find(({ name }) => name === "GET /grants");
  assert.deepEqual(grants?.request, { query: { accountId: "id-of-li.na", state: "active" } });
  stage.console.go({ section: "accounts" });
  await settle();
  assert.equal(flow.detail.value, null);
  assert.equal(flow.list.state.value.kind, "listed");
});

Deno.test("AccountsModel shows a one-time password once", async () => {
  const made = { account: LI_NA, oneTimePassword: "K7Q2-M9XA-3DFT" };
  const { stage, flow } = await opened({ "POST /accounts": [yes(made)] }, "/console/accounts");
  flow.deeds.openCreate();
  await flow.deeds.create({ login: "li.na", name: "李娜" });
  assert.equal(flow.sending.refusal.value?.code, "console.no_organisation");
  flow.picker.choose({ id: TOWN.id, name: TOWN.name });
  await flow.deeds.create({ login: "li.na", name: "李娜" });
  const dialog = flow.dialog.value;
  assert.ok(dialog?.kind === "password" && dialog.oneTimePassword === made.oneTimePassword);
  flow.deeds.close();
  assert.equal(flow.dialog.value, null);
  assert.equal(stage.history.addresses.at(-1), "/console/accounts/id-of-li.na");
});

Deno.test("AccountsModel stops an account with its reason, and shows what it became", async () => {
  const { stage, flow } = await opened({
    "POST /accounts/{id}/disable": [yes({ ...LI_NA, state: "disabled", disabledWhy: "manual" })],
  });
  flow.deeds.openDeed("disable", LI_NA);
  await flow.deeds.doDeed("离职");
  const sent = stage.port.asked.find(({ name }) => name === "POST /accounts/{id}/disable");
  assert.deepEqual(sent?.request, { path: { id: LI_NA.id }, body: { reason: "离职" } });
  const detail = flow.detail.value;
  assert.ok(detail?.kind === "shown" && detail.account.disabledWhy === "manual");
  assert.equal(flow.dialog.value, null);
});

Deno.test("AccountsModel keeps the dialog open with why it was refused", async () => {
  const { flow } = await opened({
    "POST /accounts/{id}/close": [no("access.last_administrator", "system")],
  });
  flow.deeds.openDeed("close", LI_NA);
  await flow.deeds.doDeed("退休");
  assert.equal(flow.sending.refusal.value?.code, "access.last_administrator");
  assert.equal(flow.dialog.value?.kind, "deed");
  flow.deeds.close();
  assert.equal(flow.sending.refusal.value, null);
});

Deno.test("AccountsModel does not write over what somebody else changed", async () => {
  const theirs = { ...LI_NA, name: "李娜娜" };
  const { stage, flow } = await opened({
    "GET /accounts/{id}": [yes(LI_NA), yes(theirs)],
    "PATCH /accounts/{id}": [no("access.changed_meanwhile")],
  });
  flow.deeds.openChange(LI_NA);
  await flow.deeds.change({ name: "李娜", expiresAt: "2027-01-31" });
  assert.equal(flow.sending.refusal.value?.code, "access.changed_meanwhile");
  await flow.deeds.reload();
  const dialog = flow.dialog.value;
  assert.ok(dialog?.kind === "change" && dialog.account.name === "李娜娜");
  const sent = stage.port.asked.find(({ name }) => name.startsWith("PATCH"))?.request;
  assert.ok(JSON.stringify(sent).includes(LI_NA.version));
});

Deno.test("AccountsModel resets a password to one that is shown once", async () => {
  const { flow } = await opened({
    "POST /accounts/{id}/password-reset": [
      yes({ oneTimePassword: "P4WN-82KD", expiresAt: "2026-11-25T09:00:00.000Z" }),
    ],
  });
  flow.deeds.openDeed("password", LI_NA);
  await flow.deeds.doDeed("");
  const dialog = flow.dialog.value;
  assert.ok(dialog?.kind === "password" && dialog.expiresAt === "2026-11-25T09:00:00.000Z");
});

Deno.test("AccountsModel says which second factors were cleared, or that there were none", async () => {
  const none: SecondFactorReset = { kinds: [], certificates: 0, recoveryCodes: 0 };
  const reset: SecondFactorReset = {
    kinds: ["certificate", "recovery_code"],
    certificates: 2,
    recoveryCodes: 9,
  };
  const { stage, flow } = await opened({
    "POST /accounts/{id}/second-factor/reset": [yes(reset), yes(none)],
  });
  for (let at = 0; at < 2; at++) {
    flow.deeds.openDeed("factor", LI_NA);
    await flow.deeds.doDeed("");
  }
  assert.deepEqual(stage.console.notices.value.map(({ text }) => text), [
    "账号 li.na 的二次验证已清除：2 张证书、9 个恢复码",
    "账号 li.na 没有登记二次验证，没有可清除的",
  ]);
  assert.equal(flow.dialog.value, null);
});

Deno.test("newAccountOf() and changeOf() end an account with its day in Beijing", () => {
  const body = newAccountOf({ login: "li.na", duty: "audit", expiresAt: "2027-01-31" }, "id");
  assert.deepEqual([body.duty, body.kind, body.expiresAt], [
    "audit",
    "person",
    "2027-01-31T15:59:59.000Z",
  ]);
  const account = { ...LI_NA, expiresAt: "2027-01-31T02:00:00.000Z" };
  assert.deepEqual(changeOf({ name: LI_NA.name, expiresAt: "2027-01-31" }, account), {});
  assert.deepEqual(changeOf({ name: LI_NA.name, expiresAt: "" }, account), { expiresAt: null });
});
