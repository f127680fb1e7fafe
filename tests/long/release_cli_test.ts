import assert from "node:assert/strict";
import { type CliFolder, type CliRun, openCliFolder } from "../cli.ts";
import { manifestOf, RELEASED_FILES } from "../release_folder.ts";

/** What builder, owner and operator do with a release, each by himself. */

const PASSWORD = "correct horse";

Deno.test("a release is signed by two, verified, and every change is told", async () => {
  await using folder = await openWithKeys();
  const built = signed("build", ["--password-file", "password"]);
  const unsigned = await folder.run(["release", "show", "release"]);
  assert.match(succeeded(unsigned).text, /^发布 {6}yikatong 1\.2\.3，linux-x64，序号 7\n/);
  assert.match(unsigned.text, /签名 {6}没有\n$/);
  assert.match(
    succeeded(await folder.run(built)).text,
    /\n已签名 {4}build，公钥指纹 [0-9a-f]{64}\n$/,
  );

  const verify = ["release", "verify", "--trust", "trust", "release"];
  refused(await folder.run(verify), 1, /^没有 owner 的签名.*\n结论：不要使用这个发布\n$/);
  succeeded(await folder.run(signed("owner")));
  // Again: the signature is replaced, not added.
  succeeded(await folder.run(built));
  const shown = succeeded(await folder.run(["release", "show", "--files", "release"]));
  assert.equal(shown.text.match(/^签名 {6}(build|owner)，/gm)?.length, 2);
  assert.match(shown.text, /^[0-9a-f]{64} {2}10 {2}bin\/yikatong$/m);

  const good = succeeded(await folder.run(verify));
  assert.match(good.text, /结论：签名正确，文件与清单一致\n$/);
  refused(await folder.run([...verify, "--counter-min", "8"]), 1, /发布序号 7 低于允许的 8/);

  await folder.write("release/lib/app.js", "other");
  await folder.write("release/lib/more.js", "");
  await Deno.remove(`${folder.path}/release/bin/yikatong`);
  const told = refused(await folder.run(verify), 1, /结论：不要使用这个发布/);
  const lines = ["内容不符：lib/app.js", "多出：lib/more.js", "缺少：bin/yikatong"];
  for (const line of lines) assert.ok(told.stderr.split("\n").includes(line), line);
  refused(await folder.run(built), 1, /没有签名：目录里的文件与清单不一致/);
});

Deno.test("a release is not signed with a key that others read, nor with the wrong password", async () => {
  await using folder = await openWithKeys();
  const signing = signed("owner");
  for (const mode of [0o640, 0o604, 0o620]) {
    await Deno.chmod(`${folder.path}/owner.key`, mode);
    refused(await folder.run(signing), 1, /其他用户也能读或写.*chmod 600 owner\.key/);
  }
  await folder.write("wrong", "battery staple\n");
  refused(await folder.run(signed("build", ["--password-file", "wrong"])), 1, /口令不对/);
  refused(await folder.run(signed("Build")), 2, /--signer "Build" 无效/);
  refused(await folder.run(["release", "sign", "release"]), 2, /要有 --key/);
  refused(await folder.run(["release", "verify"]), 2, /没有自己的清单：请写 <发布目录>/);
  const missing = ["release", "verify", "--trust", "nowhere", "release"];
  refused(await folder.run(missing), 2, /--trust "nowhere" 不存在/);
  await Deno.chmod(`${folder.path}/trust/owner.pem`, 0o666);
  const open = ["release", "verify", "--trust", "trust", "release"];
  refused(await folder.run(open), 1, /^发布公钥 "trust\/owner\.pem" 同组或其他用户能改写.*\n$/);
});

function signed(signer: string, more: readonly string[] = []): string[] {
  const key = ["--key", `${signer.toLowerCase()}.key`, "--signer", signer];
  return ["release", "sign", ...key, ...more, "release"];
}

/** An unsigned release, a builder's key under a password and an owner's without, both trusted. */
async function openWithKeys(): Promise<CliFolder> {
  const folder = await openCliFolder();
  await folder.write("password", `${PASSWORD}\n`);
  for (const path of ["trust", "release/bin", "release/lib", "release/share/console"]) {
    await Deno.mkdir(`${folder.path}/${path}`, { recursive: true });
  }
  for (const [path, text] of Object.entries(RELEASED_FILES)) {
    await folder.write(`release/${path}`, text);
  }
  await folder.write("release/manifest.json", JSON.stringify(manifestOf(RELEASED_FILES)));
  const make = ["key", "generate", "--out"];
  const protection = { build: ["--password-file", "password"], owner: ["--no-password"] };
  for (const [signer, how] of Object.entries(protection)) {
    const out = [`${signer}.key`, "--public-out", `trust/${signer}.pem`];
    succeeded(await folder.run([...make, ...out, ...how]));
  }
  return folder;
}

function succeeded(run: CliRun): CliRun {
  assert.equal(run.code, 0, run.stderr);
  return run;
}

function refused(run: CliRun, code: number, message: RegExp): CliRun {
  assert.equal(run.code, code, run.text + run.stderr);
  assert.match(run.stderr, message);
  return run;
}
