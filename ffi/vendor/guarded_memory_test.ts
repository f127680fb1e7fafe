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

Deno.test("one byte of text, a NUL, a blank or 0xff behind the end is never taken for the guard", () => {
  const memory = new GuardedMemory(16);
  const behind = new Uint8Array(memory.bytes.buffer, memory.bytes.byteOffset + 16);
  const before = behind[0] ?? 0;
  for (let byte = 0x20; byte <= 0x100; byte++) {
    behind[0] = byte;
    assert.ok(!memory.isIntact, `0x${(byte & 0xff).toString(16)}`);
  }
  behind[0] = before;
  assert.ok(memory.isIntact);
});

Deno.test("wipe() leaves nothing of what stood there", () => {
  const memory = new GuardedMemory(16);
  memory.bytes.fill(0xff);
  memory.wipe();
  assert.ok(memory.bytes.every((byte) => byte === 0));
});
