/** The bundle of a district: made and signed here, verified and installed by its own install.sh. */
import assert from "node:assert/strict";
import { generateKeyPair } from "../../crypto/sm2.ts";
import { privateKeyToPem, publicKeyToPem } from "../../crypto/keys.ts";
import { RELEASE } from "../../server/platform/release.ts";
import { ARCHITECTURES, packageVersion } from "../../tools/package/version.ts";
import { ownTarget } from "../../tools/build/targets.ts";
import { writeManifest } from "../../tools/build/manifest.ts";
import { RUN_FLAGS } from "../cli.ts";
import { TemporaryFolder } from "../temporary_folder.ts";
import { ROOT } from "../../tools/source_files.ts";

const TARGET = ownTarget();
const NAME = `yikatong-${RELEASE.version}-${TARGET}`;
const BUNDLE = `yikatong-offline-${RELEASE.version}-${TARGET}`;

Deno.test("the offline bundle: signed, packed, and verified by the program inside it", async () => {
  using folder = new TemporaryFolder();
  await plantDist(folder);
  const made = await bundle(folder, ["--keys", folder.file("keys")].concat(SIGNING(folder)));
  assert.equal(made.code, 0, made.text);
  assert.match(made.text, /\.tar {2}[\d.]+ MB\nSHA-256 {3}[0-9a-f]{64}\nSM3 +[0-9a-f]{64}\n/);
  const [, fingerprint] = /公钥指纹 {2}build {2}([0-9a-f]{64})/.exec(made.text) ?? [];
  assert.ok(fingerprint);

  await run("tar", ["-C", folder.path, "-xf", folder.file(`dist/${BUNDLE}.tar`)]);
  const unpacked = folder.file(BUNDLE);
  const names = (await Array.fromAsync(Deno.readDir(unpacked))).map(({ name }) => name).sort();
  assert.deepEqual(names, [
    "SHA256SUMS",
    "answers.example.toml",
    "docs",
    "examples",
    "install.sh",
    "keys",
    "manifest.json",
    "manifest.sig.json",
    "packages",
    "preflight.sh",
    "release",
  ]);

  const answers = `role = "server"\nconfig = "my.toml"\nfingerprints = "${fingerprint}"\n` +
    'package = "deb"\n';
  await Deno.writeTextFile(folder.file("answers.toml"), answers);
  await Deno.writeTextFile(folder.file("my.toml"), "nothing = 1\n");
  // The real program looks at the real machine, and does not like this configuration.
  const refused = await install(folder, unpacked);
  assert.match(refused.text, /· 核对签名\n· 检查这台机器\n/);
  assert.match(refused.text, /失败 {2}配置/);
  assert.match(refused.text, /没有安装：安装前检查有失败的项/);

  await Deno.writeTextFile(`${unpacked}/docs/运维手册.md`, "changed");
  assert.match((await install(folder, unpacked)).text, /安装包不完整/);
  const sums = 'cd "$1" && cut -c67- SHA256SUMS | xargs sha256sum > sums && mv sums SHA256SUMS';
  await run("sh", ["-c", sums, "sums", unpacked]);
  assert.match((await install(folder, unpacked)).text, /签名不对/);
});

Deno.test("the offline bundle: without a signed release or packages there is none", async () => {
  using folder = new TemporaryFolder();
  await plantDist(folder);
  await Deno.remove(folder.file(`dist/${NAME}/manifest.sig.json`));
  const keys = ["--keys", folder.file("keys")];
  assert.match((await bundle(folder, keys)).text, /No signed release/);
  await plantDist(folder);
  await Deno.remove(folder.file(`dist/${debOf("yikatong-terminal")}`));
  assert.match((await bundle(folder, keys)).text, /run "deno task package" first/);
  await plantDist(folder);
  assert.match((await bundle(folder, keys)).text, /Sign it: yikatong release sign/);
  assert.match((await bundle(folder, ["--pack"])).text, /没有 build 的签名/);
});

const SIGNING = (
  folder: TemporaryFolder,
) => ["--key", folder.file("build.key"), "--signer", "build"];

function debOf(name: string): string {
  return `${name}_${packageVersion(RELEASE.version)}_${ARCHITECTURES[TARGET].deb}.deb`;
}

/** A release whose program is this checkout, and packages that nobody opens. */
async function plantDist(folder: TemporaryFolder): Promise<void> {
  await Deno.remove(folder.file("dist"), { recursive: true }).catch(() => {});
  const release = folder.file(`dist/${NAME}`);
  await Deno.mkdir(`${release}/bin`, { recursive: true });
  const command = [Deno.execPath(), "run", ...RUN_FLAGS, new URL("main.ts", ROOT).pathname];
  await Deno.writeTextFile(
    `${release}/bin/yikatong`,
    `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`,
    {
      mode: 0o755,
    },
  );
  await writeManifest(release, {
    version: RELEASE.version,
    target: TARGET,
    commit: "0123456789ab",
    created: "2026-11-20T02:00:00Z",
    counter: 7,
    minGlibc: "2.27",
    runtime: "2.9.5",
  });
  const { privateKey, publicKey } = generateKeyPair();
  await Deno.mkdir(folder.file("keys"), { recursive: true });
  await Deno.writeTextFile(folder.file("keys/build.pem"), publicKeyToPem(publicKey));
  await Deno.writeTextFile(folder.file("build.key"), privateKeyToPem(privateKey), { mode: 0o600 });
  const { code, text } = await run(Deno.execPath(), [
    "run",
    ...RUN_FLAGS,
    new URL("main.ts", ROOT).pathname,
    ...["release", "sign", ...SIGNING(folder), release],
  ]);
  assert.equal(code, 0, text);
  for (const name of ["yikatong-server", "yikatong-terminal"]) {
    const rpm = `${name}-${packageVersion(RELEASE.version)}-1.${ARCHITECTURES[TARGET].rpm}.rpm`;
    for (const file of [debOf(name), rpm]) {
      await Deno.writeTextFile(folder.file(`dist/${file}`), file);
    }
  }
}

function bundle(folder: TemporaryFolder, args: readonly string[]) {
  const tool = new URL("tools/offline_bundle.ts", ROOT).pathname;
  return run(Deno.execPath(), ["run", ...RUN_FLAGS, tool, "--dist", folder.file("dist"), ...args]);
}

function install(folder: TemporaryFolder, unpacked: string) {
  const root = ["--root", folder.file("root"), "--answers", folder.file("answers.toml"), "--yes"];
  return run("sh", [`${unpacked}/install.sh`, ...root]);
}

async function run(program: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
