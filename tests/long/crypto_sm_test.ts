import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";

/** The everyday ways; openssl, faults and large files are in tests/long/crypto_cli_test.ts. */

Deno.test("yikatong sm: what one operator signs and encrypts, another verifies and decrypts", async () => {
  await using folder = await openCliFolder();
  const content = new TextEncoder().encode("两千元整\n".repeat(20_000));
  await folder.write("bills.csv", content);
  const made = await folder.run(
    ["key", "generate", "--no-password", "--out", "key.pem", "--public-out", "public.pem"],
  );
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /没有加密/);
  const { mode } = await Deno.stat(`${folder.path}/key.pem`);
  assert.equal((mode ?? 0) & 0o777, 0o600);

  const [signed, sealed] = await Promise.all([
    folder.run(["sm", "sign", "--key", "key.pem", "--out", "bills.sig", "bills.csv"]),
    folder.run(["sm", "encrypt", "--public", "public.pem", "--out", "bills.sealed", "bills.csv"]),
  ]);
  assert.deepEqual([signed.code, sealed.code], [0, 0], signed.stderr + sealed.stderr);
  const verifying = ["sm", "verify", "--public", "public.pem", "--signature", "bills.sig"];
  const [good, wrong, opened] = await Promise.all([
    folder.run([...verifying, "bills.csv"]),
    folder.run(verifying, new TextEncoder().encode("三千元整")),
    folder.run(["sm", "decrypt", "--key", "key.pem", "bills.sealed"]),
  ]);
  assert.deepEqual([good.code, good.text], [0, "签名正确\n"]);
  assert.deepEqual([wrong.code, wrong.text], [1, ""]);
  assert.match(wrong.stderr, /^签名不符/);
  assert.deepEqual(opened.stdout, content);
});

Deno.test("yikatong sm digest writes what sm3sum and openssl write, and checks it", async () => {
  await using folder = await openCliFolder();
  await folder.write("abc", "abc");
  const digest = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  await folder.write("list", `${digest}  abc\n${digest}  gone\n`);
  const [written, checked, misused] = await Promise.all([
    folder.run(["sm", "digest", "abc", "-"], new TextEncoder().encode("abc")),
    folder.run(["sm", "digest", "--check", "list"]),
    folder.run(["sm", "digest", "--sm2", "abc"]),
  ]);
  assert.equal(written.text, `${digest}  abc\n${digest}  -\n`);
  assert.equal(checked.code, 1);
  assert.equal(checked.text, 'abc: 正确\ngone: 不能读取 "gone"：文件或目录不存在\n');
  assert.deepEqual([misused.code, misused.stderr], [2, '没有选项 "--sm2"。加 --help 看说明。\n']);
});
