import assert from "node:assert/strict";
import { GuardedMemory } from "./guarded_memory.ts";

Deno.test("memory is intact whatever is written inside, and no longer with one byte outside", () => {
  const memory = new GuardedMemory(16);
  memory.bytes.fill(0xff);
  assert.ok(memory.isIntact);
  const { buffer, byteOffset } = memory.bytes;
  const whole = new Uint8Array(buffer);
  for (const at of [0, byteOffset - 1, byteOffset + 16, byteOffset + 2_000, whole.length - 1]) {
    const before = whole[at] ?? 0;
    whole[at] = before ^ 1;
    assert.ok(!memory.isIntact, `${at}`);
    whole[at] = before;
  }
  assert.ok(memory.isIntact);
});

Deno.test("wipe() leaves nothing of what stood there", () => {
  const memory = new GuardedMemory(16);
  memory.bytes.fill(0xff);
  memory.wipe();
  assert.ok(memory.bytes.every((byte) => byte === 0));
});
