import assert from "node:assert/strict";
import { TemporaryFolder } from "../temporary_folder.ts";
import { type Machine, MACHINES, plantMachine } from "./machines.ts";

const PREFLIGHT = new URL("../../deploy/common/preflight.sh", import.meta.url).pathname;

Deno.test("preflight.sh: the machines of the list may start the program", async () => {
  const { kylinServerKunpeng, kylinDesktopSp1, uos20, debian12 } = MACHINES;
  for (const machine of [kylinServerKunpeng, kylinDesktopSp1, uos20, debian12]) {
    const { code, text } = await run(machine);
    assert.equal(code, 0, text);
    assert.match(text, /程序可以在这台机器上启动/);
  }
});

Deno.test("preflight.sh: a C library that is too old is refused in words, before anything starts", async () => {
  const { code, text } = await run(MACHINES.kylinDesktopBeforeSp1);
  assert.equal(code, 1);
  assert.match(text, /glibc {5}2\.23，低于 2\.27：程序不能启动，不要安装/);
  assert.match(text, /银河麒麟桌面 V10 要升级到 SP1/);
});

Deno.test("preflight.sh: versions are compared as numbers", async () => {
  for (const [glibc, code] of [["2.9", 1], ["2.26", 1], ["2.27", 0], ["2.100", 0], ["3.0", 0]]) {
    const tells = { "getconf GNU_LIBC_VERSION": `glibc ${glibc}` };
    assert.equal((await run({ ...MACHINES.debian12, tells })).code, code, String(glibc));
  }
});

Deno.test("preflight.sh: without getconf ldd tells; musl has no glibc", async () => {
  const ldd = (line: string) => ({ ...MACHINES.debian12, tells: { "ldd --version": line } });
  assert.equal((await run(ldd("ldd (Debian GLIBC 2.28-10) 2.28"))).code, 0);
  const { code, text } = await run(ldd("musl libc"));
  assert.equal(code, 1);
  assert.match(text, /版本不明/);
});

Deno.test("preflight.sh: another processor, and a bundle for another one, are refused", async () => {
  const loongson = await run(MACHINES.debian12, { uname: "loongarch64" });
  assert.match(loongson.text, /没有龙芯/);
  assert.equal(loongson.code, 1);
  const foreign = await run(MACHINES.debian12, { args: ["--target", "linux-arm64"] });
  assert.match(foreign.text, /换用 linux-x64 的安装包/);
  assert.equal(foreign.code, 1);
});

Deno.test("preflight.sh: KySec that controls, and no way to tag", async () => {
  const { code, text } = await run(MACHINES.kylinDesktopSp1, { hasKysecSet: false });
  assert.equal(code, 1);
  assert.match(text, /没有 kysec_set 命令/);
});

async function run(
  machine: Machine,
  { args = [], hasKysecSet = true, uname }: {
    readonly args?: readonly string[];
    readonly hasKysecSet?: boolean;
    readonly uname?: string;
  } = {},
): Promise<{ readonly code: number; readonly text: string }> {
  using folder = new TemporaryFolder();
  await plantMachine(folder.path, machine);
  const bin = folder.file("bin");
  await Deno.mkdir(bin);
  const answers = { "uname -m": uname ?? machine.arch, "getconf GNU_LIBC_VERSION": "" };
  const tells = Object.entries({ ...answers, "ldd --version": "", ...machine.tells });
  for (const program of new Set(tells.map(([call]) => call.split(" ")[0] ?? ""))) {
    const cases = tells.filter(([call]) => call.split(" ")[0] === program).map(([call, says]) =>
      `[ "${program}${
        call.includes(" ") ? " $*" : ""
      }" != "${call}" ] || printf '%s\\n' '${says}'\n`
    );
    await Deno.writeTextFile(`${bin}/${program}`, `#!/bin/sh\n${cases.join("")}`, { mode: 0o755 });
  }
  if (machine.tells.getstatus !== undefined && hasKysecSet) {
    await Deno.writeTextFile(`${bin}/kysec_set`, "#!/bin/sh\n", { mode: 0o755 });
  }
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: [PREFLIGHT, "--root", folder.path, ...args],
    env: { PATH: `${bin}:/usr/bin:/bin` },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}
