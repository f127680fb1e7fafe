import assert from "node:assert/strict";
import { formatDigestLine, readDigestList } from "./digest_list.ts";

const DIGEST = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

Deno.test("readDigestList() reads back what formatDigestLine() writes of any name", async () => {
  const names = [
    "a",
    "dir/名 字.tar",
    " a ",
    "back\\slash",
    "line\nfeed",
    "cr\rname",
    "a  b",
    "\\n",
  ];
  const list = names.map((name) => `${formatDigestLine(DIGEST, name)}\n`).join("");
  const read = await readText(list);
  assert.deepEqual(read, names.map((path) => ({ path, sm3: DIGEST, kind: null })));
});

Deno.test("readDigestList() reads the lists of sm3sum, openssl and BSD", async () => {
  const list = [
    `${DIGEST.toUpperCase()} *binary`,
    `SM3(of (openssl))= ${DIGEST}`,
    `HMAC-SM3(mac)= ${DIGEST}`,
    `SM3 (bsd) = ${DIGEST}`,
  ];
  const read = [["binary", null], ["of (openssl)", "digest"], ["mac", "hmac"], ["bsd", "digest"]];
  assert.deepEqual(
    await readText(`${list.join("\r\n")}\r\n`),
    read.map(([path, kind]) => ({ path, sm3: DIGEST, kind })),
  );
});

Deno.test("readDigestList() refuses a list of which a line cannot be read", async () => {
  for (const line of ["abc", DIGEST, `${DIGEST}  `, `${DIGEST.slice(1)}  a`, `${DIGEST} a`]) {
    await assert.rejects(readText(`${DIGEST}  a\n${line}\n`), { message: /第 2 行不是摘要/ }, line);
  }
  await assert.rejects(readText("\n"), { message: /是空的/ });
});

async function readText(text: string) {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    return await readDigestList(path);
  } finally {
    await Deno.remove(path);
  }
}
