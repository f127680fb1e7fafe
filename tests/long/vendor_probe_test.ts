/** `yikatong device-host` as a technician meets it. */
import assert from "node:assert/strict";
import { openPty } from "../../sandbox/devices/pty.ts";
import { ROOT } from "../../tools/source_files.ts";
import { openCliFolder } from "../cli.ts";
import { openVendorBench } from "../vendor.ts";
import { troubleProfile } from "../vendor_profiles.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());
const libraries = bench?.libraries;
const ignore = bench === null;
const TOP = `name = "simulated"\nencoding = "gb18030"\n`;

Deno.test({
  name: "device-host --probe lists which functions of the profile the library has",
  ignore,
  fn: async () => {
    await using folder = await openCliFolder();
    await folder.write("x.toml", TOP + troubleProfile(libraries?.trouble ?? ""));
    const run = await folder.run(["device-host", `${folder.path}/x.toml`, "--probe"]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /已装载/);
    assert.match(run.text, /^ {2}有 {4}mix {2}Mix$/m);
    assert.match(run.text, /^ {2}没有 {2}missing {2}NotThere$/m);
  },
});

Deno.test({
  name: "device-host --probe says why a library cannot be loaded",
  ignore,
  fn: async () => {
    await using folder = await openCliFolder();
    await folder.write("x.toml", TOP + troubleProfile("/nowhere/libx.so"));
    const run = await folder.run(["device-host", `${folder.path}/x.toml`, "--probe"]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /"\/nowhere\/libx\.so" 装不上：文件或目录不存在/);
    assert.equal(run.stderr.trim().split("\n").length, 1);
  },
});

Deno.test("device-host says what is wrong with a profile, and how it is used", async () => {
  await using folder = await openCliFolder();
  await folder.write("x.toml", TOP);
  const wrong = await folder.run(["device-host", "x.toml", "--probe"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /"x\.toml" 不能使用.*\n {2}library: 没有设置/);
  assert.equal((await folder.run(["device-host"])).code, 2);
  const help = await folder.run(["device-host", "--help"]);
  assert.equal(help.code, 0);
  assert.match(help.text, /不要手工运行/);
});

Deno.test("device-host is not run by hand on a terminal", async () => {
  await using pty = await openPty();
  const main = new URL("main.ts", ROOT).pathname;
  const command = `exec "$0" run -A "${main}" device-host /tmp/x.toml < ${pty.path}`;
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", command, Deno.execPath()],
  }).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /检查动态库用 --probe/);
});

Deno.test("device-host ends when nobody is at the other end", async () => {
  await using folder = await openCliFolder();
  await folder.write("x.toml", "");
  const run = await folder.run(["device-host", `${folder.path}/x.toml`]);
  assert.equal(run.code, 0);
  assert.match(run.text, /"kind":"refused"/);
});
