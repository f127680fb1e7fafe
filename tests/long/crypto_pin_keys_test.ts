/** What strangers send to the parsers of PIN blocks, MACs and key stores: refused, and never worse. */
import assert from "node:assert/strict";
import { concatBytes, randomBytes } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { openKeyStore, sealKeyStore, type StoredKey } from "../../crypto/key_store.ts";
import { readStoredKeys, writeStoredKeys } from "../../crypto/key_store_body.ts";
import type { MacMethod } from "../../crypto/mac.ts";
import { formatPinBlock, parsePinBlock, type PinBlockFormat } from "../../crypto/pin_block.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { seededRandom } from "../random.ts";

const ROUNDS = 100_000;
const PASSWORD = new TextEncoder().encode("a password of the test");
const CHEAP = { iterations: 10_000 };
const ITERATIONS_AT = 24;

const KEYS: readonly StoredKey[] = (["data", "wrap", "mac", "pin"] as const).map((usage, at) => ({
  id: `key-${at}`,
  label: `for ${usage}`,
  version: at + 1,
  algorithm: "sm4",
  usage,
  leaves: at % 2 === 0 ? "exported" : "never",
  createdAt: "2026-11-22T08:00:00.000Z",
  ...(at === 3 ? { retiredAt: "2026-11-23T08:00:00.000Z" } : {}),
  bytes: randomBytes(16),
}));

Deno.test("openKeyStore() refuses 100,000 files that are none", () => {
  const random = seededRandom(3_001);
  const file = sealKeyStore(KEYS, PASSWORD, CHEAP);
  const counts = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    // One in 500 is good enough to be worth deriving a key for, which is what takes the time.
    const bytes = round % 500 === 0 ? changedBehindHeader(file, random) : badHeader(file, random);
    const code = codeOf(() => openKeyStore(bytes, PASSWORD));
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].toSorted(), ["bad_encoding", "wrong_password"]);
  assert.ok((counts.get("bad_encoding") ?? 0) > ROUNDS * 0.9);
});

Deno.test("openKeyStore() refuses every single flipped bit", () => {
  // The shortest there is: every bit of salt, nonce, body and tag costs a derivation.
  const file = sealKeyStore([], PASSWORD, CHEAP);
  for (let bit = 0; bit < file.length * 8; bit++) {
    const changed = file.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit % 8));
    const code = codeOf(() => openKeyStore(changed, PASSWORD));
    assert.match(code, /^(bad_encoding|wrong_password)$/, `bit ${bit}`);
  }
});

Deno.test("readStoredKeys() reads one encoding of keys, and refuses 100,000 others", () => {
  const random = seededRandom(3_002);
  const body = writeStoredKeys(KEYS);
  const codes = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const changed = round % 4 === 0 ? noise(random, 200) : mutated(body, random);
    codes.add(codeOf(() => assert.deepEqual(writeStoredKeys(readStoredKeys(changed)), changed)));
  }
  assert.deepEqual([...codes].toSorted(), ["bad_encoding", "read"]);
});

Deno.test("parsePinBlock() takes 100,000 blocks, and reads only what is a PIN", () => {
  const random = seededRandom(3_003);
  const formats: readonly PinBlockFormat[] = ["iso9564_0", "iso9564_1", "iso9564_3", "sm4_16"];
  const counts = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const format = formats[round % 4] ?? "sm4_16";
    const pan = format === "iso9564_1" ? {} : { pan: randomPan(random) };
    const block = round % 3 === 0
      ? noise(random, 20)
      : mutated(formatPinBlock({ format, ...panOf(pan), pin: "123456" }), random);
    const code = codeOf(() => {
      const pin = parsePinBlock({ format, ...pan }, block);
      assert.match(new TextDecoder().decode(pin), /^\d{4,12}$/);
      const again = formatPinBlock({ format, ...pan, pin });
      if (format === "iso9564_0" || format === "sm4_16") assert.deepEqual(again, block);
    });
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].toSorted(), [
    "bad_encoding",
    "invalid_argument",
    "read",
    "wrong_length",
  ]);
});

Deno.test("verifyMac() takes no MAC of another length than was asked for, in 100,000", async () => {
  const random = seededRandom(3_004);
  await using provider = new SoftwareProvider(portableEngine(), { name: "test" });
  const spec = { label: "mac", usage: "mac", leaves: "never", ephemeral: true } as const;
  const sm4 = await provider.generateKey({ ...spec, algorithm: "sm4" });
  const tdes = await provider.generateKey({ ...spec, algorithm: "tdes" });
  const hmac = await provider.generateKey({ ...spec, algorithm: "hmac_sm3" });
  const methods: readonly (readonly [MacMethod, typeof sm4])[] = [
    ["hmac_sm3", hmac],
    ["sm4_cmac", sm4],
    ["sm4_cbc", sm4],
    ["sm4_pboc", sm4],
    ["sm4_unionpay_ecb", sm4],
    ["tdes_x9_19", tdes],
    ["tdes_unionpay_ecb", tdes],
    ["tdes_pboc", tdes],
  ];
  const data = new TextEncoder().encode("0200 a message");
  for (let round = 0; round < ROUNDS; round++) {
    const [method, key] = methods[round % methods.length] ?? ["sm4_cmac", sm4];
    const mac = await provider.mac(key, method, data);
    const offered = concatBytes(mac, noise(random, 40)).slice(0, random() * 40);
    const length = Math.floor(random() * 40);
    const verify = () => provider.verifyMac(key, method, data, offered, { length });
    const min = method === "tdes_unionpay_ecb" ? 8 : 4;
    if (length > mac.length || length < min) {
      await assert.rejects(verify(), { code: "wrong_length" });
      continue;
    }
    assert.equal(await verify(), offered.length === length);
    const whole = await provider.verifyMac(key, method, data, offered);
    assert.equal(whole, offered.length === mac.length);
    if (offered.length !== length) continue;
    const at = Math.floor(random() * length);
    offered[at] = (offered[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    assert.equal(await verify(), false);
  }
});

/** Never good for a derivation: short, foreign, or with a count of iterations that is refused. */
function badHeader(file: Uint8Array, random: () => number): Uint8Array {
  const kind = random();
  if (kind < 0.3) return noise(random, 300);
  const changed = file.slice();
  if (kind < 0.5) return changed.slice(0, random() * 56);
  if (kind < 0.75) {
    const at = Math.floor(random() * 8);
    changed[at] = (changed[at] ?? 0) ^ (1 + Math.floor(random() * 255));
    return changed;
  }
  const iterations = random() < 0.5 ? random() * 1000 : 2_000_001 + random() * 4e9;
  new DataView(changed.buffer).setUint32(ITERATIONS_AT, Math.min(iterations, 0xffff_ffff));
  return changed;
}

function changedBehindHeader(file: Uint8Array, random: () => number): Uint8Array {
  const changed = file.slice(0, random() < 0.2 ? 56 + random() * (file.length - 56) : undefined);
  const at = ITERATIONS_AT + 4 + Math.floor(random() * (changed.length - ITERATIONS_AT - 4));
  changed[at] = (changed[at] ?? 0) ^ (1 + Math.floor(random() * 255));
  return changed;
}

function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const changed = bytes.slice(0, random() < 0.2 ? random() * (bytes.length + 1) : bytes.length);
  for (let times = 1 + random() * 3; times >= 1 && changed.length > 0; times--) {
    changed[Math.floor(random() * changed.length)] = random() * 256;
  }
  return changed;
}

function noise(random: () => number, lengthMax: number): Uint8Array {
  return Uint8Array.from({ length: random() * (lengthMax + 1) }, () => random() * 256);
}

/** One in ten is too short. */
function randomPan(random: () => number): string {
  const length = random() < 0.1 ? 12 : 13 + Math.floor(random() * 7);
  return Array.from({ length }, () => Math.floor(random() * 10)).join("");
}

function panOf({ pan }: { readonly pan?: string }): { readonly pan?: string } {
  return pan === undefined ? {} : { pan: pan.padStart(13, "0") };
}

function codeOf(read: () => unknown): string {
  try {
    read();
    return "read";
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}
