import assert from "node:assert/strict";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../../server/modules/fleet/enrolment/approve_terminal.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { Journal } from "../../terminal/journal.ts";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { openWorld, type World } from "../world.ts";

const WHO = ["--by", "张工", "--witness", "李工", "--reason", "到期更换"];

Deno.test("yikatong retire wipes a terminal, and its platform knows it no more (R-TOM-16)", async (t) => {
  await using world = await openWorld();
  await using platform = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    world.app.fetch,
  );
  await using folder = await openCliFolder();
  await folder.write(
    "terminal.toml",
    `number = "0001"\ndata_dir = "${folder.path}/data"\n` +
      `[platform]\nurl = "http://127.0.0.1:${platform.addr.port}"\n`,
  );
  const config = ["--config", `${folder.path}/terminal.toml`];
  await enrolled(world, folder, config);
  const retire = (...args: string[]) => folder.run(["retire", ...args, ...config]);
  const out = `${folder.path}/certificate.json`;
  const whole = ["--yes", "0001", ...WHO, "--out", out];
  const keys = `${folder.path}/data/terminal-keys`;

  await t.step("it has to be meant: the number, two people, a place outside", async () => {
    const cases = [
      [["--yes", "0002", ...WHO, "--out", out], /--yes 要写这台终端的编号（0001）/],
      [["--yes", "0001", "--by", "张工", "--witness", "张工", "--out", out], /不能与 --by 相同/],
      [["--yes", "0001", ...WHO, "--out", `${folder.path}/data/x`], /--out 不能在要清除的/],
    ] as const;
    for (const [args, said] of cases) {
      const run = await retire(...args);
      assert.deepEqual([run.code, said.test(run.stderr)], [2, true], run.stderr);
    }
  });

  await t.step("a terminal that is not suspended keeps everything", async () => {
    const run = await retire(...whole);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /请管理员在管理台“终端”页暂停它。什么都没有清除/);
    assert.ok(await Deno.stat(keys));
    assert.ok(!(await folder.list()).includes("certificate.json"));
  });

  await t.step(
    "a journal that is not uploaded keeps everything, and how much is told",
    async () => {
      await world.own.db.updateTable("terminal").set({ state: "suspended" })
        .where("number", "=", "0001").execute();
      let kept = 0;
      {
        using journal = new Journal(`${folder.path}/data/journal.sqlite`, SYSTEM_CLOCK);
        journal.events.keep({ kind: "test.noted", severity: "info", fields: {} });
        kept = journal.events.unsentCount;
      }
      const run = await retire(...whole);
      assert.equal(run.code, 1);
      assert.match(run.stderr, new RegExp(`还有 ${kept} 条日志没有上传、0 笔订单没有办完`));
      assert.ok(await Deno.stat(keys));
      using journal = new Journal(`${folder.path}/data/journal.sqlite`, SYSTEM_CLOCK);
      journal.events.dropUpTo(Number.MAX_SAFE_INTEGER);
    },
  );

  await t.step("then it is wiped, certified and countersigned", async () => {
    await Deno.mkdir(`${folder.path}/vendor`);
    await folder.write("vendor/photo.bmp", new Uint8Array(200_000).fill(7));
    await Deno.symlink("/etc/hostname", `${folder.path}/vendor/link`);
    const run = await retire(...whole, "--also", `${folder.path}/vendor`, "--photo", "IMG-1");
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /数据销毁证明[^]*终端 +0001[^]*见证人 +李工[^]*平台已会签、登记/);
    assert.match(run.text, new RegExp(`清除 +${folder.path}/vendor：2 个文件，200000 字节`));
    assert.ok(await Deno.stat("/etc/hostname"), "a link is not followed");
    const left = (await Array.fromAsync(Deno.readDir(`${folder.path}/data`))).map(({ name }) =>
      name
    );
    assert.deepEqual(left, [".in_use"]);
    const { certificate, record, countersignature } = JSON.parse(await Deno.readTextFile(out));
    assert.deepEqual(JSON.parse(certificate).verification.mismatches, 0);
    assert.equal(JSON.parse(record).certificate, certificate);
    assert.match(countersignature, /^[0-9a-f]{128}$/);
    const { state } = await world.own.db.selectFrom("terminal").select("state")
      .where("number", "=", "0001").executeTakeFirstOrThrow();
    assert.equal(state, "retired");
    const again = await retire("--yes", "0001", ...WHO, "--out", `${folder.path}/second.json`);
    assert.match(again.stderr, /没有密钥文件/);
  });
});

async function enrolled(world: World, folder: CliFolder, config: readonly string[]): Promise<void> {
  const child = folder.start(["terminal", "enrol", ...config]);
  let said = "";
  let isApproved = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    const code = /注册码 +([0-9A-Z]{4}) ([0-9A-Z]{4})/.exec(said)?.slice(1).join("");
    if (code === undefined || isApproved) continue;
    isApproved = true;
    await approve(world, code);
  }
  await child.stdin.close().catch(() => {});
  await child.stderr.cancel();
  assert.equal((await child.status).code, 0, said);
}

async function approve({ own: { db }, clock, services: { audit } }: World, code: string) {
  const deps = { db, clock, audit };
  const found = await findEnrolmentToApprove(deps, code);
  assert.ok(found.kind === "found");
  const approval = { enrolment: found.enrolment, code, actor: shellActor("张工"), reason: null };
  assert.ok(await approveTerminal(deps, approval));
}
