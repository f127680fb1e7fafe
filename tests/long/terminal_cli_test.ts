import assert from "node:assert/strict";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../../server/modules/fleet/enrolment/approve_terminal.ts";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { openWorld, type World } from "../world.ts";

/** The kiosk process as a technician meets it: enrolled, served, examined, stopped. */

Deno.test("yikatong terminal: shows its code, is approved, serves, and the doctor looks at it", async () => {
  await using world = await openWorld();
  await using platform = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    world.app.fetch,
  );
  await using folder = await openCliFolder();
  const port = freePort();
  const config = `${folder.path}/terminal.toml`;
  await Deno.mkdir(`${folder.path}/ui`);
  await folder.write("ui/index.html", "<!doctype html><html><head></head>kiosk</html>");
  await folder.write(
    "terminal.toml",
    `number = "0001"\ndata_dir = "${folder.path}/data"\nport = ${port}\n` +
      `ui_dir = "${folder.path}/ui"\n[platform]\nurl = "http://127.0.0.1:${platform.addr.port}"\n` +
      `[devices.id_card_reader]\ndriver = "sdt_serial"\npath = "${folder.path}/no-such-port"\n`,
  );
  const url = `http://127.0.0.1:${port}/`;
  {
    await using running = startTerminal(folder, config);
    const page = await running.pageWith(url, /[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}/);
    const code = /([2-9A-HJ-NP-Z]{4}) ([2-9A-HJ-NP-Z]{4})/.exec(page)?.slice(1).join("") ?? "";
    await approve(world, code);
    await running.pageWith(url, /kiosk-token/);
    const busy = await folder.run(["doctor", "--terminal", "--config", config]);
    assert.match(busy.text, /终端程序正在运行，设备由它使用/);
    const second = await folder.run(["terminal", "--config", config]);
    assert.deepEqual([second.code, /正被另一个 yikatong 使用/.test(second.stderr)], [1, true]);
  }
  const known = await folder.run(["terminal", "enrol", "--config", config]);
  assert.equal(known.code, 0, known.stderr);
  assert.match(known.text, /已注册/);
  const report = `${folder.path}/report.md`;
  const doctor = await folder.run([
    "doctor",
    "--terminal",
    "--config",
    config,
    "--report",
    report,
    "--print",
  ]);
  assert.equal(doctor.code, 1, "a configured reader that is not there");
  assert.match(doctor.text, /正常 {2}线路 .*签名会话已建立/);
  assert.match(doctor.text, /正常 {2}交易功能 .*开放：缴费/);
  assert.match(doctor.text, /失败 {2}身份证阅读器 .*没有应答/);
  assert.match(doctor.text, /没有打印：没有应答/);
  const text = new TextDecoder().decode(await folder.read("report.md"));
  assert.match(text, /^# 终端上线测试报告　0001\n/);
  assert.match(text, /结论：\*\*不能上线/);
  await folder.write("data/journal.sqlite", "no database at all, but a file as long as it takes");
  const broken = await folder.run(["doctor", "--terminal", "--config", config]);
  assert.equal(broken.code, 1);
  assert.match(broken.text, /失败 {2}日志 .*打不开/);
  assert.match(broken.text, /失败 {2}身份证阅读器/, "the rest is looked at all the same");
  assert.match(text, /\| 失败 \| 身份证阅读器 \|/);
  const { mode } = await Deno.stat(`${folder.path}/data/terminal-keys`);
  assert.equal((mode ?? 0) & 0o777, 0o600);
});

async function approve(world: World, code: string): Promise<void> {
  const { own: { db }, clock, services: { audit } } = world;
  const deps = { db, clock, audit };
  const found = await findEnrolmentToApprove(deps, code);
  assert.ok(found.kind === "found");
  const { enrolment } = found;
  const actor = shellActor("张工");
  assert.ok(await approveTerminal(deps, { enrolment, code, actor, reason: null }));
}

interface RunningTerminal extends AsyncDisposable {
  /** Asks for the page till it is as wanted; fails when the process has ended. */
  pageWith(url: string, wanted: RegExp): Promise<string>;
}

const ASK_AGAIN_MS = 50;

function startTerminal(folder: CliFolder, config: string): RunningTerminal {
  const child = folder.start(["terminal", "--config", config]);
  let isOver = false;
  const ended = child.output().then((output) => {
    isOver = true;
    return output;
  });
  return {
    async pageWith(url, wanted) {
      while (!isOver) {
        const page = await fetch(url).then((response) => response.text()).catch(() => "");
        if (wanted.test(page)) return page;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
      const { stdout, stderr } = await ended;
      throw new Error(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
    },
    async [Symbol.asyncDispose]() {
      child.stdin.close().catch(() => {});
      if (!isOver) child.kill("SIGTERM");
      assert.equal((await ended).code, 0, new TextDecoder().decode((await ended).stderr));
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
