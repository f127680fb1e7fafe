import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { concatBytes, equalBytes } from "./bytes.ts";
import { keyVersionOf, openColumnSealer, openEnvelope, sealEnvelope } from "./envelope.ts";
import { CryptoError, type CryptoErrorCode } from "./errors.ts";
import type { StoredKey } from "./key_store.ts";
import { SEAL_BYTES_MAX } from "./provider.ts";
import { portableEngine } from "./providers/portable.ts";
import { SoftwareProvider } from "./providers/software.ts";

const KEPT = { leaves: "never", createdAt: "2026-01-01T00:00:00Z" } as const;

function dataKey(version: number): StoredKey {
  const bytes = new Uint8Array(16).fill(version);
  const id = `data-${version}`;
  return { ...KEPT, id, label: "column-data", version, algorithm: "sm4", usage: "data", bytes };
}

const INDEX_KEY: StoredKey = {
  ...KEPT,
  id: "index",
  label: "column-index",
  version: 1,
  algorithm: "hmac_sm3",
  usage: "mac",
  bytes: new Uint8Array(32).fill(9),
};

function providerWith(...keys: StoredKey[]): SoftwareProvider {
  return new SoftwareProvider(portableEngine(), {
    name: "software",
    keys,
    onKeysChanged: () => Promise.resolve(),
  });
}

function code(expected: CryptoErrorCode) {
  return (thrown: unknown) => thrown instanceof CryptoError && thrown.code === expected;
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}

Deno.test("a sealed column opens for its own column only, and shows nothing", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  const sealed = await sealer.seal("patient.name", "张三𠮷");
  assert.equal(await sealer.open("patient.name", sealed), "张三𠮷");
  assert.notDeepEqual(await sealer.seal("patient.name", "张三𠮷"), sealed);
  await assert.rejects(sealer.open("patient.phone", sealed), code("wrong_tag"));
  for (let bit = 40; bit < sealed.length * 8; bit += 3) {
    const changed = sealed.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await assert.rejects(sealer.open("patient.name", changed), code("wrong_tag"), `bit ${bit}`);
  }
  await assert.rejects(sealer.open("patient.name", new Uint8Array(4)), code("bad_encoding"));
  await assert.rejects(sealer.seal("patient.name", "\ud800"), code("invalid_argument"));
  assert.equal(await sealer.open("patient.name", await sealer.seal("patient.name", "")), "");
});

Deno.test("a blind index is equal for equal texts of one field", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  const index = await sealer.index("id_number", "44190019500101001X");
  assert.equal(index.length, 32);
  assert.deepEqual(await sealer.index("id_number", "44190019500101001X"), index);
  assert.notDeepEqual(await sealer.index("phone", "44190019500101001X"), index);
  assert.notDeepEqual(await sealer.index("id_numbe", "r\0" + "44190019500101001X"), index);
  await assert.rejects(sealer.index("a\0b", "c"), code("invalid_argument"));
});

Deno.test("a column sealer takes text and names without U+0000 only", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  const sealed = await sealer.seal("patient.name", "张三");
  const notText = [undefined, null, 7, ["a"], new Uint8Array(3), { length: 1 }] as never[];
  for (const wrong of [...notText, "\ud800"]) {
    await assert.rejects(sealer.seal("patient.name", wrong), code("invalid_argument"));
    await assert.rejects(sealer.index("name", wrong), code("invalid_argument"));
  }
  for (const wrong of [...notText, "a\0", "\0", "a\0b", "\udfff"]) {
    await assert.rejects(sealer.seal(wrong, "text"), code("invalid_argument"));
    await assert.rejects(sealer.open(wrong, sealed), code("invalid_argument"));
    await assert.rejects(sealer.index(wrong, "text"), code("invalid_argument"));
  }
  for (const wrong of ["text", [1, 2], null, new Uint16Array(40)] as never[]) {
    await assert.rejects(sealer.open("patient.name", wrong), code("invalid_argument"));
  }
});

Deno.test("a sealed column that is no UTF-8 is refused in our words", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  const key = await provider.findKey("column-data");
  assert.ok(key);
  const header = Uint8Array.of(1, 0, 0, 0, 1);
  const aad = concatBytes(text("yikatong column\0"), header, text("patient.name"));
  const sealed = await provider.seal(key, Uint8Array.of(0xff), aad);
  const open = sealer.open("patient.name", concatBytes(header, sealed));
  await assert.rejects(open, code("bad_encoding"));
});

Deno.test("a sealed column is read once, whatever its caller does with it meanwhile", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  const sealed = Buffer.from(await sealer.seal("patient.name", "张三"));
  const opening = sealer.open("patient.name", sealed);
  sealed.fill(0);
  assert.equal(await opening, "张三");
});

Deno.test("a rotated key seals anew while the old one still opens", async () => {
  await using old = providerWith(dataKey(1), INDEX_KEY);
  const before = await openColumnSealer({ provider: old });
  const first = await before.seal("patient.name", "李四");
  await using rotated = providerWith(dataKey(1), dataKey(2), INDEX_KEY);
  const after = await openColumnSealer({ provider: rotated });
  const second = await after.seal("patient.name", "李四");
  assert.deepEqual([keyVersionOf(first), keyVersionOf(second)], [1, 2]);
  assert.equal(await after.open("patient.name", first), "李四");
  await assert.rejects(before.open("patient.name", second), code("unknown_key"));
});

Deno.test("a column sealer never seals with a key that is no longer the newest", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  const sealer = await openColumnSealer({ provider });
  assert.equal(keyVersionOf(await sealer.seal("patient.name", "王五")), 1);
  await provider.loadKeys([dataKey(1), dataKey(2), INDEX_KEY]);
  assert.equal(keyVersionOf(await sealer.seal("patient.name", "王五")), 2);
  for (const version of [1, 2]) {
    const key = await provider.findKey("column-data", version);
    assert.ok(key);
    await provider.destroyKey(key);
  }
  await assert.rejects(sealer.seal("patient.name", "王五"), code("unknown_key"));
});

Deno.test("a process that meets a newer key version loads the key store once more", async () => {
  await using provider = providerWith(dataKey(1), INDEX_KEY);
  let loads = 0;
  const sealer = await openColumnSealer({
    provider,
    async reload() {
      loads += 1;
      await provider.loadKeys([dataKey(1), dataKey(2), INDEX_KEY]);
    },
  });
  await using other = providerWith(dataKey(1), dataKey(2), INDEX_KEY);
  const sealed = await (await openColumnSealer({ provider: other })).seal("patient.name", "王五");
  assert.equal(await sealer.open("patient.name", sealed), "王五");
  assert.equal(await sealer.open("patient.name", sealed), "王五");
  assert.equal(loads, 1);
  assert.equal(keyVersionOf(await sealer.seal("patient.name", "王五")), 2);
  const madeUp = sealed.slice();
  for (let version = 3; version < 9; version++) {
    madeUp[4] = version;
    await assert.rejects(sealer.open("patient.name", madeUp), code("unknown_key"));
  }
  assert.equal(loads, 1, "made-up versions do not keep it loading");
});

Deno.test("a column sealer seals no more with a key that was retired meanwhile", async () => {
  await using provider = providerWith(dataKey(1), dataKey(3), INDEX_KEY);
  const retired = { ...dataKey(3), retiredAt: "2026-11-22T00:00:00Z" };
  const sealer = await openColumnSealer({
    provider,
    reload: () => provider.loadKeys([dataKey(1), dataKey(2), retired, dataKey(4), INDEX_KEY]),
  });
  const old = await sealer.seal("patient.name", "赵六");
  assert.equal(keyVersionOf(old), 3);
  await using other = providerWith(dataKey(4), INDEX_KEY);
  const sealed = await (await openColumnSealer({ provider: other })).seal("patient.name", "赵六");
  assert.equal(await sealer.open("patient.name", sealed), "赵六");
  assert.equal(keyVersionOf(await sealer.seal("patient.name", "赵六")), 4);
  const all = [dataKey(1), dataKey(2), retired, dataKey(4)];
  await provider.loadKeys(all.map((key) => ({ ...key, retiredAt: "2026-11-23T00:00:00Z" })));
  assert.equal(await provider.findKey("column-data"), null);
  assert.equal(await sealer.open("patient.name", old), "赵六");
});

Deno.test("a column sealer does not start without its keys", async () => {
  await using provider = providerWith(dataKey(1));
  await assert.rejects(openColumnSealer({ provider }), code("unknown_key"));
});

Deno.test("an envelope opens for each of its recipients and nobody else", async () => {
  await using sender = providerWith();
  await using receiver = providerWith();
  const spec = { label: "mail", algorithm: "sm2", usage: "decrypt", leaves: "never" } as const;
  const keys = [await receiver.generateKey(spec), await receiver.generateKey(spec)];
  const stranger = await receiver.generateKey(spec);
  const recipients = await Promise.all(keys.map((key) => receiver.publicKey(key)));
  const aad = new TextEncoder().encode("statement 2026-11-22");
  const plaintext = new TextEncoder().encode("机密");
  const envelope = await sealEnvelope(sender, { recipients, aad }, plaintext);
  for (const key of keys) {
    assert.deepEqual(await openEnvelope(receiver, { key, aad }, envelope), plaintext);
  }
  await assert.rejects(
    openEnvelope(receiver, { key: stranger, aad }, envelope),
    code("unknown_key"),
  );
  const [key] = keys;
  assert.ok(key);
  await assert.rejects(openEnvelope(receiver, { key }, envelope), code("wrong_tag"));
  const tampered = envelope.slice();
  tampered[envelope.length - 1] = (tampered[envelope.length - 1] ?? 0) ^ 1;
  await assert.rejects(openEnvelope(receiver, { key, aad }, tampered), code("wrong_tag"));
  assert.deepEqual(await sender.listKeys(), [], "the data key is gone");
  assert.equal((await receiver.listKeys()).length, 3);
});

Deno.test("an envelope refuses rubbish, nobody, and more than it may hold", async () => {
  await using provider = providerWith();
  const key = await provider.generateKey({
    label: "mail",
    algorithm: "sm2",
    usage: "decrypt",
    leaves: "never",
  });
  const recipients = [await provider.publicKey(key)];
  const empty = new Uint8Array();
  await assert.rejects(sealEnvelope(provider, { recipients: [] }, empty), code("invalid_argument"));
  const most = new Uint8Array(SEAL_BYTES_MAX - 32).fill(5);
  const full = await sealEnvelope(provider, { recipients }, most);
  assert.ok(equalBytes(await openEnvelope(provider, { key }, full), most));
  const tooMuch = new Uint8Array(most.length + 1);
  await assert.rejects(sealEnvelope(provider, { recipients }, tooMuch), code("too_large"));
  const envelope = await sealEnvelope(provider, { recipients }, empty);
  assert.equal((await openEnvelope(provider, { key }, envelope)).length, 0);
  for (const wrong of ["text", [1], null, new Uint16Array(9)] as never[]) {
    const refused = code("invalid_argument");
    await assert.rejects(sealEnvelope(provider, { recipients }, wrong), refused);
    await assert.rejects(sealEnvelope(provider, { recipients: [wrong] }, empty), refused);
    await assert.rejects(sealEnvelope(provider, { recipients, aad: wrong }, empty), refused);
    await assert.rejects(openEnvelope(provider, { key }, wrong), refused);
    await assert.rejects(openEnvelope(provider, { key, aad: wrong }, envelope), refused);
  }
  for (let length = 0; length < envelope.length; length++) {
    const cut = envelope.subarray(0, length);
    await assert.rejects(openEnvelope(provider, { key }, cut), CryptoError, `${length} bytes`);
  }
  const others = concatBytes(new TextEncoder().encode("YKENV2"), envelope.subarray(6));
  await assert.rejects(openEnvelope(provider, { key }, others), code("bad_encoding"));
});

Deno.test("an envelope's data key is never stored", async () => {
  let changes = 0;
  await using provider = new SoftwareProvider(portableEngine(), {
    name: "software",
    onKeysChanged: () => Promise.resolve(void changes++),
  });
  const key = await provider.generateKey({
    label: "inbox",
    algorithm: "sm2",
    usage: "decrypt",
    leaves: "never",
  });
  const recipients = [await provider.publicKey(key)];
  const envelope = await sealEnvelope(provider, { recipients }, new Uint8Array(3));
  assert.equal((await openEnvelope(provider, { key }, envelope)).length, 3);
  assert.equal(changes, 1);
});
