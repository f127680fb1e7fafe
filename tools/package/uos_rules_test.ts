import assert from "node:assert/strict";
import { uosFaults, type UosPackage } from "./uos_rules.ts";

const APPID = "cn.example.kiosk";
const BASE = `opt/apps/${APPID}`;
const DESKTOP = `${BASE}/entries/applications/${APPID}.desktop`;

const INFO = {
  appid: APPID,
  name: "一卡通",
  version: "1.2.3.4",
  arch: ["arm64"],
  permissions: { autostart: false },
};

const GOOD: UosPackage = {
  fileName: `${APPID}_1.2.3.4_arm64.deb`,
  control: {
    Package: APPID,
    Version: "1.2.3.4",
    Section: "misc",
    Priority: "optional",
    Architecture: "arm64",
    Maintainer: "A <a@example.org>",
    Description: "screens",
    Depends: "yikatong-terminal",
  },
  controlFiles: ["control", "md5sums"],
  paths: [DESKTOP, `${BASE}/files/bin/kiosk`, `${BASE}/info`],
  info: JSON.stringify(INFO),
  desktopFiles: { [DESKTOP]: `Exec=/opt/apps/${APPID}/files/bin/kiosk\nIcon=${APPID}\n` },
};

function faultsOf(change: Partial<UosPackage>): string {
  return uosFaults({ ...GOOD, ...change }).join("\n");
}

Deno.test("uosFaults() finds nothing in a package that keeps to the rules", () => {
  assert.deepEqual(uosFaults(GOOD), []);
});

Deno.test("uosFaults() wants every field, and names that agree", () => {
  const { Depends: _, ...control } = GOOD.control;
  assert.match(faultsOf({ control }), /^control: no Depends$/);
  const named = { ...GOOD.control, Package: "cn.Example.Kiosk", Version: "1.2.3" };
  const faults = faultsOf({ control: named });
  assert.match(faults, /"cn\.Example\.Kiosk" is no reversed domain in lower case/);
  assert.match(faults, /Version "1\.2\.3" is not four numbers/);
  assert.match(faults, /is not named by Package, Version and Architecture/);
  assert.match(faults, /info: appid is not Package/);
});

Deno.test("uosFaults() forbids scripts", () => {
  const controlFiles = ["control", "postinst", "triggers"];
  assert.equal(
    faultsOf({ controlFiles }),
    "postinst: scripts that change the system are forbidden\n" +
      "triggers: scripts that change the system are forbidden",
  );
});

Deno.test("uosFaults() knows the folders that UOS links into the system", () => {
  const strange = [
    "usr/bin/kiosk",
    `${BASE}/bin/kiosk`,
    `${BASE}/entries/units/a`,
    `${BASE}/info/a`,
  ];
  const faults = faultsOf({ paths: [...GOOD.paths, ...strange] }).split("\n");
  assert.deepEqual(faults.map((line) => line.split(":")[0]), strange.map((path) => `/${path}`));
});

Deno.test("uosFaults() reads info as the store does", () => {
  const told = (info: string | null) => faultsOf({ info });
  assert.equal(told(null), "info: missing");
  assert.equal(told("{"), "info: no JSON object");
  assert.equal(told("null"), "info: no JSON object");
  assert.match(told(JSON.stringify({ ...INFO, version: "1" })), /version is not Version/);
  assert.match(told(JSON.stringify({ ...INFO, arch: ["arm64", "m68k"] })), /arch is not/);
  assert.match(told(JSON.stringify({ ...INFO, permissions: { camera: 1 } })), /true and false/);
  assert.match(told(JSON.stringify({ ...INFO, name: "" })), /no name/);
});

Deno.test("uosFaults() wants one desktop file that stays inside the package", () => {
  assert.equal(faultsOf({ desktopFiles: {} }), "no desktop file");
  const faults = faultsOf({ desktopFiles: { "a/kiosk.desktop": "Exec=/usr/bin/kiosk\nIcon=b\n" } });
  assert.match(faults, /not named by Package/);
  assert.match(faults, /Exec is not in the package's files/);
  assert.match(faults, /Icon is not named by Package/);
});
