import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { SETTER_SESSION, SETTINGS } from "../../testing/settings.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { valueOf } from "../loaded.ts";
import type { SettingsModelInstance } from "./model.ts";
import { fieldsOf, parseFields, type SettingName } from "./setting_forms.ts";

async function opened(script: Script = {}): Promise<{ stage: Stage; flow: SettingsModelInstance }> {
  const stage = await startedStage({
    address: `/console/settings/${SETTINGS.organisation.id}`,
    script: {
      "GET /session": [yes(SETTER_SESSION)],
      "GET /settings": [yes(SETTINGS)],
      "POST /settings": [yes(SETTINGS)],
      "POST /settings/reset": [yes(SETTINGS)],
      ...script,
    },
  });
  const flow = shownPage(stage, "settings")?.flow;
  assert.ok(flow);
  return { stage, flow };
}

function sent({ port }: Stage, name: string): unknown {
  return port.asked.filter((asked) => asked.name === name).at(-1)?.request;
}

Deno.test("parseFields() gives back every setting that its form shows", () => {
  for (const [name, { value }] of Object.entries(SETTINGS.settings)) {
    const setting = name as SettingName;
    assert.deepEqual(parseFields(setting, fieldsOf(SETTINGS, setting)), { value }, name);
  }
});

Deno.test("parseFields() takes nothing that no terminal could go by", () => {
  const wrong: readonly (readonly [SettingName, Readonly<Record<string, string>>])[] = [
    ["services.hours", { from: "17:00", to: "08:00" }],
    ["services.hours", { from: "24:00", to: "24:00" }],
    ["kiosk.idle", { warn: "60", end: "30" }],
    ["kiosk.idle", { warn: "四十", end: "60" }],
    ["kiosk.brand", { product: "", city: "" }],
    ["kiosk.brand", { product: "一卡通", accent: "蓝色" }],
    ["kiosk.brand", { product: "一卡通", logoSvg: "<script>" }],
    ["payment.modes", { value: "" }],
    ["payment.merchants", { aggregate_pay: "8984 4190" }],
    ["payment.merchants", { card_host_account: "2010021109200000000" }],
    ["checkout.profile", { ...fieldsOf(SETTINGS, "checkout.profile"), tender: "2 x" }],
    ["checkout.profile", { ...fieldsOf(SETTINGS, "checkout.profile"), pay: "5" }],
  ];
  for (const [name, fields] of wrong) {
    assert.equal(parseFields(name, fields), null, JSON.stringify(fields));
  }
});

Deno.test("SettingsModel asks for the node of the address, and shows its name", async () => {
  const { stage, flow } = await opened();
  const { id, name } = SETTINGS.organisation;
  assert.deepEqual(sent(stage, "GET /settings"), { query: { organisationId: id } });
  assert.deepEqual(flow.picker.chosen.value, { id, name });
  flow.picker.choose({ id: "other", name: "别处" });
  await settle();
  assert.deepEqual(stage.console.place.value.id, "other");
  assert.deepEqual(sent(stage, "GET /settings"), { query: { organisationId: "other" } });
});

Deno.test("SettingsModel sends a change with the version that was seen", async () => {
  const { stage, flow } = await opened();
  flow.ask("change", "services.hours");
  await flow.save({ from: "08:00", to: "25:00" });
  assert.equal(flow.sending.refusal.value?.code, "console.setting_flaw");
  await flow.save({ from: "08:00", to: "17:30" });
  assert.equal(flow.sending.refusal.value?.code, "console.unchanged");
  await flow.save({ from: "08:00", to: "12:00" });
  assert.deepEqual(sent(stage, "POST /settings"), {
    body: {
      organisationId: SETTINGS.organisation.id,
      version: SETTINGS.settings["services.hours"].version,
      setting: { name: "services.hours", value: { from: "08:00", to: "12:00" } },
    },
  });
  assert.equal(flow.asked.value, null);
});

Deno.test("SettingsModel keeps the form open over what another has set meanwhile", async () => {
  const theirs = {
    ...SETTINGS,
    settings: {
      ...SETTINGS.settings,
      "services.hours": { ...SETTINGS.settings["services.hours"], version: 9 },
    },
  };
  const { stage, flow } = await opened({
    "GET /settings": [yes(SETTINGS), yes(theirs)],
    "POST /settings/reset": [no("settings.changed_meanwhile"), yes(SETTINGS)],
  });
  flow.ask("reset", "services.hours");
  await flow.reset();
  assert.equal(flow.sending.refusal.value?.code, "settings.changed_meanwhile");
  assert.equal(flow.asked.value?.name, "services.hours");
  assert.equal(valueOf(flow.settings)?.settings["services.hours"].version, 9);
  await flow.reset();
  assert.deepEqual(sent(stage, "POST /settings/reset"), {
    body: { organisationId: SETTINGS.organisation.id, version: 9, name: "services.hours" },
  });
  assert.equal(flow.asked.value, null);
});
