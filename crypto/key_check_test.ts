import assert from "node:assert/strict";
import { keyCheckValue } from "./key_check.ts";

Deno.test("keyCheckValue() is the front of E_k(0) for SM4 and 3DES", () => {
  const key = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
  assert.equal(keyCheckValue("sm4", key).toHex(), "2677f46b09c122cc");
  assert.equal(keyCheckValue("tdes", key).toHex(), "08d7b4fb629d0885");
});

Deno.test("keyCheckValue() of a bank's published work key", () => {
  const key = Uint8Array.fromHex("F351D490994603795C6EBEE8FAEBB481");
  assert.equal(keyCheckValue("sm4", key).toHex().toUpperCase(), "861E83E31FAEBF10");
});

Deno.test("keyCheckValue() refuses what is no key", () => {
  assert.throws(() => keyCheckValue("sm4", new Uint8Array(15)), { code: "wrong_length" });
  assert.throws(() => keyCheckValue("tdes", new Uint8Array(16)), { code: "invalid_key" });
});
