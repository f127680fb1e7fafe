import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";
import { writeTemplate } from "../db_template.ts";

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

Deno.test("yikatong admin erasures", async (t) => {
  await using folder = await openCliFolder();
  await folder.write("c.toml", CONFIG);
  const options = ["--config", "c.toml", "--insecure-development"];
  const erasures = (...args: string[]) => folder.run(["admin", "erasures", ...args, ...options]);
  await writeTemplate(`${folder.path}/data/database`, new Date());
  const migrated = await folder.run(["migrate", "--config", "c.toml"]);
  assert.equal(migrated.code, 0, migrated.stderr);

  await t.step("what it is asked has to be whole", async () => {
    for (
      const [args, said] of [
        [[], /其中一个/],
        [["--since", "2026-11-01", "--repeat", "list.txt"], /其中一个/],
        [["--since", "2026-13-41"], /2026-13-41/],
        [["--repeat", "list.txt"], /--by/],
      ] as const
    ) {
      const run = await erasures(...args);
      assert.equal(run.code, 2, args.join(" "));
      assert.match(run.stderr, said);
    }
  });

  await t.step("a list that is none changes nothing", async () => {
    const gone = await erasures("--repeat", "nowhere.txt", "--by", "张工");
    assert.match(gone.stderr, /不能读取名单/);
    await folder.write("list.txt", "44190019900101001X 2026-11-22 10:00:00\n");
    const wrong = await erasures("--repeat", "list.txt", "--by", "张工");
    assert.match(wrong.stderr, /不是编号/);
    assert.notEqual(wrong.code, 0);
  });

  await t.step("nobody was erased, and whom the backup lacks is passed over", async () => {
    assert.equal((await erasures("--since", "2026-11-01")).text, "");
    const id = "01a1ec2a-f280-7cbb-b371-e1567b13a073";
    await folder.write("list.txt", `# 名单\n${id} 2026-11-22 10:00:00\n${id}\n`);
    const run = await erasures("--repeat", "list.txt", "--by", "张工");
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /再次删除 0 人；1 人没有可删除的信息/);
  });
});
