import assert from "node:assert/strict";
import { nameToText, readName, writeName } from "./certificate_names.ts";
import { DerTag, readDer, writeDer, writeOid } from "./der.ts";

const SET = 0x31;
const COMMON_NAME = writeOid("2.5.4.3");

/** A name of one set with these strings as common names. */
function nameOf(...strings: Uint8Array[]) {
  const attributes = strings.map((text) => writeDer(DerTag.sequence, COMMON_NAME, text));
  return readDer(writeDer(DerTag.sequence, writeDer(SET, ...attributes)));
}

function text(tag: number, bytes: string | readonly number[]) {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return writeDer(tag, Uint8Array.from(content));
}

Deno.test("names survive, in order, types without a word too", () => {
  const name = [
    { type: "C", value: "CN" },
    { type: "OU", value: "一" },
    { type: "OU", value: "二" },
    { type: "emailAddress", value: "a@b.c" },
    { type: "1.2.3.4", value: "𠮷" },
  ];
  assert.deepEqual(readName(readDer(writeName(name))), name);
  assert.deepEqual(readName(readDer(writeName([]))), []);
});

Deno.test("writeName() puts every attribute into a set of its own, as openssl does", () => {
  const der = writeName([{ type: "C", value: "CN" }, { type: "CN", value: "x" }]);
  assert.equal(der.toHex(), "3019310b300906035504061302434e310a300806035504030c0178");
});

Deno.test("readName() reads the string types older authorities use", () => {
  const cases: [Uint8Array, string][] = [
    [text(0x0c, "城市"), "城市"],
    [text(0x13, "City (1)"), "City (1)"],
    [text(0x16, "a@b.c"), "a@b.c"],
    [text(0x12, "12 3"), "12 3"],
    [text(0x14, [0x5a, 0xfc]), "Zü"],
    [text(0x1e, [0x57, 0xce, 0x5e, 0x02]), "城市"],
  ];
  for (const [string, value] of cases) {
    assert.deepEqual(readName(nameOf(string)), [{ type: "CN", value }]);
  }
  const both = readName(nameOf(text(0x0c, "a"), text(0x0c, "b")));
  assert.deepEqual(both.map(({ value }) => value), ["a", "b"]);
});

Deno.test("readName() refuses text that shows other than it is, and other shapes", () => {
  for (
    const string of [
      text(0x0c, [0xff]),
      text(0x0c, [0xc0, 0x80]),
      text(0x0c, "a\0b"),
      text(0x0c, "a\nb"),
      text(0x0c, "a\u0085b"),
      text(0x0c, "x".repeat(1025)),
      text(0x13, "a@b"),
      text(0x16, [0x80]),
      text(0x1e, [0x57]),
      text(0x1e, [0xd8, 0x00]),
      text(0x1c, [0, 0, 0, 0x41]),
      text(0x02, [1]),
    ]
  ) {
    assert.throws(() => readName(nameOf(string)), { code: "bad_encoding" });
  }
  assert.throws(() => readName(undefined), { code: "bad_encoding" });
  assert.throws(() => readName(readDer(Uint8Array.of(0x30, 2, SET, 0))), { code: "bad_encoding" });
  const many = writeName(Array.from({ length: 65 }, () => ({ type: "OU", value: "x" })));
  assert.throws(() => readName(readDer(many)), { code: "bad_encoding" });
});

Deno.test("nameToText() escapes what could feign another attribute, and is short", () => {
  const feigned = [{ type: "O", value: 'x, CN="bank"' }, { type: "CN", value: "a+b\\" }];
  assert.equal(nameToText(feigned), 'O=x\\, CN\\=\\"bank\\", CN=a\\+b\\\\');
  assert.equal(nameToText([{ type: "CN", value: "x".repeat(1000) }]).length, 257);
});
