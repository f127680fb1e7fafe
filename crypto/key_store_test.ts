import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { concatBytes } from "./bytes.ts";
import { openKeyStore, sealKeyStore, type StoredKey } from "./key_store.ts";
import { readStoredKeys, writeStoredKeys } from "./key_store_body.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";
import { sm4Open, sm4Seal } from "./sm4.ts";

const PASSWORD = new TextEncoder().encode("correct horse 电池 staple");
/** Enough for a test; what a real file takes is the default. */
const CHEAP = { iterations: 10_000 };
const HEADER_BYTES = 40;

const KEYS: readonly StoredKey[] = [
  key({ id: "1", label: "column-data", algorithm: "sm4", usage: "data", bytes: filled(16) }),
  key({
    id: "2",
    label: "column-data",
    version: 2,
    algorithm: "sm4",
    usage: "data",
    bytes: filled(16),
  }),
  key({
    id: "3",
    label: "日志",
    algorithm: "sm2",
    usage: "sign",
    leaves: "exported",
    bytes: filled(32),
  }),
  key({ id: "4", label: "index", algorithm: "hmac_sm3", usage: "mac", bytes: filled(32) }),
  key({ id: "5", label: "old-pad", algorithm: "tdes", usage: "pin", bytes: varied(16) }),
  key({ id: "6", label: "older-pad", algorithm: "tdes", usage: "mac", bytes: varied(8) }),
  {
    ...key({ id: "7", label: "host", algorithm: "tdes", usage: "import", bytes: varied(24) }),
    retiredAt: "2027-01-01T00:00:00Z",
  },
];

Deno.test("openKeyStore() gives back what sealKeyStore() was given (R-SEC-20)", () => {
  const file = sealKeyStore(KEYS, PASSWORD, CHEAP);
  assert.deepEqual(openKeyStore(file, PASSWORD), KEYS);
  assert.deepEqual(openKeyStore(sealKeyStore([], PASSWORD, CHEAP), PASSWORD), []);
});

Deno.test("a key store shows neither keys nor labels, and is never the same twice", () => {
  const one = sealKeyStore(KEYS, PASSWORD, CHEAP);
  const other = sealKeyStore(KEYS, PASSWORD, CHEAP);
  const text = new TextDecoder("latin1").decode(one);
  assert.ok(text.startsWith("YKTKEYS1"));
  assert.ok(
    !text.includes("column-data") && !text.includes(new TextDecoder("latin1").decode(varied(16))),
  );
  assert.equal(one.length, other.length);
  assert.notDeepEqual(one.slice(8, 24), other.slice(8, 24), "salt");
  assert.notDeepEqual(one.slice(28, HEADER_BYTES), other.slice(28, HEADER_BYTES), "nonce");
  // What is inside is the same to the byte.
  assert.deepEqual(bodyOf(one), bodyOf(other));
});

Deno.test("openKeyStore() gives every key bytes of its own and leaves the file alone", () => {
  const file = sealKeyStore(KEYS, PASSWORD, CHEAP);
  const kept = file.slice();
  for (const { bytes } of openKeyStore(file, PASSWORD)) bytes.fill(0);
  assert.deepEqual(file, kept);
  assert.deepEqual(openKeyStore(file, PASSWORD), KEYS);
  const buffers = new Set(openKeyStore(file, PASSWORD).map(({ bytes }) => bytes.buffer));
  assert.equal(buffers.size, KEYS.length);
});

Deno.test("openKeyStore() refuses another password, and says that the file may be at fault", () => {
  const file = sealKeyStore(KEYS, PASSWORD, CHEAP);
  for (const password of [PASSWORD.slice(1), concatBytes(PASSWORD, filled(1)), filled(1)]) {
    assert.throws(() => openKeyStore(file, password), {
      name: "CryptoError",
      code: "wrong_password",
      message: "Cannot open key store: the password is wrong, or the file was changed",
    });
  }
  for (const length of [0, 1025]) {
    const password = new Uint8Array(length);
    assert.throws(() => openKeyStore(file, password), { code: "invalid_argument" });
    assert.throws(() => sealKeyStore([], password, CHEAP), { code: "invalid_argument" });
  }
});

Deno.test("openKeyStore() refuses a flipped bit in every byte", () => {
  const file = sealKeyStore(KEYS.slice(0, 1), PASSWORD, CHEAP);
  for (let at = 0; at < file.length; at++) {
    if (at === 25) continue; // 141,072 iterations: the long suite flips every bit.
    const changed = file.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const code = at < 8 || at === 24 || at === 26 ? "bad_encoding" : "wrong_password";
    assert.throws(() => openKeyStore(changed, PASSWORD), { code }, `byte ${at}`);
  }
});

Deno.test("openKeyStore() derives nothing for a count of iterations that would take for ever", () => {
  const file = sealKeyStore([], PASSWORD, CHEAP);
  for (const iterations of [0, 1, 1_000, 9_999, 2_000_001, 0x7fff_ffff, 0xffff_ffff]) {
    const changed = file.slice();
    new DataView(changed.buffer).setUint32(24, iterations);
    const started = performance.now();
    assert.throws(() => openKeyStore(changed, PASSWORD), { code: "bad_encoding" });
    assert.ok(performance.now() - started < 100);
  }
  for (const iterations of [0, 1_000, 9_999, 2_000_001, 10_000.5, NaN]) {
    assert.throws(() => sealKeyStore([], PASSWORD, { iterations }), { code: "invalid_argument" });
  }
});

Deno.test("openKeyStore() refuses what is no key store", () => {
  const file = sealKeyStore([], PASSWORD, CHEAP);
  for (const length of [0, 7, 8, HEADER_BYTES, HEADER_BYTES + 15]) {
    assert.throws(() => openKeyStore(file.slice(0, length), PASSWORD), { code: "bad_encoding" });
  }
  const big = new Uint8Array((1 << 21) + 1);
  big.set(file);
  assert.throws(() => openKeyStore(big, PASSWORD), { code: "bad_encoding" });
  assert.throws(() => openKeyStore(concatBytes(file, Uint8Array.of(0)), PASSWORD), {
    code: "wrong_password",
  });
});

Deno.test("sealKeyStore() refuses keys that are none or do not belong together", () => {
  const [good = key({})] = KEYS;
  const refused: [Partial<StoredKey>, string][] = [
    [{ bytes: filled(15) }, "wrong_length"],
    [{ algorithm: "sm2", usage: "sign", bytes: new Uint8Array(32) }, "invalid_key"],
    [{ algorithm: "tdes", usage: "pin", bytes: varied(8) }, "wrong_length"],
    [{ algorithm: "tdes", usage: "mac", bytes: filled(16) }, "invalid_key"],
    [{ algorithm: "hmac_sm3", usage: "data", bytes: filled(32) }, "invalid_argument"],
    [{ usage: "sign" }, "invalid_argument"],
    [{ algorithm: "aes" as "sm4" }, "invalid_argument"],
    [{ label: "" }, "invalid_argument"],
    [{ label: "长".repeat(43) }, "invalid_argument"],
    [{ label: "\ud800" }, "invalid_argument"],
    [{ id: "" }, "invalid_argument"],
    [{ id: "i".repeat(129) }, "invalid_argument"],
    [{ version: 0 }, "invalid_argument"],
    [{ version: 1.5 }, "invalid_argument"],
    [{ version: 0x1_0000_0000 }, "invalid_argument"],
    [{ createdAt: "yesterday" }, "invalid_argument"],
    [{ retiredAt: "" }, "invalid_argument"],
  ];
  for (const [part, code] of refused) {
    assert.throws(
      () => sealKeyStore([{ ...good, ...part }], PASSWORD, CHEAP),
      { code },
      JSON.stringify(part),
    );
  }
  assert.throws(() => sealKeyStore([good, { ...good, version: 2 }], PASSWORD, CHEAP), {
    code: "invalid_argument",
  });
  assert.throws(() => sealKeyStore([good, { ...good, id: "9" }], PASSWORD, CHEAP), {
    code: "invalid_argument",
  });
});

Deno.test("a key store holds 4096 keys and no more", () => {
  const [good = key({})] = KEYS;
  const many = Array.from({ length: 4096 }, (_, at) => ({
    ...good,
    id: `${at}`.padEnd(128, "x"),
    version: at + 1,
  }));
  assert.equal(openKeyStore(sealKeyStore(many, PASSWORD, CHEAP), PASSWORD).length, 4096);
  assert.throws(() => sealKeyStore([...many, good], PASSWORD, CHEAP), { code: "too_large" });
});

Deno.test("readStoredKeys() accepts only what writeStoredKeys() writes", () => {
  const body = writeStoredKeys(KEYS);
  assert.deepEqual(readStoredKeys(body), KEYS);
  const random = seededRandom(4);
  let accepted = 0;
  for (let round = 0; round < 3000; round++) {
    const changed = body.slice(0, round % 3 === 0 ? random() * body.length : body.length);
    changed[Math.floor(random() * changed.length)] = random() * 256;
    try {
      // A changed key byte or letter is another good store; it still has one encoding.
      assert.deepEqual(writeStoredKeys(readStoredKeys(changed)), changed);
      accepted++;
    } catch (error) {
      assert.equal((error as { code?: string }).code, "bad_encoding", String(error));
    }
  }
  assert.ok(accepted > 0);
});

Deno.test("a store sealed by someone who knows the password is still read strictly", () => {
  const nothing = sealKeyStore([], PASSWORD, CHEAP);
  const header = nothing.slice(0, HEADER_BYTES);
  const sealing = { key: derived(header), nonce: header.slice(28), aad: header };
  for (const body of [[], [0], [0, 0, 0], [0, 1], [255, 255], [0, 1, 1, 0xff]]) {
    const file = concatBytes(header, sm4Seal(sealing, Uint8Array.from(body)));
    assert.throws(() => openKeyStore(file, PASSWORD), { code: "bad_encoding" });
  }
});

function bodyOf(file: Uint8Array): Uint8Array {
  const header = file.slice(0, HEADER_BYTES);
  const options = { key: derived(header), nonce: header.slice(28), aad: header };
  return sm4Open(options, file.slice(HEADER_BYTES));
}

function derived(header: Uint8Array): Uint8Array {
  return pbkdf2HmacSm3(PASSWORD, header.slice(8, 24), CHEAP.iterations, 16);
}

function key(part: Partial<StoredKey>): StoredKey {
  return {
    id: "1",
    label: "label",
    version: 1,
    algorithm: "sm4",
    usage: "data",
    leaves: "never",
    createdAt: "2026-11-22T08:00:00.000Z",
    bytes: filled(16),
    ...part,
  };
}

function filled(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(0x5a);
}

function varied(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => 17 * at + 2);
}
