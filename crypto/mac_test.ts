import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { runOpenssl } from "../tests/openssl.ts";
import { seededRandom } from "../tests/random.ts";
import { computeMac, keyAlgorithmOf, type MacMethod } from "./mac.ts";

const KEY = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
const LEFT = KEY.slice(0, 8);
const METHODS: readonly MacMethod[] = [
  "hmac_sm3",
  "sm4_cmac",
  "sm4_cbc",
  "sm4_pboc",
  "sm4_unionpay_ecb",
  "des_x9_9",
  "tdes_x9_19",
  "tdes_unionpay_ecb",
  "tdes_pboc",
];

Deno.test("computeMac() of X9.9, X9.19 and UnionPay's ECB MAC (R-DEV-11)", () => {
  const data = text("02001234567890123456789012345678901234567890");
  assert.equal(hex(computeMac("des_x9_9", LEFT, data)), "5CD46068097435C6");
  assert.equal(hex(computeMac("tdes_x9_19", KEY, data)), "7277DF6BB889E8A7");
  assert.deepEqual(computeMac("tdes_unionpay_ecb", KEY, data), text("D2394DF6"));
});

Deno.test("computeMac() goes UnionPay's way step by step", () => {
  const data = text("02001234567890123456789012345678901234567890");
  const sum = new Uint8Array(8);
  data.forEach((byte, at) => sum[at % 8] = (sum[at % 8] ?? 0) ^ byte);
  assert.equal(hex(sum), "090A090839383938");
  const first = tripleDes(text("090A0908"));
  const second = tripleDes(first.map((byte, at) => byte ^ (text("39383938")[at] ?? 0)));
  assert.equal(hex(second), "D2394DF6005EEBBF");
  assert.equal(hex(computeMac("tdes_unionpay_ecb", KEY, data)), hex(text("D2394DF6")));
});

Deno.test("computeMac() of the SM4 variants (R-DEV-11)", () => {
  const data = text("0200" + "1234567890".repeat(5));
  assert.equal(hex(computeMac("sm4_cbc", KEY, data)), "BD631EF6C13531AA12030ED0384FB4EC");
  assert.equal(hex(computeMac("sm4_pboc", KEY, data)), "AD6E784B59B2761DA13F43BC573C72B8");
  assert.equal(hex(computeMac("sm4_unionpay_ecb", KEY, data)), "5CC716EB8C0DC923C99AE2461BA7EAED");
});

Deno.test("computeMac() of CMAC and HMAC-SM3", () => {
  const blocks = Uint8Array.fromHex(
    "AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFAAAAAAAABBBBBBBB",
  );
  assert.equal(hex(computeMac("sm4_cmac", KEY, blocks)), "7B619BFDDA9373502869CDE0DDB6E545");
  assert.equal(
    hex(computeMac("hmac_sm3", KEY, text("message digest"))),
    "E0ACCC4DA77E77D135F17F5CA1EE3E600DAB444FC23ADD6F7E6A54E1B34B26BC",
  );
});

Deno.test("computeMac() agrees with what openssl computes", async () => {
  const data = text("0200" + "1234567890".repeat(5));
  const openssl = async (args: string[]) =>
    new TextDecoder().decode((await runOpenssl(args, { stdin: data })).stdout).trim();
  const cmac = ["mac", "-cipher", "sm4-cbc", "-macopt", `hexkey:${KEY.toHex()}`, "CMAC"];
  assert.equal(await openssl(cmac), hex(computeMac("sm4_cmac", KEY, data)));
  const hmac = ["mac", "-digest", "SM3", "-macopt", `hexkey:${KEY.toHex()}`, "HMAC"];
  assert.equal(await openssl(hmac), hex(computeMac("hmac_sm3", KEY, data)));
});

Deno.test("tdes_pboc is algorithm 3 of ISO/IEC 9797-1 behind 80 00…, from an IV or from zeros", () => {
  const random = seededRandom(97);
  for (let length = 0; length < 40; length++) {
    const data = Uint8Array.from({ length }, () => random() * 256);
    const padded = new Uint8Array((Math.floor(length / 8) + 1) * 8);
    padded.set(data);
    padded[length] = 0x80;
    for (const iv of [undefined, text("8 octets")]) {
      const chained = desCbc(LEFT, padded, iv ?? new Uint8Array(8)).subarray(-16, -8);
      // D(right) under E(left) of X9.19 makes the last block plain 3DES.
      const before = padded.length === 8 ? iv ?? new Uint8Array(8) : chained;
      const last = tripleDes(padded.slice(-8).map((byte, at) => byte ^ (before[at] ?? 0)));
      assert.equal(
        hex(computeMac("tdes_pboc", KEY, data, iv === undefined ? {} : { iv })),
        hex(last),
      );
    }
  }
});

Deno.test("an IV continues a CBC-MAC where the pad stopped", () => {
  const data = text("sixteen bytes a block, and more than two blocks");
  for (const method of ["sm4_cbc", "sm4_pboc"] as const) {
    const iv = computeMac("sm4_cbc", KEY, data.slice(0, 32));
    assert.deepEqual(
      computeMac(method, KEY, data.slice(32), { iv }),
      computeMac(method, KEY, data),
    );
  }
});

Deno.test("computeMac() takes keys of the method's length only", () => {
  const data = text("data");
  const lengths: Readonly<Record<MacMethod, readonly number[]>> = {
    hmac_sm3: [16, 32],
    sm4_cmac: [16],
    sm4_cbc: [16],
    sm4_pboc: [16],
    sm4_unionpay_ecb: [16],
    des_x9_9: [8],
    tdes_x9_19: [16],
    tdes_unionpay_ecb: [16, 24],
    tdes_pboc: [16],
  };
  const bytes = Uint8Array.from({ length: 40 }, (_, at) => 7 * at + 3);
  for (const method of METHODS) {
    for (const length of [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 32, 40]) {
      const key = bytes.slice(0, length);
      if (lengths[method].includes(length)) assert.ok(computeMac(method, key, data).length >= 8);
      else if (method !== "hmac_sm3") {
        assert.throws(() => computeMac(method, key, data), { code: "wrong_length" }, method);
      }
    }
  }
  assert.throws(() => computeMac("tdes_x9_19", new Uint8Array(16).fill(9), data), {
    code: "invalid_key",
  });
});

Deno.test("computeMac() bounds its data, and makes no MAC of filling alone", () => {
  const whole = new Uint8Array(1 << 20).fill(0x31);
  for (const method of METHODS) {
    const key = method === "des_x9_9" ? LEFT : KEY;
    assert.ok(computeMac(method, key, whole).length >= 8);
    const longer = new Uint8Array(whole.length + 1);
    assert.throws(() => computeMac(method, key, longer), { code: "too_large" });
    const empty = () => computeMac(method, key, new Uint8Array());
    if (["hmac_sm3", "sm4_cmac", "sm4_pboc", "tdes_pboc"].includes(method)) empty();
    else assert.throws(empty, { code: "wrong_length" }, method);
  }
});

Deno.test("computeMac() takes an IV of one block where the method has one", () => {
  const data = text("data");
  const blocks: Partial<Record<MacMethod, number>> = { sm4_cbc: 16, sm4_pboc: 16, tdes_pboc: 8 };
  for (const method of METHODS) {
    const key = method === "des_x9_9" ? LEFT : KEY;
    for (const length of [0, 8, 15, 16]) {
      const mac = () => computeMac(method, key, data, { iv: new Uint8Array(length) });
      if (blocks[method] === length) assert.deepEqual(mac(), computeMac(method, key, data));
      else {
        const code = blocks[method] === undefined ? "invalid_argument" : "wrong_length";
        assert.throws(mac, { code }, method);
      }
    }
  }
});

Deno.test("an unknown MAC method is refused", () => {
  const method = "tdes_ecb" as MacMethod;
  assert.throws(() => computeMac(method, KEY, text("data")), { code: "unknown_mode" });
  assert.throws(() => keyAlgorithmOf(method), { code: "unknown_mode" });
});

Deno.test("keyAlgorithmOf() tells whose key a method takes", () => {
  for (const method of METHODS) {
    const expected = method === "hmac_sm3" ? method : method.startsWith("sm4") ? "sm4" : "tdes";
    assert.equal(keyAlgorithmOf(method), expected);
  }
});

function tripleDes(block: Uint8Array): Uint8Array {
  const key = Uint8Array.from([...KEY, ...LEFT]);
  return cbc(key, block, new Uint8Array(8));
}

function desCbc(key: Uint8Array, data: Uint8Array, iv: Uint8Array): Uint8Array {
  return cbc(Uint8Array.from([...key, ...key, ...key]), data, iv);
}

function cbc(key: Uint8Array, data: Uint8Array, iv: Uint8Array): Uint8Array {
  const cipher = createCipheriv("des-ede3-cbc", key, iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(data));
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex().toUpperCase();
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}
