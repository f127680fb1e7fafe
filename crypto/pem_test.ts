import assert from "node:assert/strict";
import { readPem, writePem } from "./pem.ts";

const DER = Uint8Array.from({ length: 100 }, (_, at) => at);
const BLOCK = writePem("CERTIFICATE", DER);

Deno.test("writePem() breaks lines at 64 characters", () => {
  const lines = BLOCK.split("\n");
  assert.deepEqual(lines.map((line) => line.length), [27, 64, 64, 8, 25, 0]);
  assert.equal(writePem("X", new Uint8Array(0)), "-----BEGIN X-----\n-----END X-----\n");
});

Deno.test("readPem() finds its block between text and blocks of other labels", () => {
  for (
    const text of [
      BLOCK,
      BLOCK.replaceAll("\n", "\r\n"),
      `Subject: somebody\n${BLOCK}\nmore text`,
      `${writePem("EC PARAMETERS", DER.subarray(5))}${BLOCK}`,
      BLOCK.trimEnd(),
    ]
  ) {
    const { label, der } = readPem(text, ["PRIVATE KEY", "CERTIFICATE"]);
    assert.equal(label, "CERTIFICATE");
    assert.deepEqual(der, DER);
  }
});

Deno.test("readPem() refuses what is missing, doubled, nested, cut or no base64", () => {
  const [begin = "", first = "", ...rest] = BLOCK.split("\n");
  for (
    const text of [
      "",
      "no PEM at all",
      writePem("PUBLIC KEY", DER),
      BLOCK + BLOCK,
      BLOCK.replace("END CERTIFICATE", "END PUBLIC KEY"),
      `${begin}\n${BLOCK}`,
      BLOCK.slice(0, -30),
      `-----END CERTIFICATE-----\n${BLOCK}`,
      [begin, `${first}=`, ...rest].join("\n"),
      [begin, `${first.slice(1)}`, ...rest].join("\n"),
      [begin, `${first.slice(2)}--`, ...rest].join("\n"),
      [begin, ` ${first}`, ...rest].join("\n"),
    ]
  ) {
    assert.throws(() => readPem(text, ["CERTIFICATE"]), { code: "bad_encoding" }, text);
  }
});

Deno.test("readPem() refuses encryption headers and a huge text", () => {
  const old = BLOCK.replace("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: SM4-CBC,00\n\n");
  assert.throws(() => readPem(old, ["CERTIFICATE"]), { code: "not_supported" });
  const huge = " ".repeat(2 ** 20 + 1);
  assert.throws(() => readPem(huge, ["CERTIFICATE"]), { code: "too_large" });
});
