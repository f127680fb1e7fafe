import assert from "node:assert/strict";
import type { KeySpec } from "../provider.ts";
import { newKeyBytes, requireKeyBytes, sealedKeyAad } from "./key_material.ts";

const SPEC: KeySpec = { label: "a", algorithm: "sm4", usage: "data", leaves: "sealed" };

Deno.test("sealedKeyAad() is another one for every context and spec", () => {
  const contexts = ["", "a", "aa", "\0", "asm4"].map((text) => new TextEncoder().encode(text));
  const specs: KeySpec[] = [
    SPEC,
    { ...SPEC, label: "asm4" },
    { ...SPEC, label: "aa" },
    { ...SPEC, usage: "mac" },
    { ...SPEC, algorithm: "tdes", usage: "mac" },
  ];
  const seen = new Set(
    contexts.flatMap((context) => specs.map((spec) => sealedKeyAad(context, spec).toHex())),
  );
  assert.equal(seen.size, contexts.length * specs.length);
});

Deno.test("sealedKeyAad() is the same however long the key stays and how far it leaves", () => {
  const context = new Uint8Array(3);
  for (
    const change of [{ ephemeral: true }, { leaves: "never" }, { leaves: "exported" }] as const
  ) {
    assert.deepEqual(sealedKeyAad(context, { ...SPEC, ...change }), sealedKeyAad(context, SPEC));
  }
});

Deno.test("newKeyBytes() makes keys that requireKeyBytes() takes, never the same", () => {
  for (
    const [algorithm, usage, length] of [
      ["sm2", "sign", 32],
      ["sm4", "data", 16],
      ["hmac_sm3", "mac", 32],
      ["tdes", "pin", 16],
    ] as const
  ) {
    const key = newKeyBytes(algorithm);
    assert.equal(key.length, length);
    requireKeyBytes({ ...SPEC, algorithm, usage }, key);
    assert.notDeepEqual(newKeyBytes(algorithm), key);
  }
});
