import assert from "node:assert/strict";
import { readStore } from "../../cli/key/store_file.ts";
import { enterKey } from "../../cli/key/store_enter.ts";
import { initStore } from "../../cli/key/store_init.ts";

// devices.md §3.4: this SM4 key has the check value 861E83E31FAEBF10.
const KEY = "F351D490994603795C6EBEE8FAEBB481";
const FIRST = "0123456789ABCDEF0011223344556677";

Deno.test("a master of a bank is entered in two parts, and only with its check value", async () => {
  const folder = await Deno.makeTempDir();
  const file = async (name: string, line: string) => {
    await Deno.writeTextFile(`${folder}/${name}`, `${line}\n`, { mode: 0o600 });
    return `${folder}/${name}`;
  };
  try {
    const [store, password] = [`${folder}/keys`, await file("password", "long enough")];
    const second = Uint8Array.fromHex(KEY)
      .map((byte, at) => byte ^ (Uint8Array.fromHex(FIRST)[at] ?? 0)).toHex();
    const parts = [
      ...["--store", store, "--password-file", password, "--label", "card-host-master"],
      ...["--first-file", await file("first", FIRST)],
      ...["--second-file", await file("second", second)],
    ];
    assert.equal(await initStore(["--store", store, "--password-file", password]), 0);
    await assert.rejects(enterKey([...parts, "--check", "861E83E4"]), /校验值不符/);
    assert.equal(await enterKey([...parts, "--check", "861E83E31FAEBF10"]), 0);
    const keys = await readStore(store, password);
    const [entered, ...more] = keys.filter(({ label }) => label === "card-host-master");
    assert.deepEqual([entered?.usage, entered?.leaves, entered?.version], ["import", "never", 1]);
    assert.equal(entered?.bytes.toHex().toUpperCase(), KEY);
    assert.equal(more.length, 0);
    assert.ok(keys.some(({ label }) => label === "key-ladder-root"));
    await assert.rejects(enterKey([...parts, "--usage", "export"]), /另一种用途/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
