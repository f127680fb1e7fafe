import assert from "node:assert/strict";
import { LibraryError } from "../../ffi/vendor/library_error.ts";
import { loadVendorProfile } from "../../ffi/vendor/profile.ts";
import { vendorTrouble } from "./vendor_words.ts";

Deno.test("vendorTrouble() says what is wrong in a profile, field by field", async () => {
  await using folder = await openFolder();
  const file = `${folder.path}/sscard.toml`;
  assert.match(await profileTrouble(file), /文件或目录不存在/);
  await Deno.writeTextFile(file, 'name = "x\n');
  assert.match(await profileTrouble(file), /第 1 行第 \d+ 列不是正确的 TOML/);
  await Deno.writeTextFile(file, 'name = "x"\nlibary = "/opt/x.so"\n');
  const text = await profileTrouble(file);
  assert.match(text, /libary: 没有这个名称/);
  assert.match(text, /library: 没有设置/);
});

Deno.test("vendorTrouble() tells another machine's library from one that is not there", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/libcard.so`;
  const trouble = { kind: "not_loaded", path, reason: "cannot open shared object file" } as const;
  const tell = () => vendorTrouble("card.toml", new LibraryError("", trouble));
  assert.match(await tell(), /文件或目录不存在/);
  await Deno.writeTextFile(path, "hello");
  assert.match(await tell(), /不是动态库/);
  const header = new Uint8Array(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header[18] = Deno.build.arch === "x86_64" ? 183 : 62;
  await Deno.writeFile(path, header);
  assert.match(await tell(), new RegExp(`本机是 ${Deno.build.arch}`));
  header[18] = Deno.build.arch === "x86_64" ? 62 : 183;
  await Deno.writeFile(path, header);
  const reason = "libdcrf32.so: cannot open shared object file: No such file or directory";
  const needs = new LibraryError("", { ...trouble, reason });
  assert.match(await vendorTrouble("card.toml", needs), /缺少它依赖的 libdcrf32\.so.*preload/);
});

async function profileTrouble(file: string): Promise<string> {
  try {
    await loadVendorProfile(file);
  } catch (thrown) {
    return await vendorTrouble(file, thrown);
  }
  return "usable";
}

async function openFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
