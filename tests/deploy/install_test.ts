import assert from "node:assert/strict";
import { type District, district, FINGERPRINT } from "./fake_bundle.ts";

const SERVER = { role: "server", config: "my.toml", fingerprints: FINGERPRINT, package: "deb" };
const CONFIG = "etc/yikatong/server.toml";

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
  for (const [what, why] of [["release", /签名不对/], ["doctor", /安装前检查/]] as const) {
    await place.breaks(what);
    await refused(why);
    await place.mends(what);
  }
  const { code } = await place.run("--answers", "/nowhere");
  assert.equal(code, 1);
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

Deno.test("install.sh: run again it changes nothing more", async () => {
  using place = await installed("1.2.0");
  const { code, result } = await place.run();
  assert.deepEqual([code, result.outcome, result.before], [0, "installed", "1.2.0"]);
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
