import assert from "node:assert/strict";
import type { StoredKey } from "../../crypto/key_store.ts";
import { hmacSm3 } from "../../crypto/sm3.ts";
import { sm4Encrypt } from "../../crypto/sm4.ts";
import { describeKeys } from "./stored_keys.ts";

const KEY = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");

function stored(usage: StoredKey["usage"]): StoredKey {
  return {
    id: usage,
    label: `key-${usage}`,
    version: 1,
    algorithm: "sm4",
    usage,
    leaves: "never",
    createdAt: "2026-11-22T00:00:00Z",
    bytes: KEY,
  };
}

Deno.test("a key store's list shows a pad's check value, but not the GCM key of a data key", () => {
  const zeroBlock = sm4Encrypt({ mode: "ecb", key: KEY, padding: "none" }, new Uint8Array(16));
  const front = zeroBlock.subarray(0, 8).toHex();
  for (const usage of ["pin", "mac", "export", "import", "cipher"] as const) {
    assert.match(describeKeys([stored(usage)]).join("\n"), new RegExp(front), usage);
  }
  for (const usage of ["data", "wrap"] as const) {
    const text = describeKeys([stored(usage)]).join("\n");
    assert.ok(!text.includes(front), usage);
    assert.ok(text.includes(hmacSm3(KEY, new Uint8Array(16)).subarray(0, 8).toHex()), usage);
    assert.ok(!text.includes(KEY.toHex()));
  }
});
