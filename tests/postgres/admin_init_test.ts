import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";
import { testDb } from "../db.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { requiredConfig } from "../required_config.ts";

const THREE = [
  "--system",
  "zhang.wei=张伟",
  "--security",
  "li.na=李娜",
  "--audit",
  "wang.fang=王芳",
];

Deno.test("yikatong admin init makes three administrators once, and a tree comes in after", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await using folder = await openCliFolder();
  const tables = Object.entries({
    ...requiredConfig(),
    development: { seal_key: "5a".repeat(32) },
    database: { url: own.url },
  });
  const config = tables.map(([name, fields]) =>
    `[${name}]\n${
      Object.entries(fields ?? {}).map(([field, value]) => `${field} = ${JSON.stringify(value)}\n`)
        .join("")
    }`
  );
  await folder.write("config.toml", config.join(""));
  const admin = (...args: string[]) =>
    folder.run(["admin", ...args, "--config", "config.toml", "--insecure-development"]);
  const city = ["--city-code", "441900", "--city-name", "东莞市"];

  const nameless = await admin("init", ...THREE, ...city, "--yes");
  assert.deepEqual([nameless.code, /--by/.test(nameless.stderr)], [2, true], nameless.stderr);
  const usual = await admin("init", ...THREE, "--by", "赵工", "--system", "admin=张伟");
  assert.equal(usual.code, 2, usual.text);
  const nowhere = await admin("init", ...THREE, "--by", "赵工", "--yes");
  assert.deepEqual([nowhere.code, /--city-code/.test(nowhere.stderr)], [1, true], nowhere.stderr);
  const unasked = await admin("init", ...THREE, ...city, "--by", "赵工");
  assert.deepEqual([unasked.code, /加 --yes/.test(unasked.stderr)], [1, true], unasked.stderr);

  const made = await admin("init", ...THREE, ...city, "--by", "赵工", "--yes");
  assert.equal(made.code, 0, made.stderr);
  const passwords = [...made.text.matchAll(/[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/g)].map(([text]) => text);
  assert.equal(new Set(passwords).size, 3, made.text);
  const again = await admin("init", ...THREE, ...city, "--by", "赵工", "--yes");
  assert.deepEqual([again.code, /已有管理员/.test(again.stderr)], [1, true], again.stderr);
  const rows = await own.db.selectFrom("account").select(["login", "duty", "state"]).orderBy("duty")
    .execute();
  assert.deepEqual(rows.map(({ login, duty, state }) => `${login} ${duty} ${state}`), [
    "wang.fang audit enabled",
    "li.na security enabled",
    "zhang.wei system enabled",
  ]);
  const events = await own.db.selectFrom("audit_event").selectAll().execute();
  const kept = JSON.stringify(events.map(({ fields }) => fields));
  assert.ok(passwords.every((text) => !kept.includes(text)));
  assert.ok(
    events.some(({ kind, actor_name }) =>
      kind === "access.administrators_initialised" && actor_name === "赵工"
    ),
  );

  await folder.write(
    "tree.csv",
    "编码,名称,级别,上级编码,机构类型,电话\n441900,东莞市,市,,,\n441901,莞城,镇街,441900,,\n" +
      "H44190100001,莞城中心,中心,441901,社区卫生服务中心,\n",
  );
  await folder.write("wrong.csv", "编码,名称,级别,上级编码,机构类型,电话\nX,甲,镇街,441900,,\n");
  const wrong = await admin("import-organisations", "wrong.csv", "--by", "赵工", "--yes");
  assert.deepEqual([wrong.code, /第 2 行「编码」/.test(wrong.text)], [1, true], wrong.text);
  const dry = await admin("import-organisations", "tree.csv", "--by", "赵工", "--dry-run");
  assert.match(dry.text, /新增 2，修改 0，未变 1/, dry.stderr);
  const done = await admin("import-organisations", "tree.csv", "--by", "赵工", "--yes");
  assert.match(done.text, /已导入/, done.stderr);
  await folder.write("terminals.csv", "终端编号,机构编码\n0001,H44190100001\n");
  const terminals = await admin("import-terminals", "terminals.csv", "--by", "赵工", "--yes");
  assert.match(terminals.text, /新增 1/, terminals.stderr);
  const registered = await own.db.selectFrom("terminal").select("number").execute();
  assert.deepEqual(registered.map(({ number }) => number), ["0001"]);
});
