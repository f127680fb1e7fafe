import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";

const PARTY = `url = "http://127.0.0.1:1"
app_id = "test"
secret = "of-a-test"
`;

const CONFIG = `data_dir = "data"
[development]
seal_key = "${"5a".repeat(32)}"
[his]
${PARTY}
[citizen_code]
${PARTY}
[insurance]
url = "http://127.0.0.1:1"
paas_id = "test"
secret = "of-a-test"
[aggregate_pay]
url = "http://127.0.0.1:1"
app_id = "test"
app_key = "of-a-test"
notify_key = "of-a-test"
order_prefix = "YKT1"
notify_url = "http://127.0.0.1:1"
`;

Deno.test("yikatong admin reseal and check-integrity", async (t) => {
  await using folder = await openCliFolder();
  await folder.write("c.toml", CONFIG);
  const options = ["--config", "c.toml", "--insecure-development"];
  const migrated = await folder.run(["migrate", "--config", "c.toml"]);
  assert.equal(migrated.code, 0, migrated.stderr);

  await t.step("somebody has to answer for it", async () => {
    for (const command of ["reseal", "check-integrity"]) {
      const run = await folder.run(["admin", command, ...options]);
      assert.equal(run.code, 2, command);
      assert.match(run.stderr, /--by/);
    }
  });

  await t.step("a check goes over all tables, and --status shows the last one", async () => {
    const run = await folder.run(["admin", "check-integrity", "--by", "张工", ...options]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /^已完成：(\d+)\/\1 张表，[1-9]\d* 行，0 行有问题；由 张工 开始于/);
    const status = await folder.run(["admin", "check-integrity", "--status", ...options]);
    assert.equal(status.text, run.text);
  });

  await t.step("sealing anew says that the old version has no rows left", async () => {
    const run = await folder.run(["admin", "reseal", "--by", "张工", ...options]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /旧版本已没有数据，可以停用/);
  });
});
