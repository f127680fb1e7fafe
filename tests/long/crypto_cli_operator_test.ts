import assert from "node:assert/strict";
import { openKeyStore } from "../../crypto/key_store.ts";
import { type CliFolder, type CliRun, openCliFolder, RUN_FLAGS } from "../cli.ts";

/** What an operator does in good faith: no key, file or reader may be lost by it. */

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const PASSWORD = "correct horse";

Deno.test("a key store keeps its readers when it is changed, and its keys under a new password", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", `${PASSWORD}\n`);
  await folder.write("next", "battery staple\n");
  await folder.write("short", "horse\n");
  const store = ["--store", "keys", "--password-file", "password"];
  succeeded(await folder.run(["key", "store", "init", ...store]));
  const path = `${folder.path}/keys`;
  await Deno.chmod(path, 0o640);
  const isRoot = Deno.uid() === 0;
  if (isRoot) await Deno.chown(path, 0, 5_678);
  const keys = async (password: string) =>
    openKeyStore(await folder.read("keys"), new TextEncoder().encode(password));

  succeeded(await folder.run(["key", "rotate", ...store, "--label", "column-data"]));
  const before = await keys(PASSWORD);
  const changing = ["key", "store", "password", ...store, "--new-password-file"];
  refused(await folder.run([...changing, "short"]), 1, /"short" 里的口令太短/);
  refused(await folder.run(changing.with(6, "next").concat("next")), 1, /打不开：口令不对/);
  assert.deepEqual(await keys(PASSWORD), before);
  const changed = succeeded(await folder.run([...changing, "next"]));
  assert.match(changed.text, /^密钥库 keys 的口令已更换/);
  assert.deepEqual(await keys("battery staple"), before);

  const { mode, uid, gid } = await Deno.stat(path);
  assert.equal((mode ?? 0) & 0o777, 0o640);
  if (isRoot) assert.deepEqual([uid, gid], [0, 5_678]);
  assert.deepEqual(await folder.list(), ["keys", "next", "password", "short"]);
});

Deno.test("a key store is not made in a missing folder or through a link to nothing", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", `${PASSWORD}\n`);
  await Deno.symlink("unmounted/keys", `${folder.path}/link`);
  const making = ["key", "store", "init", "--password-file", "password", "--store"];
  refused(
    await folder.run([...making, "no/keys"]),
    1,
    /^不能写入 "no\/keys"：目录 "no" 不存在，请先建立\n$/,
  );
  refused(await folder.run([...making, "link"]), 1, /"link"：这是一个链接，它指向的文件不存在/);
  assert.deepEqual(await folder.list(), ["link", "password"]);
});

Deno.test("standard input is nobody's second input", async () => {
  await using folder = await openWithKeys();
  await folder.write("hex", "00112233445566778899aabbccddeeff");
  await folder.write("content", "content");
  const iv = ["--iv", "00112233445566778899aabbccddeeff"];
  const cases = [
    ["sm", "sign", "--key", "-"],
    ["sm", "sign", "--key", "key.pem", "--password-file", "-"],
    ["sm", "verify", "--public", "-", "--signature", "content"],
    ["sm", "verify", "--public", "-", "--signature", "-", "content"],
    ["sm", "digest", "--hmac-key-file", "-"],
    ["sm", "digest", "content", "-", "-"],
    ["sm", "digest", "--check", "-", "--hmac-key-file", "-"],
    ["sm", "encrypt", "--mode", "cbc", "--key-file", "-", ...iv],
    ["sm", "encrypt", "--public", "-"],
    ["sm", "encrypt", "--public", "-", "--public", "-", "content"],
    ["sm", "encrypt", "--password-file", "-"],
    ["sm", "decrypt", "--key", "-", "-"],
    ["key", "show", "--password-file", "-", "-"],
    ["key", "unseal", "--out", "plain.pem", "--password-file", "-", "-"],
  ];
  const before = await folder.list();
  const key = await folder.read("key.pem");
  for (const args of cases) {
    const run = await folder.run(args, key);
    refused(run, 2, /^标准输入只能用一次：/);
    assert.equal(run.text, "", args.join(" "));
  }
  const listed = await folder.run(
    ["sm", "digest", "--check", "-"],
    new TextEncoder().encode(`${"0".repeat(64)}  -\n`),
  );
  refused(listed, 2, /^标准输入只能用一次：/);
  assert.deepEqual(await folder.list(), before);
});

Deno.test("an output that cannot be is said before a password is asked for, and nothing is left", async () => {
  await using folder = await openWithKeys();
  await folder.write("content", "content");
  const before = await folder.list();
  // Without a terminal the question for a password would be refused, with another message.
  const cases: [string[], RegExp][] = [
    [["key", "generate", "--out", "key.pem"], /"key\.pem" 已存在，没有覆盖/],
    [["key", "generate", "--out", "new.pem", "--public-out", "no/p.pem"], /目录 "no" 不存在/],
    [["key", "generate", "--out", "new.pem", "--public-out", "key.pem"], /"key\.pem" 已存在/],
    [["key", "seal", "--out", "public.pem", "key.pem"], /"public\.pem" 已存在/],
    [["sm", "encrypt", "--password", "--out", "no/x", "content"], /目录 "no" 不存在/],
  ];
  for (const [args, message] of cases) {
    const command = new Deno.Command("setsid", {
      args: ["--wait", Deno.execPath(), "run", ...RUN_FLAGS, MAIN, ...args],
      cwd: folder.path,
      stdin: "null",
    });
    const { code, stderr } = await command.output();
    assert.equal(code, 1, args.join(" "));
    assert.match(new TextDecoder().decode(stderr), message, args.join(" "));
  }
  assert.deepEqual(await folder.list(), before);
});

Deno.test("a sealed key's advice is to delete only what it did not replace", async () => {
  await using folder = await openWithKeys();
  await folder.write("password", `${PASSWORD}\n`);
  const sealing = ["key", "seal", "--password-file", "password", "--out"];
  const fromFile = succeeded(await folder.run([...sealing, "a.pem", "key.pem"]));
  assert.equal(fromFile.text, "已写入 a.pem；确认可用后请删除 key.pem\n");
  const piped = succeeded(
    await folder.run([...sealing, "b.pem", "-"], await folder.read("key.pem")),
  );
  assert.equal(piped.text, "已写入 b.pem\n");
  refused(await folder.run([...sealing, "key.pem", "--force", "key.pem"]), 2, /会被覆盖/);
  // What opens it, or not, is not the password alone.
  const sealed = ["sm", "encrypt", "--password-file", "password", "--out", "sealed", "key.pem"];
  succeeded(await folder.run(sealed));
  const damaged = await folder.read("sealed");
  damaged[44] = (damaged[44] ?? 0) ^ 1;
  await folder.write("sealed", damaged);
  const opening = await folder.run(["sm", "decrypt", "--password-file", "password", "sealed"]);
  refused(opening, 1, /^"sealed"：口令不对，或文件被改动过\n$/);
});

Deno.test("a generated key's public half alone goes to standard output", async () => {
  await using folder = await openCliFolder();
  const run = succeeded(
    await folder.run(["key", "generate", "--no-password", "--out", "key.pem", "--public-out", "-"]),
  );
  assert.match(run.text, /^-----BEGIN PUBLIC KEY-----\n[^-]+-----END PUBLIC KEY-----\n$/);
  assert.match(run.stderr, /私钥 key\.pem（未加密）\n公钥指纹（SM3） [0-9a-f]{64}\n/);
});

Deno.test("what openssl signed without a distid is told from what was changed", async () => {
  await using folder = await openWithKeys();
  await folder.write("content", "content");
  await openssl(folder, [
    "req",
    "-new",
    "-sm3",
    "-key",
    "key.pem",
    "-subj",
    "/CN=x",
    "-out",
    "csr",
  ]);
  await openssl(folder, ["dgst", "-sm3", "-sign", "key.pem", "-out", "signature", "content"]);
  const hint = /文件被改动过，或签名时没有写 distid（.*-sigopt distid:1234567812345678）/;
  refused(await folder.run(["key", "show", "csr"]), 1, hint);
  const verifying = ["sm", "verify", "--public", "public.pem", "--signature", "signature"];
  refused(await folder.run([...verifying, "content"]), 1, /^签名不符：.*没有写 distid/);
});

Deno.test("of a chain in one file the first certificate counts", async () => {
  await using folder = await openWithKeys();
  await folder.write("content", "content");
  await openssl(folder, ["genpkey", "-algorithm", "SM2", "-out", "ca_key.pem"]);
  const certificates: Uint8Array[] = [];
  for (const key of ["key.pem", "ca_key.pem"]) {
    await openssl(folder, [
      ...["req", "-x509", "-new", "-sm3", "-key", key, "-sigopt", "distid:1234567812345678"],
      ...["-subj", `/CN=${key}`, "-days", "1", "-out", "certificate"],
    ]);
    certificates.push(await folder.read("certificate"));
  }
  await folder.write("chain.pem", new Uint8Array(certificates.flatMap((bytes) => [...bytes])));
  succeeded(await folder.run(["sm", "sign", "--key", "key.pem", "--out", "signature", "content"]));
  const verifying = ["sm", "verify", "--public", "chain.pem", "--signature", "signature"];
  const run = succeeded(await folder.run([...verifying, "content"]));
  assert.equal(run.stderr, '注意："chain.pem" 里有 2 张证书，这里用第一张\n');
});

Deno.test("a full disk or a closed pipe at the end is one line or none, never a stack", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", `${PASSWORD}\n`);
  await folder.write("content", "content");
  const store = "--store keys --password-file password";
  const full = "不能写入标准输出：磁盘已满，请腾出空间后重做\n";
  const done = /^已完成，但列表没有显示（不能写入标准输出：[^，]+）：不要重做\n$/;
  const cases: [string, number, string | RegExp][] = [
    ["sm digest content > /dev/full", 1, full],
    ["--help > /dev/full", 1, full],
    ["sm digest --help > /dev/full", 1, full],
    ["--help >&3", 1, ""],
    ["sm digest content >&3", 1, ""],
    [`key store init ${store} > /dev/full`, 1, done],
    [`key rotate ${store} --label column-data > /dev/full`, 1, done],
    [`key rotate ${store} --label column-data >&3`, 1, done],
  ];
  for (const [command, code, message] of cases) {
    // Descriptor 3 is a pipe nobody reads any more.
    const program = `'${Deno.execPath()}' run ${RUN_FLAGS.join(" ")} '${MAIN}' ${command}`;
    const script = `mkfifo pipe; exec 4<>pipe 3>pipe 4<&-; rm pipe; ${program}`;
    const shell = new Deno.Command("sh", { args: ["-c", script], cwd: folder.path, stdin: "null" });
    const output = await shell.output();
    const stderr = new TextDecoder().decode(output.stderr);
    assert.equal(output.code, code, `${command}: ${stderr}`);
    if (typeof message === "string") assert.equal(stderr, message, command);
    else assert.match(stderr, message, command);
  }
  const keys = openKeyStore(await folder.read("keys"), new TextEncoder().encode(PASSWORD));
  assert.equal(keys.filter(({ label }) => label === "column-data").length, 3);
});

Deno.test("another's list shows its names harmless and says what it holds", async () => {
  await using folder = await openCliFolder();
  await folder.write("key", "00112233");
  const digest = "0".repeat(64);
  await folder.write("list", `\\${digest}  a\\nb: 正确\u001b[2K\u202e\n`);
  await folder.write("hmacs", `HMAC-SM3(key)= ${digest}\n`);
  await folder.write("digests", `SM3(key)= ${digest}\n`);
  const checking = ["sm", "digest", "--check"];
  const shown = await folder.run([...checking, "list"]);
  assert.equal(shown.code, 1);
  assert.ok(shown.text.startsWith("a\\u{a}b: 正确\\u{1b}[2K\\u{202e}: 不能读取"), shown.text);
  assert.equal(shown.text.split("\n").length, 2);
  refused(await folder.run([...checking, "hmacs"]), 2, /^清单是 HMAC-SM3 的：要加/);
  refused(
    await folder.run([...checking, "digests", "--hmac-key-file", "key"]),
    2,
    /^清单是 SM3 摘要，不是 HMAC-SM3/,
  );
});

async function openWithKeys(): Promise<CliFolder> {
  const folder = await openCliFolder();
  const making = ["key", "generate", "--no-password", "--out", "key.pem", "--public-out"];
  succeeded(await folder.run([...making, "public.pem"]));
  return folder;
}

function succeeded(run: CliRun): CliRun {
  assert.equal(run.code, 0, run.stderr);
  return run;
}

function refused(run: CliRun, code: number, message: RegExp): void {
  assert.equal(run.code, code, run.stderr);
  assert.match(run.stderr, message);
}

async function openssl(folder: CliFolder, args: readonly string[]): Promise<void> {
  const command = new Deno.Command("openssl", { args: [...args], cwd: folder.path, stdin: "null" });
  const { success, stderr } = await command.output();
  assert.ok(success, `openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
