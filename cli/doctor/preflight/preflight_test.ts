import assert from "node:assert/strict";
import { type Machine, MACHINES, plantMachine } from "../../../tests/deploy/machines.ts";
import { TemporaryFolder } from "../../../tests/temporary_folder.ts";
import type { FactSources } from "./facts.ts";
import { nameFindings, portFinding } from "./network_checks.ts";
import { examineMachine } from "./preflight.ts";
import type { Role } from "./resource_checks.ts";

Deno.test("preflight: Kylin server on Kunpeng, with pages of 64K and KySec, may be installed on", async () => {
  const findings = await examine(MACHINES.kylinServerKunpeng, "server");
  assert.deepEqual(states(findings, "ok"), [
    "操作系统",
    "glibc",
    "内核",
    "systemd",
    "处理器",
    "内存页",
    "KySec",
    "时间同步",
    "内存",
    "磁盘",
  ]);
  assert.match(textOf(findings, "内存页"), /65536.*64K/);
  assert.match(textOf(findings, "处理器"), /ARMv8\.1/);
  assert.match(textOf(findings, "KySec"), /Normal，执行控制开启/);
});

Deno.test("preflight: a terminal on Phytium is told that vendors' libraries may not be", async () => {
  const findings = await examine(MACHINES.kylinDesktopSp1, "terminal");
  assert.deepEqual(states(findings, "failed"), []);
  assert.match(textOf(findings, "处理器"), /ARMv8\.0（没有 LSE 原子指令）.*厂商动态库/);
  assert.equal(textOf(findings, "浏览器"), "/usr/bin/qaxbrowser-safe-stable");
});

Deno.test("preflight: Kylin desktop before SP1 is refused, and told what to do", async () => {
  const findings = await examine(MACHINES.kylinDesktopBeforeSp1, "terminal");
  assert.deepEqual(states(findings, "failed"), ["glibc", "systemd"]);
  assert.match(textOf(findings, "glibc"), /2\.23，低于 2\.27，程序不能启动/);
  assert.match(findings.find(({ subject }) => subject === "glibc")?.remedy ?? "", /SP1/);
  assert.deepEqual(states(findings, "warning"), ["内核"]);
});

Deno.test("preflight: UOS and Debian are fine; UOS may want a signature", async () => {
  const uos = await examine(MACHINES.uos20, "terminal");
  assert.deepEqual(states(uos, "failed"), []);
  assert.match(textOf(uos, "签名检查"), /统信/);
  assert.match(textOf(uos, "处理器"), /Hygon.*AES/);
  const debian = await examine(MACHINES.debian12, "terminal");
  assert.deepEqual(states(debian, "failed"), ["浏览器"]);
});

Deno.test("preflight: a small, old, unknown machine without time is told of each", async () => {
  const findings = await examine(
    {
      ...MACHINES.debian12,
      osRelease: 'NAME="Some Linux"\nID=some\n',
      memoryKib: 500_000,
      tells: { "getconf PAGESIZE": "8192" },
    },
    "server",
    { free: () => Promise.resolve(3 * 1024 ** 3) },
  );
  assert.deepEqual(states(findings, "failed"), ["内存页", "内存", "磁盘"]);
  assert.deepEqual(states(findings, "warning"), ["操作系统", "glibc", "systemd", "时间同步"]);
  for (const { state, remedy } of findings) assert.ok(state !== "failed" || remedy !== "");
});

Deno.test("preflight: chrony's word on time counts where systemd has none", async () => {
  const chrony = (leap: string) => ({
    ...MACHINES.debian12,
    tells: {
      ...MACHINES.debian12.tells,
      "timedatectl show": "NTPSynchronized=no",
      "chronyc -n tracking": `Reference ID : 0A000001\nLeap status     : ${leap}`,
    },
  });
  assert.equal(textOf(await examine(chrony("Normal"), "server"), "时间同步"), "已同步");
  const findings = await examine(chrony("Not synchronised"), "server");
  assert.equal(textOf(findings, "时间同步"), "没有同步");
});

Deno.test("preflight: names and ports of the configuration are tried", async () => {
  using folder = new TemporaryFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const config = folder.file("terminal.toml");
  await Deno.writeTextFile(
    config,
    `number = "0001"\nport = ${taken.addr.port}\n[platform]\nurl = "https://nowhere.invalid"\n`,
  );
  const findings = await examine(MACHINES.kylinDesktopSp1, "terminal", { config });
  assert.deepEqual(states(findings, "failed"), ["域名"]);
  assert.deepEqual(states(findings, "warning"), ["端口"]);
  await Deno.writeTextFile(config, "nothing = 1\n");
  const wrong = await examine(MACHINES.kylinDesktopSp1, "terminal", { config });
  assert.deepEqual(states(wrong, "failed"), ["配置"]);
});

Deno.test("preflight: each name is asked once, an address not at all", async () => {
  const asked: string[] = [];
  const find = (host: string) => {
    asked.push(host);
    return Promise.resolve("10.0.0.1");
  };
  const findings = await nameFindings(["his", "10.0.0.14", "his", "fd00::1", "bank"], find);
  assert.deepEqual(asked, ["his", "bank"]);
  assert.deepEqual(findings.map(({ text }) => text), ["his → 10.0.0.1", "bank → 10.0.0.1"]);
});

Deno.test("preflight: a free port is free, and left so", () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  assert.equal(portFinding("127.0.0.1", port).state, "ok");
  assert.equal(portFinding("127.0.0.1", port).state, "ok");
});

type Findings = Awaited<ReturnType<typeof examineMachine>>;

async function examine(
  machine: Machine,
  role: Role,
  { config, ...changes }: Partial<FactSources> & { readonly config?: string } = {},
): Promise<Findings> {
  using folder = new TemporaryFolder();
  const sources = await plantMachine(folder.path, machine);
  return await examineMachine({ ...sources, ...changes }, { role, config });
}

function states(findings: Findings, state: Findings[number]["state"]): string[] {
  return findings.filter((finding) => finding.state === state).map(({ subject }) => subject);
}

function textOf(findings: Findings, subject: string): string {
  return findings.find((finding) => finding.subject === subject)?.text ?? "";
}
