import assert from "node:assert/strict";
import { sql } from "kysely";
import { openConfigured } from "../../cli/database.ts";
import { serverFindings } from "../../cli/doctor/database_checks.ts";
import type { Config } from "../../server/platform/config.ts";
import { openServerDatabase } from "../../server/platform/db.ts";
import { startPostgresServer } from "../postgres_server.ts";

Deno.test("the doctor names a database, what is wrong with it, and what is weak", async (t) => {
  await using server = await startPostgresServer({ password_encryption: "md5" });
  const admin = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  await sql`create database narrow encoding 'SQL_ASCII' locale 'C' template template0`
    .execute(admin);
  const version = await sql<{ v: string }>`select current_setting('server_version') as v`
    .execute(admin);
  await admin.destroy();
  const configure = (database: Partial<Config["database"]>): Config["database"] => ({
    url: `${server.url}/postgres`,
    product: "postgresql",
    allow_md5: false,
    pool: 1,
    ...database,
  });
  const look = async (database: Partial<Config["database"]>) =>
    (await serverFindings(configure(database))).map(({ state, text }) => `${state} ${text}`);

  await t.step("one that fits, and keeps its passwords weakly", async () => {
    const [product = "", ...rest] = await look({ allow_md5: true });
    assert.match(product, /^ok 数据库：PostgreSQL \d+\.\d+，编码 UTF8/);
    assert.ok(product.includes((version.rows[0]?.v ?? "").split(" ")[0] ?? "?"));
    assert.deepEqual(
      rest.map((text) => /^warning .*(password_encryption|allow_md5)/.exec(text)?.[1]),
      [
        "password_encryption",
        "allow_md5",
      ],
    );
  });

  await t.step("another product, or another encoding, is refused to every command", async () => {
    for (
      const [database, words] of [
        [{ product: "kingbase" }, /改为 "postgresql"/],
        [{ url: `${server.url}/narrow` }, /编码是 SQL_ASCII/],
      ] as const
    ) {
      const [finding = "", ...rest] = await look(database);
      assert.match(finding, /^failed /);
      assert.match(finding, words);
      assert.deepEqual(rest, []);
      const opened = openConfigured({ database: configure(database), data_dir: "/none" }, 1);
      await assert.rejects(opened, { name: "StartError", message: words });
    }
  });

  await t.step(
    "PostgreSQL where openGauss is configured says so before anything else",
    async () => {
      const [finding = ""] = await look({
        product: "opengauss",
        url: `${server.url.replace("@", ":x@")}/postgres`,
      });
      assert.match(finding, /^failed .*database\.product/);
    },
  );

  await t.step("one that is not there, and none", async () => {
    const [finding = ""] = await look({ url: `${server.url}/nowhere` });
    assert.match(finding, /^failed .*没有这个名称的数据库/);
    const { url: _, ...embedded } = configure({});
    assert.match((await serverFindings(embedded))[0]?.text ?? "", /内嵌数据库/);
  });
});
