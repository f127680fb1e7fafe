import assert from "node:assert/strict";
import { readToml } from "../../server/platform/config.ts";
import { toKioskConfig } from "../../terminal/browser/config.ts";
import { ROOT } from "../../tools/source_files.ts";
import { TemporaryFolder } from "../temporary_folder.ts";

const KIOSK = new URL("deploy/common/kiosk/", ROOT).pathname;

Deno.test("yikatong-kiosk-setup puts down what a session needs, and takes it away again", async () => {
  using root = new TemporaryFolder();
  const lightdm = await setup(["enable", "lightdm", "--root", root.path]);
  assert.equal(lightdm.code, 0, lightdm.text);
  const status = async () => (await setup(["status", "--root", root.path])).text.trim().split("\n");
  const placed = await status();
  assert.ok(placed.includes("/etc/lightdm/lightdm.conf.d/90-yikatong-kiosk.conf"), `${placed}`);
  assert.ok(placed.includes("/etc/modprobe.d/yikatong-usb-storage.conf"));
  for (const path of placed) assert.ok((await Deno.stat(root.path + path)).size > 0, path);

  await setup(["enable", "direct", "--root", root.path]);
  const direct = await status();
  assert.ok(!direct.some((path) => path.includes("lightdm")), "another session leaves nothing");
  assert.equal(direct.length, placed.length - 2);

  await setup(["disable", "--root", root.path]);
  assert.deepEqual(await status(), [""]);
  assert.equal((await setup(["status", "--root", root.path])).code, 0, "nothing is no failure");
});

for (const args of [[], ["enable"], ["enable", "wayland"], ["status", "--nothing"], ["wipe"]]) {
  Deno.test(`yikatong-kiosk-setup explains itself to "${args.join(" ")}"`, async () => {
    const { code, text } = await setup(args);
    assert.equal(code, 2);
    assert.match(text, /用法/);
  });
}

Deno.test("the kiosk's example settings are ones that it knows", async () => {
  const text = await Deno.readTextFile(`${KIOSK}kiosk.toml`);
  toKioskConfig(readToml(text));
  const settings = text.replaceAll(/^# (?=\w+ = )/gm, "");
  const config = toKioskConfig(readToml(settings));
  assert.equal(config.display.dark_from, "22:00");
  const defaults = toKioskConfig({});
  assert.equal(config.url, defaults.url);
  assert.equal(config.display.rotation, defaults.display.rotation);
});

Deno.test("the browser's policy opens this machine's pages alone", async () => {
  const policy = JSON.parse(await Deno.readTextFile(`${KIOSK}files/browser-policy.json`));
  assert.deepEqual(policy.URLBlocklist, ["*"]);
  assert.deepEqual(policy.URLAllowlist, [new URL(toKioskConfig({}).url).origin]);
});

async function setup(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [`${KIOSK}yikatong-kiosk-setup`, ...args],
    env: { YIKATONG_KIOSK_FILES: `${KIOSK}files` },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
