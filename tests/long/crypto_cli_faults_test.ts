import assert from "node:assert/strict";
import { openKeyStore } from "../../crypto/key_store.ts";
import { type CliFolder, type CliRun, openCliFolder, RUN_FLAGS } from "../cli.ts";

/** What goes wrong at three in the morning: `yikatong sm` and `yikatong key` say it and stop clean. */

const CHUNK_BYTES = 65_536;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;
const WAIT_MS_MAX = 30_000;
const CONTENT = new Uint8Array(4 * CHUNK_BYTES + 100).map((_, at) => at % 251);

Deno.test("a file that was changed or cut is named by its chunk, and nothing is left", async () => {
  await using folder = await openWithSealed();
  const sealed = await folder.read("sealed");
  const header = sealed.length - CONTENT.length - 5 * 16;
  const at = header + 2 * SEALED_CHUNK_BYTES + 1_000;
  const changed = sealed.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  const cases: [string, Uint8Array, RegExp][] = [
    ["changed", changed, /^"changed"：第 3 块校验不符/],
    [
      "cut_between",
      sealed.subarray(0, header + 2 * SEALED_CHUNK_BYTES),
      /^"cut_between"：文件在第 2 块之后被截断/,
    ],
    [
      "cut_inside",
      sealed.subarray(0, at),
      /^"cut_inside"：第 3 块校验不符：内容被改动过，或文件在这里被截断/,
    ],
    ["appended", new Uint8Array([...sealed, 1]), /^"appended"：第 5 块校验不符/],
    ["header", sealed.subarray(0, 40), /"header" 不是 sm encrypt 加密的文件，或开头已损坏/],
    ["empty", new Uint8Array(0), /不是 sm encrypt 加密的文件/],
  ];
  for (const [name, bytes, message] of cases) {
    await folder.write(name, bytes);
    refused(await folder.run([...DECRYPT, "--out", "out", name]), message);
    assert.ok(!(await folder.list()).some((file) => file.startsWith("out")), name);
  }
  const piped = await folder.run([...DECRYPT, "changed"]);
  assert.equal(piped.code, 1);
  assert.deepEqual(piped.stdout, CONTENT.subarray(0, 2 * CHUNK_BYTES), "proved chunks only");
});

Deno.test("a wrong recipient, password, key or file is told apart", async () => {
  await using folder = await openWithSealed();
  await folder.write("password", "correct horse\n");
  await folder.write("wrong", "correct mouse\n");
  await folder.write("two_lines", "a\nb\n");
  await folder.write("short", "horse\n");
  await folder.write("empty", "");
  await folder.write("cipher_key", "00112233445566778899aabbccddeeff");
  const make = ["key", "generate", "--no-password", "--out", "other.pem", "--public-out"];
  const made = await folder.run([...make, "other_public.pem"]);
  const byPassword = ["sm", "encrypt", "--password-file", "password", "--out", "by_password"];
  succeeded(await folder.run([...byPassword, "content"]));
  const other = /指纹（SM3） ([0-9a-f]{64})/.exec(made.text)?.[1] ?? "";
  const wrongRecipient = await folder.run(["sm", "decrypt", "--key", "other.pem", "sealed"]);
  refused(wrongRecipient, /^文件不是给 "other\.pem" 加密的/);
  assert.ok(wrongRecipient.stderr.includes(other));
  const cases: [string[], number, RegExp][] = [
    [["sm", "decrypt", "--password-file", "wrong", "by_password"], 1, /^"by_password"：口令不对/],
    [["sm", "decrypt", "--password-file", "two_lines", "by_password"], 1, /应只有一行/],
    [["sm", "decrypt", "--key", "key.pem", "by_password"], 2, /是用口令加密的/],
    [
      ["sm", "encrypt", "--password-file", "short", "content"],
      1,
      /^口令文件 "short" 里的口令太短/,
    ],
    [
      [...["sm", "decrypt", "--mode", "ecb", "--key-file", "cipher_key"], "content"],
      1,
      /"content" 的长度不是 16 字节的整数倍/,
    ],
    [
      [...["sm", "encrypt", "--public", "public.pem", "--format", "der"], "empty"],
      1,
      /"empty" 是空的/,
    ],
    [[...REQUEST, "CN=x", "--dns", "a b"], 2, /--dns/],
    [[...REQUEST, "CN=x", "--ip", "1.2.3.256"], 2, /1\.2\.3\.256/],
    [[...REQUEST, "C=China"], 2, /--subject/],
    [["sm", "decrypt", "sealed"], 2, /是给以下公钥（SM3 指纹）加密的/],
    [["sm", "decrypt", "--key", "public.pem", "sealed"], 1, /"public\.pem" 是公钥/],
    [["sm", "encrypt", "--public", "key.pem", "content"], 1, /"key\.pem" 是私钥.*--public-out/],
    [["sm", "encrypt", "--public", "content", "content"], 1, /"content" 太大|不是 PEM 文件/],
    [["sm", "encrypt", "--public", "public.pem", "gone"], 1, /不能读取 "gone"：文件或目录不存在/],
    [["sm", "encrypt", "--public", "public.pem", "."], 1, /这是一个目录/],
    [["sm", "encrypt", "--public", "public.pem", "--out", "sealed", "content"], 1, /没有覆盖/],
    [["sm", "encrypt", "--public", "public.pem", "--out", "/dev/full", "content"], 1, /磁盘已满/],
    [
      ["sm", "encrypt", "--public", "public.pem", "--out", "no/x", "content"],
      1,
      /目录 "no" 不存在/,
    ],
    [["sm", "encrypt", "--mode", "gcm", "--key-file", "x", "content"], 2, /应为 cbc、ctr/],
    [
      ["sm", "encrypt", "--mode", "cbc", "--key-file", "password", "--iv", "00", "content"],
      2,
      /--iv "00"/,
    ],
    [["sm", "encrypt", "--mode", "ctr", "--key-file", "password", "content"], 2, /要有初始向量/],
    [["sm", "encrypt", "--iv", "00", "--public", "public.pem", "content"], 2, /没有 --iv/],
    [["sm", "encrypt", "content"], 2, /要有 --public、--password-file 或 --password/],
    [["sm", "encrypt", "--password", "content"], 2, /没有键盘可问：请加 --password-file/],
    [["sm", "sign", "--key", "key.pem", "--user-id", "", "content"], 2, /不能为空/],
    [["sm", "digest", "--provider", "hardware", "content"], 2, /应为 auto、native 或 portable/],
    [["key", "generate", "--out", "key.pem", "--no-password"], 1, /"key\.pem" 已存在，没有覆盖/],
    [["key", "show", "content"], 1, /"content" (太大|不是 PEM 文件)/],
  ];
  const left = cases.values();
  const lane = async () => {
    for (const [args, code, message] of left) {
      // Without a terminal, as under a timer: nobody is there to be asked.
      const run = await runDetached(folder, args);
      assert.equal(run.code, code, `${args.join(" ")}: ${run.stderr}`);
      assert.match(run.stderr, message, args.join(" "));
      assert.doesNotMatch(run.stderr, /^ +at /m, args.join(" "));
    }
  };
  await Promise.all([lane(), lane(), lane()]);
});

Deno.test("no output takes the place of what was read, whatever --force says", async () => {
  await using folder = await openWithSealed();
  await folder.write("password", "correct horse\n");
  await Deno.symlink("key.pem", `${folder.path}/link.pem`);
  const [content, pem] = [await folder.read("content"), await folder.read("key.pem")];
  const sealing = ["key", "seal", "--password-file", "password", "--force", "--out"];
  const cases = [
    ["sm", "sign", "--force", "--key", "key.pem", "--out", "content", "content"],
    ["sm", "sign", "--force", "--key", "key.pem", "--out", "link.pem", "content"],
    ["sm", "encrypt", "--force", "--public", "public.pem", "--out", "./content", "content"],
    ["sm", "decrypt", "--force", "--key", "key.pem", "--out", "key.pem", "sealed"],
    [...sealing, "key.pem", "key.pem"],
    ["key", "unseal", "--force", "--out", "link.pem", "key.pem"],
    ["key", "show", "--force", "--public-out", "key.pem", "key.pem"],
    [...REQUEST, "CN=x", "--force", "--out", "key.pem"],
    ["key", "generate", "--no-password", "--force", "--out", "new.pem", "--public-out", "new.pem"],
  ];
  for (const args of cases) {
    const run = await folder.run(args);
    assert.equal(run.code, 2, `${args.join(" ")}: ${run.stderr}`);
    assert.match(run.stderr, /换一个文件名/, args.join(" "));
  }
  assert.deepEqual(await folder.read("content"), content);
  assert.deepEqual(await folder.read("key.pem"), pem);
  // Nor is a key pair written in half.
  const generating = ["key", "generate", "--no-password", "--out", "new.pem", "--public-out"];
  refused(await folder.run([...generating, "public.pem"]), /"public\.pem" 已存在，没有覆盖/);
  assert.ok(!(await folder.list()).includes("new.pem"));
});

Deno.test("every help has its descriptions in one column", async () => {
  await using folder = await openCliFolder();
  const commands = [
    ...["digest", "sign", "verify", "encrypt", "decrypt"].map((name) => ["sm", name]),
    ...["generate", "show", "request", "seal", "unseal", "rotate"].map((name) => ["key", name]),
    ["key", "store", "init"],
    ["key", "store", "password"],
  ];
  for (const command of commands) {
    const { text } = await folder.run([...command, "--help"]);
    const columns = [...text.matchAll(/^( {2}--\S+(?: <[^>]*>)? +)(?=\S)/gm)]
      .map(([, start = ""]) => start.replaceAll(/[^ -~]/g, "__").length);
    assert.ok(columns.length > 1, text);
    assert.equal(new Set(columns).size, 1, `${command.join(" ")}: ${columns}\n${text}`);
  }
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 130], ["SIGKILL", 137]] as const) {
  Deno.test(`a command ended by ${signal} leaves no output that looks whole`, async () => {
    await using folder = await openWithSealed();
    const before = await folder.list();
    const child = folder.start(["sm", "encrypt", "--public", "public.pem", "--out", "out"]);
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(1 << 20));
    await until(async () => (await Deno.stat(`${folder.path}/out.partial`)).size > CHUNK_BYTES);
    child.kill(signal);
    const [status, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      child.stdout.cancel(),
    ]);
    // Not before: at its end the input would be whole.
    await writer.close().catch(() => {});
    assert.equal(status.code, code);
    const left = (await folder.list()).filter((name) => !before.includes(name));
    assert.deepEqual(left, signal === "SIGKILL" ? ["out.partial"] : []);
    if (signal !== "SIGKILL") assert.equal(stderr, "已中断，没有留下未写完的文件\n");
  });
}

Deno.test("a password is typed unseen, though standard input is the data", async () => {
  await using folder = await openWithSealed();
  await folder.write("password", "correct horse");
  const sealing = ["key", "seal", "--out", "locked.pem", "--password-file", "password", "key.pem"];
  succeeded(await folder.run(sealing));
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const command = `"${Deno.execPath()}" run ${
    RUN_FLAGS.join(" ")
  } "${main}" sm sign --key locked.pem --out sig < content`;
  const terminal = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", command, "/dev/null"],
    cwd: folder.path,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = terminal.stdin.getWriter();
  let shown = "";
  for await (const text of terminal.stdout.pipeThrough(new TextDecoderStream())) {
    const isAsking = !shown.includes("口令：") && (shown + text).includes("口令：");
    shown += text;
    if (isAsking) {
      await writer.write(
        new TextEncoder().encode("correct hoar\x1b[D\tse\x7f\x7f\x7f\x7frse\x1bOA\r"),
      );
    }
  }
  await writer.close().catch(() => {});
  assert.equal((await terminal.status).code, 0, shown);
  assert.equal(shown, '私钥 "locked.pem" 的口令：\r\n');
  const verifying = ["sm", "verify", "--public", "public.pem", "--signature", "sig", "content"];
  succeeded(await folder.run(verifying));
});

Deno.test("a key store is made once, rotated by one at a time, and never shows a key", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", "correct horse\n");
  const store = ["--store", "keys", "--password-file", "password"];
  const made = succeeded(await folder.run(["key", "store", "init", ...store]));
  assert.match(made.text, /^column-data +1 +SM4 +data .*\ncolumn-index +1 +HMAC-SM3 +mac /m);
  const { mode } = await Deno.stat(`${folder.path}/keys`);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  refused(await folder.run(["key", "store", "init", ...store]), /密钥库不能覆盖/);

  // What a power cut in the middle of an earlier change left behind.
  await folder.write("keys.partial", "half a store");
  const rotating = ["key", "rotate", ...store, "--label", "column-data"];
  const rotated = await Promise.all([1, 2, 3].map(() => folder.run(rotating)));
  const done = rotated.filter(({ code }) => code === 0).length;
  assert.ok(done >= 1);
  for (const run of rotated.filter(({ code }) => code !== 0)) refused(run, /正被另一个命令修改/);
  refused(
    await folder.run([...rotating.slice(0, -1), "column-date"]),
    /没有 "column-date"：有 column-data/,
  );

  const shown = succeeded(await folder.run(["key", "show", ...store]));
  const keys = openKeyStore(await folder.read("keys"), new TextEncoder().encode("correct horse"));
  const versions = keys.filter(({ label }) => label === "column-data").map(({ version }) =>
    version
  );
  assert.deepEqual(versions, Array.from({ length: 1 + done }, (_, at) => at + 1));
  for (const { bytes, label, version } of keys) {
    assert.match(shown.text, new RegExp(`^${label} +${version} `, "m"));
    for (const { text, stderr } of [made, shown, ...rotated]) {
      assert.ok(!`${text}${stderr}`.includes(bytes.toHex().slice(0, 12)));
    }
  }
  await folder.write("wrong", "correct mouse\n");
  refused(
    await folder.run(["key", "show", "--store", "keys", "--password-file", "wrong"]),
    /密钥库 "keys" 打不开：口令不对/,
  );
  assert.deepEqual(await folder.list(), ["keys", "password", "wrong"]);
});

Deno.test("--progress tells bytes and speed where standard error is no screen", async () => {
  await using folder = await openCliFolder();
  const run = succeeded(
    await folder.run(["sm", "digest", "--progress"], new Uint8Array(2_500_000)),
  );
  assert.match(run.stderr, /摘要 2\.5 MB {2}[\d.]+ MB\/s\n$/);
});

const REQUEST = ["key", "request", "--key", "key.pem", "--subject"];
const DECRYPT = ["sm", "decrypt", "--key", "key.pem"];

async function openWithSealed(): Promise<CliFolder> {
  const folder = await openCliFolder();
  await folder.write("content", CONTENT);
  const making = ["key", "generate", "--no-password", "--out", "key.pem", "--public-out"];
  succeeded(await folder.run([...making, "public.pem"]));
  const sealing = ["sm", "encrypt", "--public", "public.pem", "--out", "sealed", "content"];
  succeeded(await folder.run(sealing));
  return folder;
}

/** In a session of its own, which has no terminal. */
async function runDetached(folder: CliFolder, args: readonly string[]) {
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const command = new Deno.Command("setsid", {
    args: ["--wait", Deno.execPath(), "run", ...RUN_FLAGS, main, ...args],
    cwd: folder.path,
    stdin: "null",
  });
  const { code, stderr } = await command.output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

function succeeded(run: CliRun): CliRun {
  assert.equal(run.code, 0, run.stderr);
  return run;
}

function refused(run: CliRun, message: RegExp): void {
  assert.equal(run.code, 1);
  assert.match(run.stderr, message);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  while (!await isTrue().catch(() => false)) {
    assert.ok(performance.now() < end, "the command did not start to write");
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
