import assert from "node:assert/strict";
import { devConfig } from "../../cli/dev/config.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { urlsOf } from "../../sandbox/start_sandbox.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { openCliFolder } from "../cli.ts";
import { testAudit } from "../audit.ts";
import { testRowTags } from "../sealer.ts";
import { type TestDb, testDb } from "../db.ts";
import { askState, askToEnrol, newTerminal, open, type Send } from "../line_client.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { requiredConfig } from "../required_config.ts";
import { TEST_SECRETS } from "../world.ts";
import { freePort, ready, serveProcess } from "./serve_process.ts";

/** Past the console's page: with a name, a reason and the development keys. */
function emergency(by: string): string[] {
  return ["--by", by, "--break-glass", "管理台故障", "--insecure-development"];
}

async function auditOf(own: TestDb): Promise<(string | null)[][]> {
  const rows = await own.db.selectFrom("audit_event")
    .select(["kind", "actor_kind", "actor_name", "fields"])
    .where("kind", "in", ["fleet.terminal_enrolled", "fleet.terminal_revoked"])
    .orderBy("id").execute();
  return rows.map(({ kind, actor_kind, actor_name, fields }) => [
    kind,
    actor_kind,
    actor_name,
    JSON.parse(fields).reason,
  ]);
}

/** `yikatong admin` as an operator runs it beside the platform. */

function configText(url: string): string {
  const tables = Object.entries(requiredConfig()).map(([name, fields]) => {
    const lines = Object.entries(fields ?? {}).map(([field, value]) =>
      `${field} = ${JSON.stringify(value)}`
    );
    return `[${name}]\n${lines.join("\n")}\n`;
  });
  const development = `[development]\nseal_key = ${JSON.stringify(TEST_SECRETS.columnSecret)}\n`;
  return `[database]\nurl = ${JSON.stringify(url)}\n${development}${tables.join("")}`;
}

async function eventsOf(own: TestDb): Promise<(string | null)[][]> {
  const rows = await own.db.selectFrom("terminal_event").select(["kind", "actor"]).orderBy("at")
    .execute();
  return rows.map(({ kind, actor }) => [kind, actor]);
}

Deno.test("yikatong admin approves, lists and revokes a terminal, with a name to it", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await seedCity(
    { db: own.db, clock: SYSTEM_CLOCK, audit: testAudit(), rowTags: testRowTags() },
    buildCity(),
  );
  const port = freePort();
  const config = devConfig({
    host: "127.0.0.1",
    port,
    dataDir: "unused",
    databaseUrl: own.url ?? undefined,
    urls: urlsOf("http://127.0.0.1:1"),
    secrets: TEST_SECRETS,
  });
  await using _serving = serveProcess(config, port);
  await ready(port);
  const send: Send = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  await using folder = await openCliFolder();
  await folder.write("config.toml", configText(own.url ?? ""));
  const admin = (args: readonly string[]) =>
    folder.run(["admin", ...args, "--config", "config.toml"]);

  const terminal = await newTerminal({ clock: SYSTEM_CLOCK, send, number: "0001" });
  const asked = await askToEnrol(terminal);
  const typed = `${asked.code.slice(0, 4)}-${asked.code.slice(4).toLowerCase()}`;

  const nameless = await admin(["approve-terminal", typed, "--break-glass", "管理台故障", "--yes"]);
  assert.deepEqual([nameless.code, /--by/.test(nameless.stderr)], [2, true], nameless.stderr);
  const onPage = await admin(["approve-terminal", typed, "--by", "张工", "--yes"]);
  assert.deepEqual([onPage.code, /管理台的“终端注册”页/.test(onPage.stderr)], [2, true]);
  const unasked = await admin(["approve-terminal", typed, ...emergency("张工")]);
  assert.equal(unasked.code, 1);
  assert.match(unasked.stderr, /加 --yes/);
  assert.match(unasked.text, /终端编号 +0001\n所在机构 +\S+（\S+）\n/);
  assert.match(unasked.text, /签名密钥指纹 +[0-9a-f]{64}\n/);
  assert.equal((await askState(terminal, asked.id)).state.state, "waiting");

  const wrong = await admin(["approve-terminal", "AAAA2222", ...emergency("张工"), "--yes"]);
  assert.deepEqual([wrong.code, /没有这个注册码/.test(wrong.stderr)], [1, true], wrong.stderr);
  const approved = await admin(["approve-terminal", typed, ...emergency("张工"), "--yes"]);
  assert.equal(approved.code, 0, approved.stderr);
  assert.match(approved.text, /已批准：终端 0001/);
  const { state } = await askState(terminal, asked.id);
  assert.equal(state.state, "approved");
  await open({
    ...terminal,
    terminalId: state.terminalId ?? "",
    platform: asked.reply,
    generation: 1,
  });

  const stranger = await newTerminal({ clock: SYSTEM_CLOCK, send, number: "9999" });
  const { code } = await askToEnrol(stranger);
  const unknown = await admin(["approve-terminal", code, ...emergency("张工"), "--yes"]);
  assert.match(unknown.stderr, /没有编号为 "9999" 的终端/);

  const listed = await admin(["terminals", "--limit", "2"]);
  assert.match(
    listed.text,
    /^0001 {2}在用 {2}已注册 {2}没有心跳 {2}- {2}[0-9a-f]{16}\n0002 .*未注册/,
  );
  assert.match(listed.text, /其余的加 --after 0002/);
  const none = await admin(["terminals", "--state", "retired"]);
  assert.equal(none.text.trim(), "没有终端");
  assert.equal((await admin(["terminals", "--state", "gone"])).code, 2);

  const revoked = await admin(["revoke-terminal", "0001", ...emergency("李工"), "--yes"]);
  assert.match(revoked.text, /已吊销：终端 0001/);
  const again = await admin(["revoke-terminal", "0001", ...emergency("李工"), "--yes"]);
  assert.deepEqual([again.code, /没有有效的密钥/.test(again.stderr)], [1, true]);
  assert.deepEqual(await eventsOf(own), [["line.enrolled", "张工"], ["line.revoked", "李工"]]);

  const dead = ["retire-terminal", "0003", "--dead", "destroyed", "--reason", "主板烧毁"];
  const alone = await admin([...dead, "--by", "张工", "--witness", "张工", "--yes"]);
  assert.deepEqual([alone.code, /不能与 --by 相同/.test(alone.stderr)], [2, true], alone.stderr);
  const two = [...dead, "--by", "张工", "--witness", "李工", "--yes", "--insecure-development"];
  const retired = await admin([...two, "--out", `${folder.path}/retired.json`]);
  assert.match(retired.text, /已撤机：终端 0003，编号和密钥不再接入/, retired.stderr);
  const { record } = JSON.parse(new TextDecoder().decode(await folder.read("retired.json")));
  assert.match(record, /decommission_statement.*physically_destroyed.*主板烧毁/);
  assert.match((await admin(two)).stderr, /没有暂停，或已经撤机/);
  const returned = await askToEnrol(
    await newTerminal({ clock: SYSTEM_CLOCK, send, number: "0003" }),
  );
  const refused = await admin([
    "approve-terminal",
    returned.code,
    ...emergency("张工"),
    "--yes",
  ]);
  assert.deepEqual(
    [refused.code, /已退役，或它的密钥/.test(refused.stderr)],
    [1, true],
    refused.stderr,
  );
  assert.deepEqual(await auditOf(own), [
    ["fleet.terminal_enrolled", "shell", "张工", "管理台故障"],
    ["fleet.terminal_revoked", "shell", "李工", "管理台故障"],
  ]);
});
