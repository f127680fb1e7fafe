import assert from "node:assert/strict";
import { browserArguments } from "./arguments.ts";
import { browserAt, findBrowsers } from "./browsers.ts";

const OPENING = {
  profile: "/run/yikatong-kiosk/profile",
  url: "http://127.0.0.1:8701/",
  size: { width: 1_280, height: 1_024 },
  more: ["--force-device-scale-factor=1.25"],
};

Deno.test("browserArguments() shut a Chromium up in one window", () => {
  const args = browserArguments({ ...OPENING, browser: browserAt("/usr/bin/qaxbrowser-safe") });
  assert.equal(args.at(-1), OPENING.url);
  for (const flag of ["--kiosk", "--incognito", "--window-size=1281,1025", ...OPENING.more]) {
    assert.ok(args.includes(flag), flag);
  }
  assert.ok(args.includes(`--user-data-dir=${OPENING.profile}`));
});

Deno.test("browserArguments() give Firefox its own words", () => {
  const args = browserArguments({ ...OPENING, browser: browserAt("/usr/bin/firefox-esr") });
  assert.deepEqual(args.slice(-3), ["--kiosk", "--private-window", OPENING.url]);
  assert.ok(args.includes(OPENING.profile));
});

Deno.test("findBrowsers() takes what a system has, in the order of choice", async () => {
  const there = ["/usr/bin/chromium", "/usr/bin/browser", "/usr/local/bin/firefox"];
  const found = await findBrowsers((path) => Promise.resolve(there.includes(path)));
  assert.deepEqual(found.map(({ path }) => path), [
    "/usr/bin/browser",
    "/usr/local/bin/firefox",
    "/usr/bin/chromium",
  ]);
  assert.deepEqual(await findBrowsers(() => Promise.resolve(false)), []);
});
