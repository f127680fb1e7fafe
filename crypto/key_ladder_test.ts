import assert from "node:assert/strict";
import { desDecrypt } from "./des.ts";
import { keyCheckValue } from "./key_check.ts";
import {
  createTerminalMaster,
  createWorkKeys,
  destroyTerminalKeys,
  exportForLoading,
  importHostKeys,
  resealKey,
  restoreKey,
} from "./key_ladder.ts";
import type { CryptoError } from "./errors.ts";
import type { KeyRecord } from "./key_record.ts";
import { activateKey, destroyKeyVersion } from "./key_states.ts";
import type { StoredKey } from "./key_store.ts";
import { computeMac } from "./mac.ts";
import { decryptPinBlock, encryptPinBlock } from "./pin_block.ts";
import type { KeyHandle, KeySpec } from "./provider.ts";
import { portableEngine } from "./providers/portable.ts";
import { SoftwareProvider } from "./providers/software.ts";
import { decrypt, generateKeyPair } from "./sm2.ts";
import { sm4Decrypt, sm4Encrypt } from "./sm4.ts";

const CREATED = { by: "key-custodian-1", at: "2026-11-22T08:00:00.000Z" };
const LATER = { by: "key-custodian-2", at: "2026-12-22T08:00:00.000Z" };
const TRANSPORT = Uint8Array.fromHex("1234567890ABCDEFABCDEF0987654321");
const PAN = "6222021234567890123";
const ROOT: KeySpec = { label: "root", algorithm: "sm4", usage: "wrap", leaves: "never" };

Deno.test("a terminal's SM4 keys: from the root to the pad, and back from their records", async () => {
  await using world = await newWorld();
  const { provider, root, transport } = world;
  const master = await createTerminalMaster(provider, {
    root,
    terminalId: "T-001",
    algorithm: "sm4",
    version: 1,
    created: CREATED,
  });
  const { checkValue, state, created, moves } = master.record;
  assert.deepEqual([state, created, moves], ["pending", CREATED, []]);

  // The pad, which holds the transport key, takes the master and shows its check value.
  const loading = await exportForLoading(provider, master.key, { transportKey: transport });
  const padMaster = sm4Decrypt({ mode: "ecb", key: TRANSPORT, padding: "none" }, loading.wrapped);
  assert.deepEqual(keyCheckValue("sm4", padMaster), checkValue);
  assert.deepEqual(loading.checkValue, checkValue);

  const [pin, mac, data] = await createWorkKeys(provider, {
    root,
    terminalId: "T-001",
    master: master.key,
    purposes: ["pin", "mac", "data"],
    version: 1,
    created: CREATED,
  });
  assert.ok(pin && mac && data);
  const inPad = [pin, mac, data].map(({ forPad }) =>
    sm4Decrypt({ mode: "ecb", key: padMaster, padding: "none" }, forPad.wrapped)
  );
  const [padPin = padMaster, padMac = padMaster] = inPad;
  assert.deepEqual(keyCheckValue("sm4", padPin), pin.record.checkValue);
  assert.deepEqual(keyCheckValue("sm4", padMac), mac.forPad.checkValue);
  assert.deepEqual(keyCheckValue("sm4", inPad[2] ?? padMac), data.forPad.checkValue);
  assert.deepEqual([data.key.usage, data.record.checkValue], ["cipher", data.forPad.checkValue]);

  // What is live goes; the records bring back keys that the pad's blocks and MACs fit.
  for (const { key } of [master, pin, mac, data]) await provider.destroyKey(key);
  const [macRecord] = activateKey([mac.record], 1, CREATED);
  const [pinRecord] = activateKey([pin.record], 1, CREATED);
  assert.ok(macRecord && pinRecord);
  const macKey = await restoreKey(provider, macRecord);
  const message = new TextEncoder().encode("0200 a message of the pad");
  const padMacValue = computeMac("sm4_pboc", padMac, message).slice(0, 8);
  assert.equal(
    await provider.verifyMac(macKey, "sm4_pboc", message, padMacValue, { length: 8 }),
    true,
  );
  const pinKey = await restoreKey(provider, pinRecord);
  const block = encryptPinBlock({ format: "sm4_16", key: padPin, pan: PAN, pin: "123456" });
  const from = { key: pinKey, format: "sm4_16", pan: PAN } as const;
  const again = await provider.translatePinBlock(from, from, block);
  assert.deepEqual(again, block);
});

Deno.test("a 3DES pad's keys are 3DES all the way, and a bank that moved on gets SM4", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const key = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
  const kek = await world.hold({ label: "kek", algorithm: "tdes", usage: "export", bytes: key });
  const request = { root, terminalId: "T-002", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "tdes" });
  const loading = await exportForLoading(provider, master.key, { transportKey: kek });
  const padMaster = desDecrypt({ mode: "ecb", key }, loading.wrapped);
  assert.deepEqual(keyCheckValue("tdes", padMaster), loading.checkValue);
  const [pin, mac] = await createWorkKeys(provider, {
    ...request,
    master: master.key,
    purposes: ["pin", "mac"],
  });
  assert.ok(pin && mac);
  const padPin = desDecrypt({ mode: "ecb", key: padMaster }, pin.forPad.wrapped);
  const [hostPin] = await importHostKeys(provider, world.signIn({ hostId: "bank" }));
  assert.ok(hostPin);
  const block = encryptPinBlock({ format: "iso9564_0", key: padPin, pan: PAN, pin: "123456" });
  const moved = await provider.translatePinBlock(
    { key: pin.key, format: "iso9564_0", pan: PAN },
    { key: hostPin.key, format: "sm4_16", pan: PAN },
    block,
  );
  const clear = decryptPinBlock({ format: "sm4_16", key: world.hostPinKey, pan: PAN }, moved);
  assert.equal(new TextDecoder().decode(clear), "123456");
  // Data keys of 3DES do not exist; the MAC key of the same call is not left behind either.
  const destroyed = world.watchDestroyed();
  await assert.rejects(
    createWorkKeys(provider, { ...request, master: master.key, purposes: ["mac", "data"] }),
    { code: "invalid_argument" },
  );
  assert.deepEqual(destroyed, ["terminal/T-002/mac"]);
});

Deno.test("a pad with an SM2 key of its own gets its master under that", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const pad = generateKeyPair();
  const master = await createTerminalMaster(provider, {
    root,
    terminalId: "T-003",
    algorithm: "sm4",
    version: 1,
    created: CREATED,
  });
  const loading = await exportForLoading(provider, master.key, { padPublicKey: pad.publicKey });
  const received = decrypt(pad.privateKey, loading.wrapped);
  assert.deepEqual(keyCheckValue("sm4", received), loading.checkValue);
});

Deno.test("importHostKeys() takes a bank's published work key with its check value", async () => {
  await using world = await newWorld();
  const { provider } = world;
  const [pin] = await importHostKeys(provider, world.signIn({ hostId: "bank" }));
  assert.ok(pin);
  assert.equal(pin.record.checkValue?.toHex().toUpperCase(), "861E83E31FAEBF10");
  assert.deepEqual(pin.record.owner, { kind: "host", id: "bank" });
  const [record] = activateKey([pin.record], 1, CREATED);
  assert.ok(record);
  const restored = await restoreKey(provider, record);
  assert.deepEqual(await provider.checkValue(restored), pin.record.checkValue);
  // A host's keys are nobody's to hand on.
  await assert.rejects(restoreKey(provider, record, { forLoading: true }), { code: "wrong_usage" });
  const pad = generateKeyPair();
  for (const key of [pin.key, restored]) {
    const to = [{ padPublicKey: pad.publicKey }, { transportKey: world.transport }];
    for (const target of to) {
      await assert.rejects(exportForLoading(provider, key, target), { code: "wrong_usage" });
    }
  }
});

Deno.test("importHostKeys() refuses a wrong check value, and keeps none of the keys", async () => {
  await using world = await newWorld();
  const { provider } = world;
  const request = world.signIn({ hostId: "bank" });
  const [pin] = request.keys;
  assert.ok(pin);
  const wrong = pin.checkValue.map((byte, at) => at === 2 ? byte ^ 1 : byte);
  const keys = [pin, { ...pin, purpose: "mac" as const, checkValue: wrong }];
  const destroyed = world.watchDestroyed();
  await assert.rejects(importHostKeys(provider, { ...request, keys }), {
    code: "wrong_check_value",
  });
  assert.deepEqual(destroyed, ["host/bank/pin"]);
  for (const length of [0, 2, 9]) {
    const checkValue = new Uint8Array(length);
    await assert.rejects(
      importHostKeys(provider, { ...request, keys: [{ ...pin, checkValue }] }),
      { code: "wrong_length" },
    );
  }
  for (const length of [3, 4, 8]) {
    const checkValue = pin.checkValue.slice(0, length);
    const [taken] = await importHostKeys(provider, { ...request, keys: [{ ...pin, checkValue }] });
    assert.equal(taken?.record.checkValue?.length, 8);
  }
  await assert.rejects(importHostKeys(provider, { ...request, keys: [pin, pin] }), {
    code: "invalid_argument",
  });
});

Deno.test("importHostKeys() takes a bank's new master under the key agreed on before", async () => {
  await using world = await newWorld();
  const { provider, root, under } = world;
  const bytes = Uint8Array.fromHex("00112233445566778899AABBCCDDEEFF");
  const [master] = await importHostKeys(provider, {
    root,
    hostId: "bank",
    under,
    algorithm: "sm4",
    version: 2,
    created: CREATED,
    keys: [{
      purpose: "master",
      wrapped: sm4Encrypt({ mode: "ecb", key: TRANSPORT, padding: "none" }, bytes),
      checkValue: keyCheckValue("sm4", bytes),
    }],
  });
  assert.ok(master);
  assert.equal(master.key.usage, "import");
  assert.equal(master.record.version, 2);
});

Deno.test("keys are for one use each: the provider refuses every other (R-SEC-20)", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-004", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const [pin, mac, data] = await createWorkKeys(provider, {
    ...request,
    master: master.key,
    purposes: ["pin", "mac", "data"],
  });
  assert.ok(pin && mac && data);
  const bytes = new Uint8Array(32);
  const uses: Readonly<Record<string, (key: KeyHandle) => Promise<unknown>>> = {
    export: (key) => provider.wrapKey(key, mac.key, { form: "pad" }),
    import: (key) => provider.unwrapKey(key, bytes.slice(16), { form: "pad" }, ROOT),
    wrap: (key) => provider.wrapKey(key, mac.key, { form: "sealed", context: bytes }),
    pin: (key) => {
      const side = { key, format: "sm4_16", pan: PAN } as const;
      return provider.translatePinBlock(side, side, bytes.slice(16));
    },
    mac: (key) => provider.mac(key, "sm4_cmac", bytes),
    data: (key) => provider.seal(key, bytes, bytes),
    cipher: (key) => provider.encrypt(key, { mode: "cbc" }, bytes),
  };
  for (const { key } of [master, pin, mac, data]) {
    for (const [usage, use] of Object.entries(uses)) {
      if (usage === key.usage) continue;
      await assert.rejects(use(key), { code: "wrong_usage" }, `${key.label} as ${usage}`);
    }
  }
});

Deno.test("a sealed key opens under its own name alone", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-005", version: 1, created: CREATED };
  const { key: master } = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const [pin] = await createWorkKeys(provider, { ...request, master, purposes: ["pin"] });
  assert.ok(pin);
  const [record] = activateKey([pin.record], 1, CREATED);
  assert.ok(record?.wrapped);
  const changed: Partial<KeyRecord>[] = [
    { owner: { kind: "terminal", id: "T-006" } },
    { owner: { kind: "host", id: "T-005" } },
    { purpose: "mac" },
    { version: 2 },
    { wrapped: record.wrapped.map((byte, at) => at === 20 ? byte ^ 1 : byte) },
    { algorithm: "tdes" },
  ];
  for (const change of changed) {
    await assert.rejects(
      restoreKey(provider, { ...record, ...change }),
      { code: "wrong_tag" },
      Object.keys(change).join(),
    );
  }
  const checkValue = new Uint8Array(8);
  await assert.rejects(restoreKey(provider, { ...record, checkValue }), {
    code: "wrong_check_value",
  });
  await assert.rejects(restoreKey(provider, { ...record, root: { label: "root", version: 9 } }), {
    code: "unknown_key",
  });
  for (const id of ["", "T/1", "终端", "x".repeat(65)]) {
    const named = { ...record, owner: { kind: "terminal" as const, id } };
    await assert.rejects(restoreKey(provider, named), { code: "invalid_argument" });
  }
  for (const version of [0, -1, 1.5, NaN]) {
    await assert.rejects(restoreKey(provider, { ...record, version }), {
      code: "invalid_argument",
    });
  }
});

Deno.test("restoreKey() gives keys in use, which leave no more, and others for loading", async () => {
  await using world = await newWorld();
  const { provider, root, transport } = world;
  const request = { root, terminalId: "T-014", version: 1, created: CREATED };
  const { record } = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const states = ["pending", "active", "retiring", "destroyed"] as const;
  const outcomes: string[] = [];
  for (const state of states) {
    for (const forLoading of [false, true]) {
      const wrapped = state === "destroyed" ? null : record.wrapped;
      const restored = restoreKey(provider, { ...record, state, wrapped }, { forLoading });
      outcomes.push(await restored.then(() => "restored", (error: CryptoError) => error.code));
    }
  }
  assert.deepEqual(outcomes, [
    "wrong_usage",
    "restored",
    "restored",
    "restored",
    "restored",
    "wrong_usage",
    "unknown_key",
    "unknown_key",
  ]);
  const active = { ...record, state: "active" } as const;
  const used = await restoreKey(provider, active);
  const to = { transportKey: transport };
  await assert.rejects(exportForLoading(provider, used, to), { code: "wrong_usage" });
  const context = new Uint8Array(1);
  await assert.rejects(provider.wrapKey(root, used, { form: "sealed", context }), {
    code: "wrong_usage",
  });
  const loaded = await restoreKey(provider, record, { forLoading: true });
  assert.equal((await exportForLoading(provider, loaded, to)).wrapped.length, 16);
});

Deno.test("a root is no oracle: no pad form is made or read under it", async () => {
  await using world = await newWorld();
  const { provider, root, transport } = world;
  const request = { root, terminalId: "T-015", version: 1, created: CREATED };
  const { key } = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  for (const around of [root, world.under]) {
    await assert.rejects(exportForLoading(provider, key, { transportKey: around }), {
      code: "wrong_usage",
    });
  }
  for (const under of [root, transport, key]) {
    await assert.rejects(importHostKeys(provider, { ...world.signIn({ hostId: "bank" }), under }), {
      code: "wrong_usage",
    });
  }
  await assert.rejects(provider.checkValue(root), { code: "wrong_usage" });
  // What a copy of a handle says of itself opens nothing.
  const posed = { ...root, label: "terminal/T-015/master", usage: "export" } as const;
  const work = { ...request, master: posed, purposes: ["mac"] } as const;
  await assert.rejects(createWorkKeys(provider, work), { code: "unknown_key" });
});

Deno.test("rotation: the new key works, the old one reads on until it is confirmed", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-007", created: CREATED };
  const { key: master } = await createTerminalMaster(provider, {
    ...request,
    version: 1,
    algorithm: "sm4",
  });
  const purposes = ["mac"] as const;
  const [one] = await createWorkKeys(provider, { ...request, master, purposes, version: 1 });
  const [two] = await createWorkKeys(provider, { ...request, master, purposes, version: 2 });
  assert.ok(one && two);
  assert.notDeepEqual(one.record.checkValue, two.record.checkValue);
  let versions = activateKey([one.record], 1, CREATED);
  versions = activateKey([...versions, two.record], 2, LATER);
  assert.deepEqual(versions.map(({ state }) => state), ["retiring", "active"]);
  const [retiring] = versions;
  assert.ok(retiring);
  await provider.destroyKey(one.key);
  const mac = await provider.mac(await restoreKey(provider, retiring), "sm4_cmac", PASSAGE);
  assert.equal(await provider.verifyMac(two.key, "sm4_cmac", PASSAGE, mac), false);
  const [gone] = destroyKeyVersion(versions, 1, LATER);
  assert.ok(gone);
  await assert.rejects(restoreKey(provider, gone), { code: "unknown_key" });
});

Deno.test("work keys go under the master of their own terminal alone", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, version: 1, created: CREATED };
  const { key: master } = await createTerminalMaster(provider, {
    ...request,
    terminalId: "T-008",
    algorithm: "sm4",
  });
  for (const [terminalId, other] of [["T-009", master], ["T-008", root]] as const) {
    await assert.rejects(
      createWorkKeys(provider, { ...request, terminalId, master: other, purposes: ["mac"] }),
      { code: "invalid_argument" },
    );
  }
  await assert.rejects(
    createWorkKeys(provider, {
      ...request,
      terminalId: "T-008",
      master,
      purposes: ["mac", "mac"],
    }),
    { code: "invalid_argument" },
  );
});

Deno.test("resealKey() moves a key to a new root, and the old root is not needed any more", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-010", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const newRoot = await provider.generateKey(ROOT);
  const moved = await resealKey(provider, master.record, newRoot);
  assert.deepEqual(moved.root, { label: "root", version: 2 });
  await provider.destroyKey(root);
  const loading = { forLoading: true };
  await assert.rejects(restoreKey(provider, master.record, loading), { code: "unknown_key" });
  const restored = await restoreKey(provider, moved, loading);
  assert.deepEqual(await provider.checkValue(restored), master.record.checkValue);
});

Deno.test("destroyTerminalKeys() leaves nothing of an opened pad's keys (R-DEV-10)", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-011", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const work = await createWorkKeys(provider, {
    ...request,
    master: master.key,
    purposes: ["pin", "mac", "data"],
  });
  const all = [master, ...work];
  const [live, records] = [all.map(({ key }) => key), all.map(({ record }) => record)];
  const tampered = { terminalId: "T-011", live, records, act: LATER };
  for (const other of [{ terminalId: "T-01" }, { live: [root] }]) {
    await assert.rejects(destroyTerminalKeys(provider, { ...tampered, ...other }), {
      code: "invalid_argument",
    });
  }
  const destroyed = await destroyTerminalKeys(provider, tampered);
  assert.equal(destroyed.length, 4);
  for (const record of destroyed) {
    assert.deepEqual([record.state, record.wrapped], ["destroyed", null]);
    assert.deepEqual(record.moves, [{ to: "destroyed", ...LATER }]);
    await assert.rejects(restoreKey(provider, record), { code: "unknown_key" });
  }
  for (const key of live) {
    await assert.rejects(provider.checkValue(key), { code: "unknown_key" });
  }
});

Deno.test("destroyTerminalKeys() tries every live key when the provider fails", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-012", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  const work = await createWorkKeys(provider, {
    ...request,
    master: master.key,
    purposes: ["pin", "mac"],
  });
  const tried: string[] = [];
  const failing = Object.assign(Object.create(provider) as SoftwareProvider, {
    destroyKey: (key: KeyHandle) => {
      tried.push(key.usage);
      return Promise.reject(new Error("the device is gone"));
    },
  });
  const live = [master, ...work].map(({ key }) => key);
  const records = [master, ...work].map(({ record }) => record);
  await assert.rejects(
    destroyTerminalKeys(failing, { terminalId: "T-012", live, records, act: LATER }),
  );
  assert.deepEqual(tried.toSorted(), ["export", "mac", "pin"]);
});

Deno.test("no key of the ladder is stored by the provider: records are the keeping", async () => {
  await using world = await newWorld();
  const { provider, root } = world;
  const request = { root, terminalId: "T-013", version: 1, created: CREATED };
  const master = await createTerminalMaster(provider, { ...request, algorithm: "sm4" });
  await createWorkKeys(provider, { ...request, master: master.key, purposes: ["pin"] });
  const labels = (await provider.listKeys()).map(({ label }) => label);
  assert.ok(labels.every((label) => !label.includes("T-013")), labels.join());
  assert.equal(await provider.findKey("terminal/T-013/master"), null);
});

const PASSAGE = new TextEncoder().encode("what was sent just before");

async function newWorld() {
  const hostPinKey = Uint8Array.fromHex("F351D490994603795C6EBEE8FAEBB481");
  const provider = new SoftwareProvider(portableEngine(), {
    name: "test",
    keys: [stored("transport", TRANSPORT, "export"), stored("host", TRANSPORT, "import")],
    onKeysChanged: () => Promise.resolve(),
  });
  const root = await provider.generateKey(ROOT);
  const transport = await get(provider, "transport");
  const under = await get(provider, "host");
  return {
    provider,
    root,
    transport,
    under,
    hostPinKey,
    async hold(
      key: Pick<StoredKey, "label" | "algorithm" | "usage" | "bytes">,
    ): Promise<KeyHandle> {
      await provider.loadKeys([{ ...stored(key.label, key.bytes, key.usage), ...key }]);
      return await get(provider, key.label);
    },
    /** The published sign-in of devices.md §3.4: work key and check value under the master. */
    signIn({ hostId }: { readonly hostId: string }) {
      const wrapped = Uint8Array.fromHex("3D66234C49E4296FF9C78D8BACBD6A76");
      const checkValue = Uint8Array.fromHex("861E83E31FAEBF10");
      return {
        root,
        hostId,
        under,
        algorithm: "sm4" as const,
        version: 1,
        created: CREATED,
        keys: [{ purpose: "pin" as const, wrapped, checkValue }],
      };
    },
    watchDestroyed(): string[] {
      const labels: string[] = [];
      const destroyKey = provider.destroyKey.bind(provider);
      provider.destroyKey = async (key) => {
        labels.push(key.label);
        await destroyKey(key);
      };
      return labels;
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
    },
  };
}

function stored(label: string, bytes: Uint8Array, usage: StoredKey["usage"]): StoredKey {
  return {
    id: label,
    label,
    version: 1,
    algorithm: "sm4",
    usage,
    leaves: "never",
    createdAt: CREATED.at,
    bytes,
  };
}

async function get(provider: SoftwareProvider, label: string): Promise<KeyHandle> {
  const key = await provider.findKey(label);
  assert.ok(key);
  return key;
}
