/** What is left behind of host processes: nothing. */
import assert from "node:assert/strict";
import { ROOT } from "../../tools/source_files.ts";
import { writeVendorScript } from "../../sandbox/devices/vendor/script.ts";
import { openVendorBench, openVendorRig, until } from "../vendor.ts";
import { troubleProfile } from "../vendor_profiles.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());
const libraries = bench?.libraries;
const ignore = bench === null;

test("a host dies with its parent, even in a call that hangs", async () => {
  await using parent = await startParent("wait", { end: "hang" });
  await until(async () => (await parent.log()).includes("Nothing "));
  const [, host = 0] = /Nothing (\d+)/.exec(await parent.log())?.map(Number) ?? [];
  assert.ok(await isAlive(host));
  parent.process.kill("SIGKILL");
  await parent.process.status;
  await until(async () => !await isAlive(host));
});

test("what a library started dies with its process, and holds up nothing", async () => {
  await using rig = await openVendorRig({
    profile: troubleProfile(libraries?.trouble ?? ""),
    answers: { Nothing: { spawns: true, end: "crash" } },
  });
  const signal = new AbortController().signal;
  const reply = await rig.library.call("nothing", {}, { signal, timeoutMs: 60_000 });
  assert.deepEqual(reply, { kind: "lost", reason: "crashed" });
  const spawned = Number(/spawned (\d+)/.exec((await rig.calls()).join("\n"))?.[1]);
  assert.ok(spawned > 0);
  await until(async () => !await isAlive(spawned));
});

test("fifty crashes leave no file open and no child behind", async () => {
  await using parent = await startParent("restarts", { end: "crash" });
  const { stdout, success } = await parent.process.output();
  assert.ok(success);
  const { before, after, children } = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(after, before);
  assert.equal(before.children, 1);
  assert.equal(children, 0);
});

async function startParent(what: "wait" | "restarts", answer: { end: "hang" | "crash" }) {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-vendor-parent-" });
  const log = `${folder}/log`;
  const script = `${folder}/script`;
  await writeVendorScript(script, { answers: { Nothing: answer }, log });
  // Of the main thread, so that the thread in the library's log is the process.
  const top = `name = "simulated"
encoding = "gb18030"
thread = "main"
environment = { YIKATONG_VENDOR_SCRIPT = "${script}" }`;
  const profile = `${top}\n${troubleProfile(libraries?.trouble ?? "")}`
    .replaceAll("deadlineMs = 5_000", "deadlineMs = 60_000");
  await Deno.writeTextFile(`${folder}/profile.toml`, profile);
  const main = new URL("tests/vendor_parent.ts", ROOT).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, `${folder}/profile.toml`, `${folder}/work`, what],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  return {
    process,
    log: () => Deno.readTextFile(log).catch(() => ""),
    async [Symbol.asyncDispose]() {
      if (!process.stdout.locked) await process.stdout.cancel();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A zombie of somebody else's is as good as gone. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `vendor library: ${name}`, ignore, fn });
}
