import assert from "node:assert/strict";
import { openNativeEngine } from "../../crypto/providers/native.ts";
import { testLibcrypto } from "../libcrypto.ts";

/** The smallest object lost in one of some twenty operations of 40,000 rounds is 1.3 MB. */
const GROWTH_BYTES_MAX = 512 << 10;
/** A number of 80 bytes lost in each of 12,000 imports is nearly 1 MB. */
const SM2_GROWTH_BYTES_MAX = 512 << 10;
/** 900 bytes lost of each of 300 would be seen. */
const ENGINES_GROWTH_BYTES_MAX = 256 << 10;
const FORGOTTEN_MAX = 200_000;

const key = new Uint8Array(16);

async function growthBy(work: "symmetric" | "sm2" | "engines"): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "tests/native_growth.ts", work],
    cwd: new URL("../..", import.meta.url),
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const grown = Number(new TextDecoder().decode(stdout));
  assert.ok(Number.isInteger(grown));
  return grown;
}

Deno.test("40,000 rounds of SM3 and SM4 leave no native object and no memory behind", async () => {
  const grown = await growthBy("symmetric");
  assert.ok(grown < GROWTH_BYTES_MAX, `${grown} bytes were left allocated`);
});

Deno.test("12,000 SM2 keys imported and used leave no native object and no memory behind", async () => {
  const grown = await growthBy("sm2");
  assert.ok(grown < SM2_GROWTH_BYTES_MAX, `${grown} bytes were left allocated`);
});

Deno.test("engines opened and closed leave no memory and no file behind", async () => {
  const grown = await growthBy("engines");
  assert.ok(grown < ENGINES_GROWTH_BYTES_MAX, `${grown} bytes were left allocated`);
});

Deno.test("keys that nobody disposed are freed when they are collected", async () => {
  const native = openNativeEngine({ path: testLibcrypto() });
  let made = 0;
  while (made < FORGOTTEN_MAX && native.liveObjects() >= made) {
    for (let round = 0; round < 500; round++) {
      native.hmacKey(key);
      made += 2;
    }
    // What is collected is told to the registry between tasks.
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.ok(native.liveObjects() < made, `All of ${made} objects are still there`);
  native[Symbol.dispose]();
});
