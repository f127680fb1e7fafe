import assert from "node:assert/strict";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { seededRandom } from "../random.ts";

/** `yikatong sm` and `yikatong key` against the openssl command, both ways. */

const random = seededRandom(32918);
const IV = "000102030405060708090a0b0c0d0e0f";
const KEY = "0123456789abcdeffedcba9876543210";
const DISTID = "distid:1234567812345678";
const CONTENT = bytes(300_001);

Deno.test("digests and HMACs are openssl's", async () => {
  await using folder = await openWithKeys();
  await folder.write("hmac.hex", `${KEY}\n`);
  await folder.write(
    "hmac.raw",
    "not hex at all, and longer than one block of 64 bytes of SM3, really",
  );
  const plain = await openssl(folder, ["dgst", "-sm3", "content"]);
  await folder.write("list", plain);
  assert.equal((await ok(folder, ["sm", "digest", "--check", "list"])).text, "content: 正确\n");
  for (
    const [args, macopt] of [
      [["--hmac-key-file", "hmac.hex"], `hexkey:${KEY}`],
      [
        ["--hmac-key-file", "hmac.raw", "--raw-key"],
        `key:${new TextDecoder().decode(await folder.read("hmac.raw"))}`,
      ],
    ] as const
  ) {
    const theirs = await openssl(folder, [
      "dgst",
      "-sm3",
      "-mac",
      "HMAC",
      "-macopt",
      macopt,
      "content",
    ]);
    const ours = await ok(folder, ["sm", "digest", ...args, "content"]);
    assert.equal(ours.text.slice(0, 64), new TextDecoder().decode(theirs).trim().slice(-64));
  }
});

Deno.test("signatures are good on both sides, with the default user id and another", async () => {
  await using folder = await openWithKeys();
  for (const userId of ["1234567812345678", "ALICE123@YAHOO.COM"]) {
    const distid = `distid:${userId}`;
    const asked = userId === "1234567812345678" ? [] : ["--user-id", userId];
    await ok(folder, [
      "sm",
      "sign",
      "--key",
      "key.pem",
      ...asked,
      "--force",
      "--out",
      "ours",
      "content",
    ]);
    const verify = ["dgst", "-sm3", "-verify", "public.pem", "-sigopt", distid];
    const said = await openssl(folder, [...verify, "-signature", "ours", "content"]);
    assert.equal(new TextDecoder().decode(said), "Verified OK\n");
    const sign = [
      "dgst",
      "-sm3",
      "-sign",
      "key.pem",
      "-sigopt",
      distid,
      "-out",
      "theirs",
      "content",
    ];
    await openssl(folder, sign);
    const verifying = ["sm", "verify", "--public", "public.pem", ...asked, "--signature"];
    await ok(folder, [...verifying, "theirs", "content"]);
    await openssl(folder, sign.filter((word) => word !== distid && word !== "-sigopt"));
    await fails(folder, [...verifying, "theirs", "content"], /^签名不符/);
  }
  await openssl(
    folder,
    ["req", "-x509", "-new", "-sm3", "-key", "key.pem", "-sigopt", DISTID].concat(
      ["-subj", "/CN=x", "-days", "1", "-out", "cert.pem"],
    ),
  );
  await ok(folder, [
    "sm",
    "sign",
    "--key",
    "key.pem",
    "--format",
    "raw",
    "--out",
    "raw",
    "content",
  ]);
  assert.equal((await folder.read("raw")).length, 64);
  const byCertificate = ["sm", "verify", "--public", "cert.pem", "--format", "raw"];
  await ok(folder, [...byCertificate, "--signature", "raw", "content"]);
});

Deno.test("SM4 modes are openssl enc's", async () => {
  await using folder = await openWithKeys();
  await folder.write("key.hex", `${KEY}\n`);
  await folder.write("key.raw", Uint8Array.fromHex(KEY));
  await folder.write("iv.hex", IV);
  for (const mode of ["cbc", "ctr", "cfb", "ofb", "ecb"]) {
    const ivByFile = mode === "ecb" ? [] : ["--iv-file", "iv.hex"];
    const iv = mode === "ecb" ? [] : ["--iv", IV];
    const theirs = ["enc", `-sm4-${mode}`, "-K", KEY, ...(mode === "ecb" ? [] : ["-iv", IV])];
    const ours = ["--mode", mode, "--key-file", "key.hex"];
    await ok(folder, ["sm", "encrypt", ...ours, ...ivByFile, "--force", "--out", "c", "content"]);
    assert.deepEqual(await openssl(folder, [...theirs, "-d", "-in", "c"]), CONTENT, mode);
    await openssl(folder, [...theirs, "-in", "content", "-out", "c"]);
    const decrypting = ["sm", "decrypt", "--mode", mode, "--key-file", "key.raw", ...iv];
    assert.deepEqual((await ok(folder, [...decrypting, "c"])).stdout, CONTENT, mode);
  }
  await folder.write("blocks", CONTENT.subarray(0, 160));
  const cbc = ["--mode", "cbc", "--key-file", "key.hex", "--iv", IV, "--no-padding"];
  const ours = await ok(folder, ["sm", "encrypt", ...cbc, "blocks"]);
  const theirs = ["enc", "-sm4-cbc", "-K", KEY, "-iv", IV, "-nopad", "-in", "blocks"];
  assert.deepEqual(ours.stdout, await openssl(folder, theirs));
  await fails(folder, ["sm", "encrypt", ...cbc, "content"], /不是 16 字节的整数倍/);
});

Deno.test("SM2 ciphertexts are openssl pkeyutl's", async () => {
  await using folder = await openWithKeys();
  await folder.write("secret", CONTENT.subarray(0, 48));
  for (const format of ["der", "c1c3c2", "c1c2c3"]) {
    const to = ["--format", format, "--public", "public.pem", "--out", `ours.${format}`];
    await ok(folder, ["sm", "encrypt", ...to, "secret"]);
    const opened = await ok(folder, [
      "sm",
      "decrypt",
      "--format",
      format,
      "--key",
      "key.pem",
      `ours.${format}`,
    ]);
    assert.deepEqual(opened.stdout, CONTENT.subarray(0, 48));
  }
  const theirs = await openssl(folder, [
    "pkeyutl",
    "-decrypt",
    "-inkey",
    "key.pem",
    "-in",
    "ours.der",
  ]);
  assert.deepEqual(theirs, CONTENT.subarray(0, 48));
  const encrypting = ["pkeyutl", "-encrypt", "-pubin", "-inkey", "public.pem", "-in", "secret"];
  await openssl(folder, [...encrypting, "-out", "theirs.der"]);
  const decrypting = ["sm", "decrypt", "--format", "der", "--key", "key.pem"];
  assert.deepEqual(
    (await ok(folder, [...decrypting, "theirs.der"])).stdout,
    CONTENT.subarray(0, 48),
  );
  await fails(folder, [...decrypting, "ours.c1c3c2"], /不是 der 格式/);
  await openssl(folder, ["genpkey", "-algorithm", "SM2", "-out", "other.pem"]);
  await fails(folder, [...decrypting.with(5, "other.pem"), "theirs.der"], /SM2 解密失败/);
});

Deno.test("keys as files go both ways, under a password too", async () => {
  await using folder = await openWithKeys();
  await folder.write("password", "一个很长的口令 1\n");
  const withPassword = ["--password-file", "password"];
  await ok(folder, [
    ...["key", "seal", "key.pem", "--out", "sealed.pem", "--prf", "hmac_sha256"],
    ...withPassword,
  ]);
  const pass = ["-passin", "file:password"];
  const theirs = await openssl(folder, ["pkey", "-in", "sealed.pem", ...pass, "-pubout"]);
  assert.deepEqual(theirs, await folder.read("public.pem"));
  const unsealed = await ok(folder, ["key", "unseal", "--out", "-", ...withPassword, "sealed.pem"]);
  const plain = await openssl(folder, ["pkey", "-in", "key.pem"]);
  assert.deepEqual(unsealed.stdout, plain);

  await ok(folder, [
    "key",
    "generate",
    "--out",
    "new.pem",
    "--public-out",
    "new_public.pem",
    ...withPassword,
  ]);
  for (const name of ["sealed.pem", "new.pem"]) {
    const { mode } = await Deno.stat(`${folder.path}/${name}`);
    assert.equal((mode ?? 0) & 0o777, 0o600);
  }
  const shown = await ok(folder, ["key", "show", "new.pem", "--public-out", "-", ...withPassword]);
  assert.deepEqual(shown.stdout, await folder.read("new_public.pem"));
  await folder.write("wrong", "另一个很长的口令");
  await fails(folder, ["key", "show", "new.pem", "--password-file", "wrong"], /口令不对/);
  await fails(
    folder,
    ["key", "show", "new.pem", ...withPassword, "--public-out", "wrong"],
    /没有覆盖/,
  );

  await openssl(folder, [
    "genpkey",
    "-algorithm",
    "SM2",
    "-aes-256-cbc",
    "-pass",
    "file:password",
    "-out",
    "their.pem",
  ]);
  await openssl(folder, [
    "pkey",
    "-in",
    "their.pem",
    ...pass,
    "-pubout",
    "-outform",
    "DER",
    "-out",
    "their.der",
  ]);
  const ours = await ok(folder, ["key", "show", "their.pem", ...withPassword]);
  await folder.write("point", (await folder.read("their.der")).subarray(-65));
  const digest = await openssl(folder, ["dgst", "-sm3", "-r", "point"]);
  assert.ok(ours.text.includes(`公钥指纹（SM3） ${new TextDecoder().decode(digest).slice(0, 64)}`));
});

Deno.test("a certificate request is openssl's to accept, theirs and certificates ours to show", async () => {
  await using folder = await openWithKeys();
  const subject = "C=CN,O=某市\\, 卫生健康局,CN=yikatong";
  const asking = ["key", "request", "--key", "key.pem", "--subject", subject];
  await ok(folder, [
    ...asking,
    "--dns",
    "yikatong.example",
    "--ip",
    "10.0.0.5",
    "--out",
    "ours.csr",
  ]);
  const said = new TextDecoder().decode(
    await openssl(
      folder,
      ["req", "-in", "ours.csr", "-noout", "-verify", "-vfyopt", DISTID].concat(
        ["-subject", "-nameopt", "utf8,sep_comma_plus_space", "-text"],
      ),
    ),
  );
  assert.match(said, /^subject=C=CN, O=某市, 卫生健康局, CN=yikatong$/m);
  assert.match(said, /DNS:yikatong\.example, IP Address:10\.0\.0\.5/);
  const shown = await ok(folder, ["key", "show", "ours.csr"]);
  assert.match(shown.text, /使用者 +C=CN, O=某市\\, 卫生健康局, CN=yikatong\n/);

  const signing = ["-sm3", "-key", "key.pem", "-sigopt", DISTID, "-subj", "/CN=their name"];
  await openssl(folder, ["req", "-new", ...signing, "-out", "their.csr"]);
  await openssl(folder, ["req", "-x509", "-new", ...signing, "-days", "1", "-out", "cert.pem"]);
  for (const name of ["their.csr", "cert.pem"]) {
    assert.match((await ok(folder, ["key", "show", name])).text, /使用者 +CN=their name\n/);
  }
  const digest = await openssl(folder, [
    "x509",
    "-in",
    "cert.pem",
    "-fingerprint",
    "-sm3",
    "-noout",
  ]);
  const hex = new TextDecoder().decode(digest).trim().split("=")[1]?.replaceAll(":", "")
    .toLowerCase();
  assert.ok(
    (await ok(folder, ["key", "show", "cert.pem"])).text.includes(`证书指纹（SM3） ${hex}\n`),
  );
});

Deno.test("every command's help names every option it takes and how openssl does it", async () => {
  const out = ["--out", "--force"];
  const cipher = ["--mode", "--key-file", "--iv ", "--iv-file", "--no-padding", "--format"];
  const run = ["--progress", "--provider"];
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ["sm digest", ["--check", "--hmac-key-file", "--raw-key", ...run, "openssl dgst -sm3"]],
    ["sm sign", [
      "--key",
      "--password-file",
      "--user-id",
      "--format",
      ...out,
      ...run,
      "-sigopt distid:",
    ]],
    ["sm verify", [
      "--public",
      "--signature",
      "--user-id",
      "--format",
      ...run,
      "openssl dgst -sm3 -verify",
    ]],
    ["sm encrypt", [
      "--public",
      "--password-file",
      "--password ",
      ...cipher,
      ...out,
      ...run,
      "openssl enc -sm4",
    ]],
    ["sm decrypt", [
      "--key ",
      "--password-file",
      ...cipher,
      ...out,
      ...run,
      "openssl pkeyutl -decrypt",
    ]],
    ["key generate", [
      "--out",
      "--public-out",
      "--password-file",
      "--no-password",
      "--prf",
      "--force",
    ]],
    ["key show", ["--store", "--password-file", "--public-out", "--force", "openssl pkey"]],
    ["key request", [
      "--key",
      "--password-file",
      "--subject",
      "--dns",
      "--ip",
      ...out,
      "openssl req",
    ]],
    ["key seal", ["--password-file", "--prf", ...out, "openssl pkcs8 -topk8"]],
    ["key unseal", ["--password-file", ...out, "openssl pkcs8"]],
    ["key rotate", ["--store", "--label", "--password-file"]],
    ["key store init", ["--store", "--password-file"]],
    ["key store password", ["--store", "--password-file", "--new-password-file"]],
  ];
  await using folder = await openCliFolder();
  for (const [command, words] of commands) {
    const { text } = await ok(folder, [...command.split(" "), "--help"]);
    assert.ok(text.startsWith(`用法: yikatong ${command}`), command);
    for (const word of [...words, "例:"]) assert.ok(text.includes(word), `${command}: ${word}`);
  }
  for (const group of ["sm", "key", "key store"]) {
    const [{ text }, bare] = await Promise.all([
      ok(folder, [...group.split(" "), "--help"]),
      folder.run(group.split(" ")),
    ]);
    assert.deepEqual([bare.code, bare.text], [2, text]);
    const unknown = await folder.run([...group.split(" "), "nonsense"]);
    assert.deepEqual([unknown.code, unknown.text], [2, ""]);
    assert.match(unknown.stderr, new RegExp(`^没有命令 "nonsense"。yikatong ${group} --help`));
  }
});

async function openWithKeys(): Promise<CliFolder> {
  const folder = await openCliFolder();
  await folder.write("content", CONTENT);
  await openssl(folder, ["genpkey", "-algorithm", "SM2", "-out", "key.pem"]);
  await openssl(folder, ["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
  return folder;
}

async function ok(folder: CliFolder, args: readonly string[]) {
  const run = await folder.run(args);
  assert.equal(run.code, 0, `${args.join(" ")}: ${run.stderr}`);
  return run;
}

async function fails(folder: CliFolder, args: readonly string[], message: RegExp): Promise<void> {
  const run = await folder.run(args);
  assert.equal(run.code, 1, args.join(" "));
  assert.match(run.stderr, message);
  assert.doesNotMatch(run.stderr, /^ +at /m, "a stack tells an operator nothing");
}

async function openssl(folder: CliFolder, args: readonly string[]): Promise<Uint8Array> {
  const command = new Deno.Command("openssl", { args: [...args], cwd: folder.path, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, `openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new Uint8Array(stdout);
}

function bytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map(() => Math.floor(random() * 256));
}
