import assert from "node:assert/strict";
import { type District, district, FINGERPRINT } from "./fake_bundle.ts";

const SERVER = { role: "server", config: "my.toml", fingerprints: FINGERPRINT, package: "deb" };
const CONFIG = "etc/yikatong/server.toml";
const KEYS = "etc/yikatong/release-keys";
const KEPT = "var/lib/yikatong-installer";

Deno.test("install.sh: a bare machine gets the platform, its configuration and the keys", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers({ ...SERVER, start: "yes" });
  const { code, text, result } = await place.run();
  assert.equal(code, 0, text);
  assert.equal(result.outcome, "installed");
  assert.equal(await place.read(CONFIG), "port = 8700\n");
  assert.equal(await place.read("etc/yikatong/release-keys/build.pem"), "a key\n");
  const calls = await place.calls();
  const order = ["release verify", "doctor --preflight", "dpkg", "migrate", "doctor --config"];
  const at = order.map((what) => calls.findIndex((call) => call.includes(what)));
  assert.deepEqual(at, at.toSorted((left, right) => left - right), calls.join("\n"));
  assert.ok(!at.includes(-1), calls.join("\n"));
  assert.ok(calls.includes("systemctl restart yikatong-server"));
});

Deno.test("install.sh: what the operator puts beside it is no part of what is signed", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers(SERVER);
  const bundle = `${place.root}/../bundle`;
  for (const name of ["answers.toml", "my.toml"]) {
    await Deno.rename(`${place.root}/../${name}`, `${bundle}/${name}`);
  }
  await Deno.writeTextFile(`${bundle}/packages/yikatong-server_0_all.deb`, "somebody's");
  const { code, text } = await place.run("--answers", `${bundle}/answers.toml`, "--yes");
  assert.equal(code, 0, text);
  assert.equal(await installedVersion(place), "1.2.0");
  assert.deepEqual((await place.read("../state/verified"))?.trim().split("\n"), [
    "SHA256SUMS",
    "install.sh",
    "keys",
    "manifest.json",
    "manifest.sig.json",
    "packages",
    "preflight.sh",
    "release",
  ]);
});

Deno.test("install.sh: what it puts there has its own modes, whatever the umask", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers(SERVER);
  const umask = Deno.umask(0o077);
  try {
    assert.equal((await place.run()).code, 0);
  } finally {
    Deno.umask(umask);
  }
  const modes = { [CONFIG]: 0o640, [KEYS]: 0o755, [`${KEYS}/build.pem`]: 0o644 };
  for (const [path, mode] of Object.entries(modes)) {
    assert.equal(((await Deno.stat(`${place.root}/${path}`)).mode ?? 0) & 0o777, mode, path);
  }
  const left = await Array.fromAsync(Deno.readDir(`${place.root}/etc/yikatong`));
  assert.deepEqual(left.map(({ name }) => name).sort(), ["release-keys", "server.toml"]);
});

Deno.test("install.sh: before anything is changed it refuses, and changes nothing", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  const refused = async (why: RegExp) => {
    const { code, text, result } = await place.run();
    assert.equal(code, 1);
    assert.match(text, why);
    assert.equal(result.outcome, "refused");
    assert.equal(await place.read(CONFIG), null);
    assert.ok((await place.calls()).every((call) => !call.startsWith("dpkg ")));
  };
  await place.answers({ ...SERVER, role: "both" });
  await refused(/role = "both" 无效/);
  await place.answers({ ...SERVER, config: "none.toml" });
  await refused(/没有配置文件/);
  await place.answers({ ...SERVER, fingerprints: "cd".repeat(32) });
  await refused(/不知道是谁签的/);
  await place.answers({ ...SERVER, fingerprints: "" });
  await refused(/签名不对/);
  await place.answers(SERVER);
  const broken = [
    ["free", /磁盘空间不够/],
    ["--help", /不能执行/],
    ["release", /签名不对/],
    ["doctor", /安装前检查/],
  ] as const;
  for (const [what, why] of broken) {
    await place.breaks(what);
    await refused(why);
    await place.mends(what);
  }
  await place.bundle("1.2.0", "linux-loong64");
  await refused(/安装包是 linux-loong64 的/);
  const { code } = await place.run("--answers", "/nowhere");
  assert.equal(code, 1);
});

Deno.test("install.sh: tables are changed as their owner, and nothing else is done as him", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers({ ...SERVER, owner_env: "/nowhere/owner.env" });
  assert.match((await place.run()).text, /没有安装：读不了回答文件里的 owner_env/);
  const owner_env = `${place.root}/owner.env`;
  await Deno.writeTextFile(owner_env, "export YIKATONG_DATABASE_URL='postgres://owner@db/ykt'\n");
  await place.answers({ ...SERVER, owner_env, grant_to: "yikatong_app", start: "yes" });
  const { code, text } = await place.run();
  assert.equal(code, 0, text);
  const calls = await place.calls();
  assert.ok(calls.some((call) => /^yikatong migrate .* --grant-to yikatong_app$/.test(call)), text);
  assert.deepEqual(calls.filter((call) => call.startsWith("as ")), [
    "as postgres://owner@db/ykt: migrate",
  ]);
});

Deno.test("install.sh: a file that was changed on the way stops everything", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers(SERVER);
  const bundle = `${place.root}/../bundle`;
  await Deno.writeTextFile(`${bundle}/packages/yikatong-server_1.2.0_all.deb`, "evil");
  const { result } = await place.run();
  assert.deepEqual([result.outcome, (await place.calls()).length], ["refused", 0]);
});

Deno.test("install.sh: whichever step of an upgrade fails, the machine is as it was", async () => {
  const failures = [
    ["dpkg 1.3.0", /包没有装上/],
    ["migrate", /数据库结构没有升级/],
    ["doctor --config", /体检有失败的项/],
    ["restart", /服务没有启动/],
  ] as const;
  for (const [what, why] of failures) {
    using place = await installed("1.2.0", { start: "yes" });
    await place.bundle("1.3.0");
    await place.answers({ ...SERVER, start: "yes", doctor: "require" }, "port = 8800\n");
    await place.breaks(what);
    const { code, text, result } = await place.run();
    assert.equal(code, 1);
    assert.match(text, why, what);
    assert.deepEqual([result.outcome, result.before], ["rolled_back", "1.2.0"], what);
    assert.equal(await place.read(CONFIG), "port = 8700\n", what);
    assert.equal(await installedVersion(place), "1.2.0", what);
    assert.equal((await place.calls()).at(-1), "systemctl start yikatong-server", what);
  }
});

Deno.test("install.sh: after a power cut it goes on, or back to what was before it", async () => {
  for (const again of ["on", "back"]) {
    using place = await installed("1.2.0");
    await place.bundle("1.3.0");
    await place.answers(SERVER, "port = 8800\n");
    await place.breaks("power 1.3.0");
    assert.notEqual((await place.run()).code, 0);
    assert.equal(await place.read(`${KEPT}/result.json`), null, "nobody knows how it ended");
    await place.mends("power 1.3.0");
    if (again === "on") {
      assert.equal((await place.run()).result.outcome, "installed");
      assert.equal(await place.read(CONFIG), "port = 8800\n");
    }
    const { result } = await place.run("--rollback", "--yes");
    assert.equal(result.outcome, "rolled_back");
    assert.equal(await installedVersion(place), "1.2.0");
    assert.equal(await place.read(CONFIG), "port = 8700\n");
  }
});

Deno.test("install.sh: run again it changes nothing, nor what is gone back to", async () => {
  using place = await installed("1.2.0");
  await place.bundle("1.3.0");
  await place.answers(SERVER, "port = 8800\n");
  await place.run();
  const { code, result } = await place.run();
  assert.deepEqual([code, result.outcome, result.before], [0, "installed", "1.3.0"]);
  await place.answers({ ...SERVER, doctor: "require" }, "port = 8800\n");
  await place.breaks("doctor --config");
  assert.equal((await place.run()).result.outcome, "refused");
  assert.equal(await installedVersion(place), "1.3.0");
  assert.equal((await place.run("--rollback", "--yes")).result.outcome, "rolled_back");
  assert.equal(await installedVersion(place), "1.2.0");
  assert.equal(await place.read(CONFIG), "port = 8700\n");
});

Deno.test("install.sh: what ran goes on with the new settings, what stood still stays so", async () => {
  for (const start of ["yes", "no"]) {
    using place = await installed("1.2.0", { start });
    await place.answers({ ...SERVER, start: "no" }, "port = 8800\n");
    const before = (await place.calls()).length;
    assert.equal((await place.run()).code, 0);
    const calls = (await place.calls()).slice(before);
    assert.equal(calls.includes("systemctl restart yikatong-server"), start === "yes");
    assert.ok(!calls.includes("systemctl enable yikatong-server"));
  }
});

Deno.test("install.sh: only what can be gone back to is kept", async () => {
  using place = await installed("1.2.0");
  for (const version of ["1.3.0", "1.4.0"]) {
    await place.bundle(version);
    assert.equal((await place.run()).code, 0);
  }
  const kept = await Array.fromAsync(Deno.readDir(`${place.root}/${KEPT}/packages`));
  assert.deepEqual(kept.map(({ name }) => name).sort(), [
    "yikatong-server-1.3.0.deb",
    "yikatong-server-1.4.0.deb",
  ]);
});

Deno.test("install.sh: one at a time", async () => {
  using place = await installed("1.2.0");
  const holder = new Deno.Command("flock", {
    args: [`${place.root}/${KEPT}/lock`, "sh", "-c", "echo held; read -r end"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  await said.read();
  const { code, text } = await place.run();
  assert.deepEqual([code, text], [1, "没有安装：另一个安装程序正在运行\n"]);
  await holder.stdin.close();
  await said.cancel();
  await holder.status;
  assert.equal((await place.run()).code, 0);
});

Deno.test("install.sh: who is not root is told so, and nothing else happens", async () => {
  const script = new URL("../../deploy/common/install.sh", import.meta.url).pathname;
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const args = [...(Deno.uid() === 0 ? nobody : []), "sh", script, "--rollback"];
  const { code, stderr } = await new Deno.Command("env", { args }).output();
  assert.equal(code, 1);
  assert.equal(new TextDecoder().decode(stderr), "没有安装：要用 root 执行\n");
});

Deno.test("install.sh --rollback: what the last installation changed is taken back", async () => {
  using place = await installed("1.2.0");
  await place.bundle("1.3.0");
  await place.answers(SERVER, "port = 8800\n");
  await place.run();
  assert.equal(await place.read(CONFIG), "port = 8800\n");
  const { code, result } = await place.run("--rollback", "--yes");
  assert.deepEqual([code, result.outcome], [0, "rolled_back"]);
  assert.equal(await place.read(CONFIG), "port = 8700\n");
  assert.equal(await installedVersion(place), "1.2.0");
});

Deno.test("install.sh --rollback: of a first installation nothing stays but its data", async () => {
  using place = await installed("1.2.0");
  const { result } = await place.run("--rollback", "--yes");
  assert.equal(result.outcome, "rolled_back");
  assert.equal(await installedVersion(place), null);
  assert.equal(await place.read(CONFIG), null);
  assert.equal(await place.read(`${KEYS}/build.pem`), null);
});

Deno.test("install.sh: a terminal of a system with rpm", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers({ ...SERVER, role: "terminal", package: "rpm" });
  const { code, text } = await place.run();
  assert.equal(code, 0, text);
  const calls = await place.calls();
  assert.ok(calls.some((call) => call.startsWith("rpm -U --oldpackage")), calls.join("\n"));
  assert.ok(calls.every((call) => !call.includes("migrate")));
  assert.ok(calls.some((call) => call.includes("doctor --terminal")));
});

Deno.test("install.sh: without --yes and without an answer nothing is installed", async () => {
  using place = await district();
  await place.bundle("1.2.0");
  await place.answers(SERVER);
  const { result } = await place.run("--answers", `${place.root}/../answers.toml`);
  assert.deepEqual([result.outcome, result.reason], ["refused", "没有同意"]);
});

async function installed(
  version: string,
  more: Readonly<Record<string, string>> = {},
): Promise<District> {
  const place = await district();
  await place.bundle(version);
  await place.answers({ ...SERVER, ...more });
  const { code, text } = await place.run();
  assert.equal(code, 0, text);
  return place;
}

async function installedVersion(place: District): Promise<string | null> {
  const text = await Deno.readTextFile(`${place.root}/../state/installed`).catch(() => null);
  return text?.trim() ?? null;
}
