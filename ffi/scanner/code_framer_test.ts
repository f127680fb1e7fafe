import assert from "node:assert/strict";
import { CodeFramer } from "./code_framer.ts";
import { readCodeText } from "./code_text.ts";

const CR_LF = { terminators: [0x0d, 0x0a], bytesMax: 16 };

Deno.test("CodeFramer ends a code at a gap behind its terminator, wherever it was cut", () => {
  const framer = new CodeFramer(CR_LF);
  for (const byte of bytesOf("123456\r\n")) framer.push(Uint8Array.of(byte));
  assert.equal(framer.isEmpty, false);
  assert.deepEqual(framer.gap(), bytesOf("123456\r\n"));
  assert.equal(framer.isEmpty, true);
  assert.equal(framer.gap(), null);
});

Deno.test("CodeFramer keeps a code whole that pauses, or has a line break inside", () => {
  const framer = new CodeFramer(CR_LF);
  framer.push(bytesOf("12\r34"));
  assert.equal(framer.gap(), null);
  framer.push(bytesOf("56\r"));
  assert.deepEqual(framer.gap(), bytesOf("12\r3456\r"));
});

Deno.test("CodeFramer drops a code whose end never comes", () => {
  const framer = new CodeFramer(CR_LF);
  framer.push(bytesOf("1234"));
  for (let gaps = 0; gaps < 100 && !framer.isEmpty; gaps++) assert.equal(framer.gap(), null);
  framer.push(bytesOf("5678\r"));
  assert.deepEqual(framer.gap(), bytesOf("5678\r"));
});

Deno.test("CodeFramer without terminators ends a code at the gap", () => {
  const framer = new CodeFramer({ terminators: [], bytesMax: 16 });
  framer.push(bytesOf("1234"));
  assert.deepEqual(framer.gap(), bytesOf("1234"));
});

Deno.test("CodeFramer drops a code beyond the bound whole, and takes the next one", () => {
  const framer = new CodeFramer(CR_LF);
  framer.push(bytesOf("9".repeat(17)));
  assert.equal(framer.gap(), null);
  framer.push(bytesOf("9999\r"));
  assert.equal(framer.gap(), null);
  framer.push(bytesOf("1\r"));
  assert.deepEqual(framer.gap(), bytesOf("1\r"));
});

Deno.test("CodeFramer drops the rest of a code that began before", () => {
  const framer = new CodeFramer(CR_LF);
  framer.drop();
  framer.push(bytesOf("12"));
  framer.drop();
  framer.push(bytesOf("34\r"));
  assert.equal(framer.gap(), null);
  framer.push(bytesOf("56\r"));
  assert.deepEqual(framer.gap(), bytesOf("56\r"));
});

Deno.test("readCodeText() reads UTF-8, then GB18030, and takes control characters out", () => {
  assert.equal(readCodeText(bytesOf("\x06123\t456\r\n"), 10), "123456");
  assert.equal(readCodeText(new TextEncoder().encode("就诊码\r"), 10), "就诊码");
  assert.equal(readCodeText(Uint8Array.of(0xbe, 0xcd, 0xd5, 0xef, 0x0d), 10), "就诊");
  assert.equal(readCodeText(Uint8Array.of(0x81, 0x30, 0x84, 0x36, 0x0d), 10), "¥");
  assert.equal(readCodeText(bytesOf("\r\n"), 10), null);
  assert.equal(readCodeText(Uint8Array.of(0xff, 0xff), 10), null);
  assert.equal(readCodeText(bytesOf("12345678901"), 10), null);
});

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
