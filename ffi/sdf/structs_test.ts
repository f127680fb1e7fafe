import assert from "node:assert/strict";
import { cipherFrom, describeDevice, pointOf, signatureOf } from "./structs.ts";

const HALF = 32;

Deno.test("pointOf() and signatureOf() take right-aligned numbers, and no others", () => {
  const key = new Uint8Array(200);
  new DataView(key.buffer).setUint32(0, 256, true);
  key.fill(0x11, 4 + HALF, 4 + 2 * HALF).fill(0x22, 4 + 3 * HALF, 4 + 4 * HALF);
  assert.equal(pointOf(key).toHex(), `04${"11".repeat(HALF)}${"22".repeat(HALF)}`);
  const signature = key.slice(4, 4 + 4 * HALF);
  assert.equal(signatureOf(signature).toHex(), "11".repeat(HALF) + "22".repeat(HALF));
  assert.throws(() => signatureOf(signature.with(0, 1)), RangeError);
  assert.throws(() => pointOf(key.with(4, 1)), RangeError);
  assert.throws(() => pointOf(key.with(0, 8)), RangeError);
});

Deno.test("cipherFrom() packs C1‖C3‖C2 as ECCCipher", () => {
  const ciphertext = new Uint8Array([
    0x04,
    ...new Uint8Array(HALF).fill(1),
    ...new Uint8Array(HALF).fill(2),
    ...new Uint8Array(HALF).fill(3),
    9,
    8,
    7,
  ]);
  const packed = cipherFrom(ciphertext);
  const part = (at: number, length: number) => packed.subarray(at, at + length).toHex();
  assert.equal(part(0, HALF), "00".repeat(HALF));
  assert.equal(part(HALF, HALF), "01".repeat(HALF));
  assert.equal(part(3 * HALF, HALF), "02".repeat(HALF));
  assert.equal(part(4 * HALF, HALF), "03".repeat(HALF));
  assert.equal(part(160, 7), "03000000090807");
  assert.equal(packed.length, 164 + 136);
  assert.throws(() => cipherFrom(ciphertext.subarray(0, 97)), RangeError);
});

Deno.test("describeDevice() prints what a device says, whatever it says", () => {
  const info = new Uint8Array(100);
  info.set(new TextEncoder().encode("Maker\0rubbish"), 0);
  info.set(new TextEncoder().encode("Model\u0007           "), 40);
  info[72] = 2;
  info[76] = 1;
  assert.equal(describeDevice(info), "Maker Model?, version 2, GM/T 0018 version 1");
});
