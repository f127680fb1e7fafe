import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { runOpenssl } from "../tests/openssl.ts";
import { seededRandom } from "../tests/random.ts";
import { desDecrypt, desEncrypt, requireDesKey } from "./des.ts";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, at) => at);
const SINGLE = hex("0123456789ABCDEF");
const DOUBLE = hex("0123456789ABCDEFFEDCBA9876543210");
const TRIPLE = hex("0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123");
const IV = hex("FEDCBA9876543210");

Deno.test("desEncrypt() gives the published answers of DES and 3DES", () => {
  // FIPS 81 table B1; NIST SP 800-67 (2004) annex B.1.
  const single = desEncrypt({ mode: "ecb", key: SINGLE }, text("Now is the time for all "));
  assert.equal(single.toHex(), "3fa40e8a984d48156a271787ab8883f9893d51ec4b563b53");
  const triple = desEncrypt({ mode: "ecb", key: TRIPLE }, text("The qufck brown fox jump"));
  assert.equal(triple.toHex(), "a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900");
});

Deno.test("desEncrypt() agrees with another implementation on random keys and all byte values", () => {
  const random = seededRandom(12);
  for (let round = 0; round < 100; round++) {
    const bytes = (length: number) => Uint8Array.from({ length }, () => random() * 256);
    const key = bytes([8, 16, 24][round % 3] ?? 8);
    const iv = bytes(8);
    const data = bytes(8 * Math.floor(random() * 20));
    const other = createCipheriv("des-ede3-cbc", tripled(key), iv).setAutoPadding(false);
    const ours = desEncrypt({ mode: "cbc", key, iv }, data);
    assert.equal(ours.toHex(), other.update(data).toString("hex"));
    assert.deepEqual(desDecrypt({ mode: "cbc", key, iv }, ours), data);
    const block = bytes(8);
    const ecb = desEncrypt({ mode: "ecb", key }, block);
    assert.deepEqual(desEncrypt({ mode: "cbc", key, iv: new Uint8Array(8) }, block), ecb);
    assert.deepEqual(desDecrypt({ mode: "ecb", key }, ecb), block);
  }
});

Deno.test("openssl and des.ts read each other's 3DES", async () => {
  for (const [cipher, key] of [["des-ede-ecb", DOUBLE], ["des-ede3-ecb", TRIPLE]] as const) {
    const args = ["enc", `-${cipher}`, "-K", key.toHex(), "-nopad"];
    const { stdout } = await runOpenssl(args, { stdin: EVERY_BYTE });
    assert.deepEqual(desEncrypt({ mode: "ecb", key }, EVERY_BYTE), stdout);
    const ours = desEncrypt({ mode: "ecb", key }, EVERY_BYTE);
    assert.deepEqual((await runOpenssl([...args, "-d"], { stdin: ours })).stdout, EVERY_BYTE);
  }
});

Deno.test("desEncrypt() and desDecrypt() take the longest data MACs ask for", () => {
  const data = new Uint8Array((1 << 20) + 8).fill(0xee);
  const options = { mode: "cbc", key: SINGLE, iv: IV } as const;
  assert.deepEqual(desDecrypt(options, desEncrypt(options, data)), data);
  const longer = new Uint8Array(data.length + 8);
  assert.throws(() => desEncrypt(options, longer), { code: "too_large" });
});

Deno.test("desEncrypt() says what was wrong with its input", () => {
  const data = new Uint8Array(8);
  for (const length of [0, 7, 9, 15, 17, 23, 25, 32]) {
    const key = DOUBLE.slice(0, length);
    const padded = new Uint8Array(length);
    padded.set(key);
    assert.throws(() => desEncrypt({ mode: "ecb", key: padded }, data), { code: "wrong_length" });
  }
  const refusals: [() => unknown, string][] = [
    [() => desEncrypt({ mode: "cbc", key: SINGLE }, data), "wrong_length"],
    [() => desEncrypt({ mode: "cbc", key: SINGLE, iv: data.slice(1) }, data), "wrong_length"],
    [() => desEncrypt({ mode: "ecb", key: SINGLE, iv: IV }, data), "invalid_argument"],
    [() => desEncrypt({ mode: "ecb", key: SINGLE }, new Uint8Array(9)), "wrong_length"],
    [() => desDecrypt({ mode: "ecb", key: SINGLE }, new Uint8Array(7)), "wrong_length"],
    [() => desEncrypt({ mode: "CBC" as "cbc", key: SINGLE, iv: IV }, data), "unknown_mode"],
  ];
  for (const [refused, code] of refusals) assert.throws(refused, { name: "CryptoError", code });
});

Deno.test("requireDesKey() refuses weak parts, whatever their parity", () => {
  // The four weak keys undo themselves, the semi-weak ones undo their partner (SP 800-67 §3.3.2).
  const pairs = [
    ["0101010101010101", "0101010101010101"],
    ["FEFEFEFEFEFEFEFE", "FEFEFEFEFEFEFEFE"],
    ["E0E0E0E0F1F1F1F1", "E0E0E0E0F1F1F1F1"],
    ["1F1F1F1F0E0E0E0E", "1F1F1F1F0E0E0E0E"],
    ["01FE01FE01FE01FE", "FE01FE01FE01FE01"],
    ["1FE01FE00EF10EF1", "E01FE01FF10EF10E"],
    ["01E001E001F101F1", "E001E001F101F101"],
    ["1FFE1FFE0EFE0EFE", "FE1FFE1FFE0EFE0E"],
    ["011F011F010E010E", "1F011F010E010E01"],
    ["E0FEE0FEF1FEF1FE", "FEE0FEE0FEF1FEF1"],
  ];
  for (const [one = "", other = ""] of pairs) {
    assert.equal(nodeDes(other, nodeDes(one, "0011223344556677")), "0011223344556677");
    for (const key of [hex(one), hex(other)]) {
      assert.throws(() => requireDesKey(key), { code: "invalid_key" });
      assert.throws(() => requireDesKey(key.map((byte) => byte ^ 1)), { code: "invalid_key" });
      assert.throws(() => requireDesKey(join(SINGLE, key)), { code: "invalid_key" });
      assert.throws(() => requireDesKey(join(key, SINGLE)), { code: "invalid_key" });
    }
  }
});

Deno.test("requireDesKey() refuses 3DES that is single DES in disguise", () => {
  const sameButParity = SINGLE.map((byte) => byte ^ 1);
  const other = hex("FEDCBA9876543210");
  for (
    const key of [
      join(SINGLE, SINGLE),
      join(SINGLE, sameButParity),
      join(SINGLE, SINGLE, other),
      join(other, SINGLE, SINGLE),
    ]
  ) assert.throws(() => requireDesKey(key), { code: "invalid_key" });
  for (const key of [SINGLE, DOUBLE, TRIPLE, join(SINGLE, other, SINGLE)]) requireDesKey(key);
  assert.deepEqual(
    desEncrypt({ mode: "ecb", key: join(SINGLE, other, SINGLE) }, EVERY_BYTE),
    desEncrypt({ mode: "ecb", key: DOUBLE }, EVERY_BYTE),
  );
});

function nodeDes(key: string, block: string): string {
  const cipher = createCipheriv("des-ede3-cbc", tripled(hex(key)), new Uint8Array(8));
  return cipher.setAutoPadding(false).update(hex(block)).toString("hex");
}

function tripled(key: Uint8Array): Uint8Array {
  if (key.length === 24) return key;
  return key.length === 16 ? join(key, key.slice(0, 8)) : join(key, key, key);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits);
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}
