import assert from "node:assert/strict";
import { decodeText, encodeText } from "./text_encoding.ts";

Deno.test("decodeText() ends at NUL, or with the buffer", () => {
  assert.equal(decodeText(Uint8Array.of(0x41, 0x42, 0, 0x43), "gb18030"), "AB");
  assert.equal(decodeText(Uint8Array.of(0x41, 0x42), "utf8"), "AB");
  assert.equal(decodeText(new Uint8Array(0), "sniff"), "");
});

Deno.test("decodeText() reads rare names of four bytes in GB 18030", () => {
  assert.equal(decodeText(encodeText("㐀𠮷珅億", "gb18030"), "gb18030"), "㐀𠮷珅億");
});

Deno.test("decodeText() sniffs UTF-8, and takes the rest for GB 18030", () => {
  assert.equal(decodeText(encodeText("错误：无卡", "utf8"), "sniff"), "错误：无卡");
  assert.equal(decodeText(encodeText("错误：无卡", "gb18030"), "sniff"), "错误：无卡");
});

Deno.test("bytes that are no text do not throw", () => {
  for (const encoding of ["gb18030", "utf8", "sniff"] as const) {
    assert.match(decodeText(Uint8Array.of(0x41, 0xff, 0x81), encoding), /^A\ufffd/);
  }
});

Deno.test("encodeText() ends with NUL and lets none in", () => {
  assert.deepEqual(encodeText("无", "gb18030"), Uint8Array.of(0xce, 0xde, 0));
  assert.throws(() => encodeText("a\0b", "utf8"), TypeError);
});
