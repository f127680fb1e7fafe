import assert from "node:assert/strict";
import {
  DerTag,
  derUnsigned,
  readDer,
  readDerChildren,
  readOid,
  writeDer,
  writeDerUnsigned,
  writeOid,
} from "./der.ts";

const REFUSED = { name: "CryptoError", code: "bad_encoding" };

function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

Deno.test("readDer() reads what writeDer() wrote, at every size of a length", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 20]) {
    const content = new Uint8Array(length).fill(7);
    const written = writeDer(DerTag.octetString, content);
    const node = readDer(written);
    assert.equal(node.tag, DerTag.octetString);
    assert.deepEqual(node.content, content);
    assert.deepEqual(node.raw, written);
  }
});

Deno.test("readDer() refuses every other encoding of a length", () => {
  for (
    const [what, bytes] of [
      ["indefinite", "3080 0500 0000"],
      ["long form of a short length", "048101 07"],
      ["zeros in front of a length", "048200ff".padEnd(8 + 2 * 255, "0")],
      ["four bytes of length", "048400000001 07"],
      ["cut in the length", "0482 01"],
      ["cut in the content", "0402 07"],
      ["bytes behind", "0401 07 00"],
      ["no length", "04"],
      ["nothing", ""],
      ["long tag number", "1f8101 0107"],
      ["tag 0", "0000"],
    ] as const
  ) {
    assert.throws(() => readDer(hex(bytes)), REFUSED, what);
  }
});

Deno.test("readDer() and writeDer() refuse what is over their bound", () => {
  const over = new Uint8Array((1 << 20) + 1025);
  assert.throws(() => readDer(over), REFUSED);
  assert.throws(() => writeDer(DerTag.octetString, over), { code: "too_large" });
});

Deno.test("readDerChildren() gives the elements of a constructed one in order", () => {
  const children = readDerChildren(readDer(hex("3007 020105 0500 3000")));
  assert.deepEqual(children.map(({ tag }) => tag), [
    DerTag.integer,
    DerTag.null,
    DerTag.sequence,
  ]);
  assert.deepEqual(readDerChildren(readDer(hex("3000"))), []);
});

Deno.test("readDerChildren() refuses a primitive element, a cut child and too many of them", () => {
  assert.throws(() => readDerChildren(readDer(hex("0402 0500"))), REFUSED);
  assert.throws(() => readDerChildren(readDer(hex("3003 020201"))), REFUSED);
  const many = writeDer(DerTag.sequence, ...Array.from({ length: 4097 }, () => hex("0500")));
  assert.throws(() => readDerChildren(readDer(many)), REFUSED);
});

Deno.test("writeDerUnsigned() writes the shortest INTEGER, derUnsigned() pads it again", () => {
  for (
    const [value, der] of [
      ["", "020100"],
      ["00", "020100"],
      ["7f", "02017f"],
      ["80", "02020080"],
      ["00ff", "020200ff"],
      ["0100", "02020100"],
      ["ffffffff", "020500ffffffff"],
    ] as const
  ) {
    assert.equal(writeDerUnsigned(hex(value)).toHex(), der);
    assert.equal(derUnsigned(readDer(hex(der)), 4).toHex(), value.padStart(8, "0"));
  }
});

Deno.test("derUnsigned() refuses negative, padded, empty, long and other elements", () => {
  for (const der of ["020180", "02020001", "02020000", "0200", "02050100000000", "040101"]) {
    assert.throws(() => derUnsigned(readDer(hex(der)), 4), REFUSED, der);
  }
});

Deno.test("readOid() reads what writeOid() wrote", () => {
  for (
    const [oid, der] of [
      ["1.2.156.10197.1.301", "06082a811ccf5501822d"],
      ["1.2.840.10045.2.1", "06072a8648ce3d0201"],
      ["0.0", "060100"],
      ["1.39", "06014f"],
      ["2.999.4294967295", "060788378fffffff7f"],
    ] as const
  ) {
    assert.equal(writeOid(oid).toHex(), der);
    assert.equal(readOid(readDer(hex(der))), oid);
  }
});

Deno.test("readOid() and writeOid() refuse what is no object identifier", () => {
  for (const der of ["0600", "06022a80", "06032a8001", "06072a908080808000", "04012a"]) {
    assert.throws(() => readOid(readDer(hex(der))), REFUSED, der);
  }
  for (const oid of ["", "1", "3.1", "1.40", "1.02", "1.2.", "1.2.4294967296", "a.b"]) {
    assert.throws(() => writeOid(oid), { code: "invalid_argument" }, oid);
  }
});
