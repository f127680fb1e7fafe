import assert from "node:assert/strict";
import { initStore } from "../../cli/key/store_init.ts";

interface Examined {
  readonly code: number;
  readonly out: string;
}

async function examine(folder: string, crypto: Record<string, string>): Promise<Examined> {
  const party = (name: string, id: string) =>
    `[${name}]\nurl = "http://127.0.0.1:1"\n${id} = "test"\n`;
  const secret = `secret = "of-a-test"\n`;
  const lines = Object.entries(crypto).map(([name, value]) => `${name} = "${value}"`);
  const config = `${folder}/yikatong.toml`;
  await Deno.writeTextFile(
    config,
    party("his", "app_id") + secret + party("citizen_code", "app_id") + secret +
      party("insurance", "paas_id") + secret + party("aggregate_pay", "app_id") +
      `app_key = "of-a-test"\nnotify_key = "of-a-test"\norder_prefix = "Y"\n` +
      `notify_url = "http://127.0.0.1:1"\n[crypto]\n${lines.join("\n")}\n`,
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "main.ts", "doctor", "--config", config],
    cwd: new URL("../..", import.meta.url),
  }).output();
  return { code, out: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("yikatong doctor tells the provider, every self-test, the keys and the verdict", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const passwordFile = `${folder}/password`;
    await Deno.writeTextFile(passwordFile, "correct horse", { mode: 0o600 });
    const store = `${folder}/keys`;
    await initStore(["--store", store, "--password-file", passwordFile]);
    const keys = { key_store: store, key_store_password_file: passwordFile };

    const good = await examine(folder, keys);
    assert.equal(good.code, 0, good.out);
    assert.match(good.out, /密码提供者：native（配置 crypto.provider = auto）/);
    assert.match(good.out, /自检 SM3 .*\n[^]*自检 SM4-GCM [^]*自检 SM2 [^]*自检 MAC [^]*PIN block/);
    assert.match(good.out, /密钥 column-data 第 1 版/);
    assert.match(good.out, /警告 {2}密钥在本进程内存中，软件实现不是经认证的商用密码产品/);
    assert.match(good.out, /警告 {2}终端不能接入：.*crypto\.allow_software_private_keys = true/);
    assert.match(good.out, /结论：密码部分可以启动/);
    assert.ok(!good.out.includes("correct horse"));

    const noLibrary = await examine(folder, {
      ...keys,
      provider: "native",
      library: `${folder}/libcrypto.so.3`,
    });
    assert.equal(noLibrary.code, 1, "a named library is never replaced by our own code");
    assert.match(noLibrary.out, /失败 {2}.*libcrypto/);
    assert.match(noLibrary.out, /结论：不能启动/);

    await Deno.chmod(passwordFile, 0o644);
    const open = await examine(folder, keys);
    assert.match(open.out, /警告 {2}".*password" 的权限是 644：其他用户能读/);

    const noStore = await examine(folder, { provider: "portable" });
    assert.equal(noStore.code, 1);
    assert.match(noStore.out, /自检 SM3/, "the provider is looked at all the same");
    assert.match(noStore.out, /失败 {2}没有配置密钥库/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
