import assert from "node:assert/strict";
import { openDatabase } from "../../cli/database.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { enterKey } from "../../cli/key/store_enter.ts";
import { initStore } from "../../cli/key/store_init.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { simulateZt598Pad } from "../../sandbox/devices/pin_pad/zt598_simulator.ts";
import { PtyCable } from "../../sandbox/devices/pty_cable.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { selectPadKeys } from "../../server/modules/fleet/pad_keys/store.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { testAudit } from "../audit.ts";
import { type CliFolder, type CliRun, openCliFolder, RUN_FLAGS } from "../cli.ts";
import { writeTemplate } from "../db_template.ts";
import { requiredConfig } from "../required_config.ts";
import { testRowTags } from "../sealer.ts";

/** The ceremony of docs/运维手册.md, with the commands and prompts that people have. */

const FIRST = "0123456789ABCDEF0011223344556677";
const SECOND = "F00D00000000000000000000CAFE1234";
const CONFIRM = ["key", "pad-master", "confirm", "--terminal", "0001", "--config", "config.toml"];

Deno.test("a pad's master is made, typed into the pad by two, and confirmed by another (R-DEV-10)", async () => {
  await using folder = await openCliFolder();
  await preparePlatform(folder);
  const made = succeeded(
    await folder.run([
      ...["key", "pad-master", "make", "--terminal", "0001", "--by", "张工"],
      ...["--config", "config.toml"],
    ]),
  );
  const [, wrapped = ""] = /密文\s+([0-9a-f]{32})/.exec(made.text) ?? [];
  const [, check = ""] = /校验值\s+([0-9a-f]{16})/.exec(made.text) ?? [];
  assert.ok(wrapped && check, made.text);

  const simulator = simulateZt598Pad();
  const link = `${folder.path}/epp`;
  await using cable = new PtyCable({ link, serve: (line) => simulator.serve(line) });
  await cable.plug();
  const load = [
    ...["key", "pad-master", "load", "--driver", "zt598", "--path", link],
    ...["--wrapped", wrapped, "--check", check],
  ];
  const mistyped = await typed(folder, load, [FIRST, FIRST.replace("0", "1")]);
  assert.equal(mistyped.code, 1);
  assert.match(mistyped.shown, /校验值不符.*键盘没有动过/);
  assert.ok(!simulator.state.hasKeyAt(""), "nothing went to the pad");
  const loaded = await typed(folder, load, [FIRST, SECOND.toLowerCase()]);
  assert.equal(loaded.code, 0, loaded.shown);
  assert.match(loaded.shown, /第一段密钥：\r\n第二段密钥：\r\n/);
  assert.match(loaded.shown, /键盘已收下主密钥/);
  for (const part of [FIRST, SECOND]) assert.ok(!loaded.shown.includes(part), "typed unseen");
  assert.ok(simulator.state.hasKeyAt(""));

  const check8 = check.slice(0, 8);
  refused(
    await folder.run([...CONFIRM, "--check", check8, "--by", "张工"]),
    /生成和确认须是两个人/,
  );
  succeeded(await folder.run([...CONFIRM, "--check", check8, "--by", "李工"]));
  assert.deepEqual(await mastersOf(folder), [["active", check]]);
});

function succeeded(run: CliRun): CliRun {
  assert.equal(run.code, 0, run.stderr);
  return run;
}

function refused({ code, stderr }: CliRun, why: RegExp): void {
  assert.equal(code, 1, stderr);
  assert.match(stderr, why);
}

/** A key store with the transport key of two parts, and a platform with terminal 0001. */
async function preparePlatform(folder: CliFolder): Promise<void> {
  await folder.write("password", "correct horse\n");
  await folder.write("first", FIRST);
  await folder.write("second", SECOND);
  const at = (name: string) => `${folder.path}/${name}`;
  const store = ["--store", at("keys"), "--password-file", at("password")];
  assert.equal(await initStore(store), 0);
  const parts = ["--first-file", at("first"), "--second-file", at("second")];
  const transport = ["--label", "pad-transport", "--usage", "export"];
  assert.equal(await enterKey([...store, ...transport, ...parts]), 0);
  const tables = Object.entries(requiredConfig()).map(([name, fields]) => {
    const lines = Object.entries(fields ?? {}).map(([field, value]) =>
      `${field} = ${JSON.stringify(value)}`
    );
    return `[${name}]\n${lines.join("\n")}\n`;
  });
  const crypto = `[crypto]\nkey_store = "${folder.path}/keys"\n` +
    `key_store_password_file = "${folder.path}/password"\nallow_software_private_keys = true\n`;
  await folder.write(
    "config.toml",
    `data_dir = "${folder.path}/data"\n${crypto}${tables.join("")}`,
  );
  await writeTemplate(`${folder.path}/data/database`, SYSTEM_CLOCK.now());
  await using db = await databaseOf(folder);
  const audit = testAudit();
  await seedCity({ db, clock: SYSTEM_CLOCK, audit, rowTags: testRowTags() }, buildCity());
}

async function databaseOf(folder: CliFolder) {
  return await openDatabase({ url: undefined, folder: `${folder.path}/data/database`, pool: 1 });
}

async function mastersOf(folder: CliFolder) {
  await using db = await databaseOf(folder);
  const terminal = await findTerminal({ db }, { number: "0001" });
  const keys = await selectPadKeys(db, terminal?.id ?? "");
  return keys.map(({ state, checkValue }) => [state, checkValue.toHex()]);
}

/** The command on a terminal of its own; each question is answered with the next line. */
async function typed(folder: CliFolder, args: readonly string[], answers: readonly string[]) {
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const command = [Deno.execPath(), "run", ...RUN_FLAGS, main, ...args]
    .map((word) => `"${word}"`).join(" ");
  const child = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", command, "/dev/null"],
    cwd: folder.path,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  let shown = "";
  let answered = 0;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    shown += text;
    const asked = shown.split("段密钥：").length - 1;
    for (; answered < asked; answered++) {
      await writer.write(new TextEncoder().encode(`${answers[answered] ?? ""}\r`));
    }
  }
  await writer.close().catch(() => {});
  return { shown, code: (await child.status).code };
}
