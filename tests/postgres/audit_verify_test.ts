import assert from "node:assert/strict";
import { openKeyStore } from "../../crypto/key_store.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { createChainer, linkAll } from "../../server/modules/audit/chain/link_events.ts";
import { makeCheckpoint } from "../../server/modules/audit/chain/make_checkpoint.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { systemActor } from "../../server/modules/audit/actor.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { type TestDb, testDb } from "../db.ts";
import { findPrograms, startPostgresServer } from "../postgres_server.ts";
import { requiredConfig } from "../required_config.ts";

/** The whole way: a real server, `psql`, and the command an auditor runs. */

const PASSWORD = "correct horse";

async function configured(folder: CliFolder, url: string): Promise<SoftwareProvider> {
  await folder.write("password", `${PASSWORD}\n`);
  const made = await folder.run([
    "key",
    "store",
    "init",
    "--store",
    "keys",
    "--password-file",
    "password",
  ]);
  assert.equal(made.code, 0, made.stderr);
  const crypto = {
    provider: "portable",
    key_store: `${folder.path}/keys`,
    key_store_password_file: `${folder.path}/password`,
    allow_software_private_keys: true,
  };
  const tables = Object.entries({ ...requiredConfig(), database: { url }, crypto });
  const text = tables.map(([name, fields]) =>
    `[${name}]\n${
      Object.entries(fields ?? {}).map(([field, value]) => `${field} = ${JSON.stringify(value)}`)
        .join("\n")
    }\n`
  ).join("");
  await folder.write("config.toml", text);
  const keys = openKeyStore(await folder.read("keys"), new TextEncoder().encode(PASSWORD));
  return new SoftwareProvider(portableEngine(), { name: "test", keys });
}

async function fill({ db }: TestDb, provider: SoftwareProvider): Promise<void> {
  const deps = { db, clock: SYSTEM_CLOCK, provider };
  const audit = createAuditWriter(deps);
  const stream = newId(new Date());
  // Four processes write and link at once.
  await Promise.all(Array.from({ length: 4 }, async (_, process) => {
    const chainer = createChainer({ ...deps, audit, log: SILENT_LOG });
    for (let round = 0; round < 10; round++) {
      await db.transaction().execute((tx) =>
        audit.record(tx, systemActor("test"), [{
          kind: "platform.started",
          result: "succeeded",
          organisationId: round % 2 === 0 ? stream : null,
          fields: { version: String(process), role: "all" },
        }])
      );
      await linkAll(chainer);
    }
  }));
  await linkAll(createChainer({ ...deps, audit, log: SILENT_LOG }));
  await makeCheckpoint(deps, { atOnce: true });
}

async function psql(url: string, statement: string): Promise<void> {
  const programs = await findPrograms();
  const { code, stderr } = await new Deno.Command(`${programs}/psql`, {
    args: ["-X", "-v", "ON_ERROR_STOP=1", "-q", "-c", statement, url],
    env: { PGGSSENCMODE: "disable", PGSSLMODE: "disable" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

Deno.test("R-SEC-02: one row edited with psql is named by yikatong audit verify", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await using folder = await openCliFolder();
  const url = own.url ?? "";
  await using provider = await configured(folder, url);
  await fill(own, provider);
  const verify = (...args: readonly string[]) =>
    folder.run(["audit", "verify", "--config", "config.toml", ...args]);

  const intact = await verify();
  assert.equal(intact.code, 0, intact.stderr + intact.text);
  assert.match(intact.text, /^校验了 40 条记录、1 个检查点$/m);
  assert.match(intact.text, /^结论：审计链完好$/m);
  const shown = await folder.run(["audit", "checkpoint", "--config", "config.toml"]);
  const [, digest = ""] = /SM3 ([0-9a-f]{64})/.exec(shown.text) ?? [];
  await folder.write("anchors", `1 2026-11-18T00:00:00.000Z ${digest}\n`);
  const anchored = await verify("--anchor", "anchors");
  assert.match(anchored.text, /锚文件：1 个检查点与之相同/, anchored.stderr);
  await folder.write("ahead", `9 2026-11-18T00:00:00.000Z ${digest}\n`);
  const ahead = await verify("--anchor", "ahead");
  assert.deepEqual([ahead.code, /尾部截断.*第 9 号/.test(ahead.stderr)], [1, true], ahead.stderr);

  const row = await own.db.selectFrom("audit_link").selectAll().where("n", "=", 7n)
    .executeTakeFirstOrThrow();
  await psql(url, `update audit_event set result = 'failed' where id = '${row.event_id}'`);
  const broken = await verify();
  assert.equal(broken.code, 1);
  const named = new RegExp(
    `^内容被改：(平台流|机构流 ${row.stream_id})，第 7 条，事件 ${row.event_id}`,
  );
  assert.match(broken.stderr, named);
  assert.match(broken.text, /结论：审计链有断点（内容被改）/);
});

Deno.test("a second organisation's signature on a checkpoint is kept and checked", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await using folder = await openCliFolder();
  await using provider = await configured(folder, own.url ?? "");
  await fill(own, provider);
  const run = async (...args: readonly string[]) => {
    const done = await folder.run(args);
    assert.equal(done.code, 0, `${args.join(" ")}: ${done.stderr}`);
    return done.text;
  };
  const config = ["--config", "config.toml"];
  await run("audit", "checkpoint", ...config, "--out", "checkpoint.txt");
  await run(
    "key",
    "generate",
    "--out",
    "bureau.pem",
    "--public-out",
    "bureau-public.pem",
    "--no-password",
  );
  await run("sm", "sign", "--key", "bureau.pem", "--out", "checkpoint.sig", "checkpoint.txt");
  const counter = ["--counter-key", "bureau-public.pem"];
  const named = ["--party", "卫健局", "--by", "张工", "--number", "1"];
  const given = ["audit", "checkpoint", ...config, ...counter, ...named];
  await run(...given, "--countersignature", "checkpoint.sig");
  const again = await folder.run([...given, "--countersignature", "checkpoint.sig"]);
  assert.deepEqual([again.code, /已经会签过/.test(again.stderr)], [1, true], again.stderr);
  assert.match(await run("audit", "verify", ...config, ...counter), /第二方会签：1 个检查点/);
});
