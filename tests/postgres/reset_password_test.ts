import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";
import { testDb } from "../db.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { requiredConfig } from "../required_config.ts";

const ONE_TIME = /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/;

Deno.test("yikatong admin reset-password gives a lost administrator a one-time password", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await using folder = await openCliFolder();
  const tables = Object.entries({
    ...requiredConfig(),
    development: { seal_key: "5a".repeat(32) },
    database: { url: own.url },
  });
  const lines = tables.flatMap(([name, fields]) => [
    `[${name}]`,
    ...Object.entries(fields ?? {}).map(([field, value]) => `${field} = ${JSON.stringify(value)}`),
  ]);
  await folder.write("config.toml", lines.join("\n"));
  const admin = (...args: string[]) =>
    folder.run(["admin", ...args, "--config", "config.toml", "--insecure-development"]);
  const three = [
    "--system",
    "zhang.wei=张伟",
    "--security",
    "li.na=李娜",
    "--audit",
    "wang.fang=王芳",
  ];
  const city = ["--city-code", "441900", "--city-name", "东莞市"];
  const made = await admin("init", ...three, ...city, "--by", "赵工", "--yes");
  assert.equal(made.code, 0, made.stderr);
  const before = await own.db.selectFrom("account_password").selectAll().execute();

  const nameless = await admin("reset-password", "li.na", "--yes");
  assert.deepEqual([nameless.code, /--by/.test(nameless.stderr)], [2, true]);
  const nobody = await admin("reset-password", "nobody", "--by", "赵工", "--yes");
  assert.deepEqual([nobody.code, /没有登录名/.test(nobody.stderr)], [1, true], nobody.stderr);

  const reset = await admin("reset-password", "li.na", "--second-factor", "--by", "赵工", "--yes");
  assert.equal(reset.code, 0, reset.stderr);
  const [password = ""] = ONE_TIME.exec(reset.text) ?? [];
  assert.notEqual(password, "");
  const after = await own.db.selectFrom("account_password").selectAll().execute();
  const changed = after.filter(({ hash }) =>
    !before.some((row) => row.hash.toHex() === hash.toHex())
  );
  assert.deepEqual(changed.map(({ is_one_time }) => is_one_time), [true]);
  const events = await own.db.selectFrom("audit_event").selectAll()
    .where("kind", "=", "access.password_reset").execute();
  assert.deepEqual(events.map(({ actor_kind, actor_name }) => [actor_kind, actor_name]), [
    ["shell", "赵工"],
  ]);
  assert.ok(!JSON.stringify(events).includes(password));
});
