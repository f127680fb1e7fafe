import assert from "node:assert/strict";
import { openCliFolder } from "../cli.ts";
import { runOpenssl } from "../openssl.ts";
import { official, retired } from "../retiring_terminal.ts";
import { openWorld } from "../world.ts";

Deno.test("what was taken is checked by retire check, sm verify and openssl, without the platform (R-TOM-16)", async () => {
  await using world = await openWorld();
  const id = await retired(world);
  const browser = await official(world);
  const shown = await (await browser.call("GET", `/terminals/${id}/retirement`)).json();
  const { platformKey } = shown.retirement;
  const text = await (await browser.call("POST", `/terminals/${id}/retirement/file`)).text();
  await using folder = await openCliFolder();
  const file = `${folder.path}/certificate.json`;
  await Deno.writeTextFile(file, text);
  const parts = `${folder.path}/parts`;
  const check = (...args: string[]) => folder.run(["retire", "check", ...args]);

  const good = await check("--platform-key", platformKey, "--parts", parts, file);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.text, /数据销毁证明[^]*终端 +0001[^]*平台会签 +相符[^]*终端签名 +相符/);
  for (const [name, key] of [["record", "platform"], ["certificate", "terminal"]]) {
    const [pem, signature] = [`${parts}/${key}.pem`, `${parts}/${name}.sig`];
    const verified = await folder.run(
      ["sm", "verify", "--public", pem, "--signature", signature, `${parts}/${name}.json`],
    );
    assert.equal(verified.code, 0, verified.stderr);
    const { stdout } = await runOpenssl(
      ["dgst", "-sm3", "-verify", pem, "-sigopt", "distid:1234567812345678"].concat(
        ["-signature", signature, `${parts}/${name}.json`],
      ),
    );
    assert.match(new TextDecoder().decode(stdout), /Verified OK/);
  }

  const other = await check("--platform-key", "5a".repeat(32), file);
  assert.equal(other.code, 1);
  assert.match(other.text, /不是 --platform-key 的那把/);
  await Deno.writeTextFile(file, text.replace("到期更换", "另有理由"));
  const changed = await check("--platform-key", platformKey, file);
  assert.equal(changed.code, 1);
  assert.match(changed.text, /平台会签 +不符[^]*终端签名 +不符/);
  const { record, countersignature } = JSON.parse(text);
  await Deno.writeTextFile(file, JSON.stringify({ record, countersignature }));
  const bare = await check("--platform-key", platformKey, file);
  assert.equal(bare.code, 1);
  assert.match(bare.text, /没有公钥，没有核对/);
  const withKeys = await check(
    ...["--platform-key", `${parts}/platform.pem`],
    ...["--terminal-key", `${parts}/terminal.pem`, file],
  );
  assert.equal(withKeys.code, 0, withKeys.stderr);
  await Deno.writeTextFile(file, "{}");
  assert.match((await check("--platform-key", platformKey, file)).stderr, /不是平台会签过的/);
  assert.equal((await check(file)).code, 2);
});
