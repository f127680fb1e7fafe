import type { AskedSetting } from "../flows/settings/model.ts";
import { shownPage } from "../testing/open_page.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import { SETTER_SESSION, SETTINGS } from "../testing/settings.ts";
import type { Scene } from "./scene.ts";

function settings(script: Script = {}): Scene {
  return {
    address: `/console/settings/${SETTINGS.organisation.id}`,
    script: { "GET /session": [yes(SETTER_SESSION)], "GET /settings": [yes(SETTINGS)], ...script },
  };
}

function asking(deed: AskedSetting["deed"], name: AskedSetting["name"]): Scene {
  return { ...settings(), act: (stage) => shownPage(stage, "settings")?.flow.ask(deed, name) };
}

export const SETTING_SCENES: Readonly<Record<string, Scene>> = {
  "settings": settings(),
  "settings-only-read": settings({
    "GET /session": [yes({
      ...SETTER_SESSION,
      permissions: [{ permission: "setting.read", title: "查看参数" }],
    })],
  }),
  "settings-loading": settings({ "GET /settings": ["never"] }),
  "settings-failed": settings({ "GET /settings": [no("platform.defect")] }),
  "setting-choice": asking("change", "services.open"),
  "setting-hours": asking("change", "services.hours"),
  "setting-idle": asking("change", "kiosk.idle"),
  "setting-brand": asking("change", "kiosk.brand"),
  "setting-profile": asking("change", "checkout.profile"),
  "setting-reset": asking("reset", "services.hours"),
  "setting-flaw": {
    ...settings(),
    act: async (stage) => {
      const flow = shownPage(stage, "settings")?.flow;
      flow?.ask("change", "services.hours");
      await flow?.save({ from: "18:00", to: "08:00" });
    },
  },
  "setting-changed-meanwhile": {
    ...settings({ "POST /settings": [no("settings.changed_meanwhile")] }),
    act: async (stage) => {
      const flow = shownPage(stage, "settings")?.flow;
      flow?.ask("change", "services.hours");
      await flow?.save({ from: "08:00", to: "12:00" });
    },
  },
};
