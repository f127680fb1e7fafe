/** Sealed columns and envelopes as strangers send them: opened as they were sealed, or refused. */
import assert from "node:assert/strict";
import { type Bytes, equalBytes } from "../../crypto/bytes.ts";
import type { Engine, Sm2PrivateKey } from "../../crypto/engine.ts";
import { openColumnSealer, openEnvelope, sealEnvelope } from "../../crypto/envelope.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { developmentKeys } from "../../cli/dev/development_keys.ts";
import { seededRandom } from "../random.ts";

const MALFORMED = 100_000;
const random = seededRandom(9564);

Deno.test("sealed columns: 100,000 malformed inputs, none of them opened", async () => {
  const keys = developmentKeys("00".repeat(32));
  await using provider = new SoftwareProvider(portableEngine(), { name: "test", keys });
  const sealer = await openColumnSealer({ provider });
  const sealed: Uint8Array[] = [];
  for (const text of ["", "张三", "44190019500101001X".repeat(10)]) {
    sealed.push(await sealer.seal("patient.name", text));
  }
  await refuse(sealed, (input) => sealer.open("patient.name", input), [
    "bad_encoding",
    "unknown_key",
    "wrong_length",
    "wrong_tag",
  ]);
});

Deno.test("envelopes: 100,000 malformed inputs, none of them opened", async () => {
  const engine = rememberingEngine();
  await using provider = new SoftwareProvider(engine, { name: "test" });
  const spec = { label: "mail", algorithm: "sm2", usage: "decrypt", leaves: "never" } as const;
  const own = await provider.generateKey({ ...spec, ephemeral: true });
  const other = await provider.generateKey({ ...spec, ephemeral: true });
  const [key, otherKey] = [await provider.publicKey(own), await provider.publicKey(other)];
  const sealed: Uint8Array[] = [];
  for (const recipients of [[key], [key, otherKey], [otherKey, key]]) {
    const envelope = await sealEnvelope(provider, { recipients }, new Uint8Array(40).fill(1));
    assert.equal((await openEnvelope(provider, { key: own }, envelope)).length, 40);
    sealed.push(envelope);
  }
  engine.isClosed = true;
  await refuse(sealed, (input) => openEnvelope(provider, { key: own }, input), [
    "bad_encoding",
    "decryption_failed",
    "unknown_key",
    "wrong_tag",
  ]);
});

/** Every one with a `CryptoError`, and each of the codes for some. */
async function refuse(
  sealed: readonly Uint8Array[],
  open: (input: Uint8Array) => Promise<unknown>,
  codes: readonly string[],
): Promise<void> {
  const seen = new Set<string>();
  for (let round = 0; round < MALFORMED; round++) {
    const valid = sealed[below(sealed.length)] ?? new Uint8Array(0);
    const input = round % 8 === 0 ? noise(below(400)) : mutated(valid);
    if (sealed.some((one) => equalBytes(one, input))) continue;
    try {
      await open(input);
    } catch (error) {
      assert.ok(error instanceof CryptoError, `${String(error)}: ${input.toHex()}`);
      seen.add(error.code);
      continue;
    }
    assert.fail(`input ${round} was opened: ${input.toHex()}`);
  }
  assert.deepEqual([...seen].toSorted(), codes);
}

/** One to four bytes changed, put in or taken out, or the end cut off. */
function mutated(valid: Uint8Array): Bytes {
  const bytes = [...valid];
  for (let edits = 1 + below(4); edits > 0; edits--) {
    // Half of them where the structure stands.
    const at = below(random() < 0.5 ? Math.min(8, bytes.length + 1) : bytes.length + 1);
    const edit = below(8);
    if (edit < 3) bytes[at] = below(256);
    else if (edit < 5) bytes[at] = (bytes[at] ?? 0) ^ 1 << below(8);
    else if (edit === 5) bytes.splice(at, 0, below(256));
    else if (edit === 6) bytes.splice(at, 1);
    else bytes.length = at;
  }
  return Uint8Array.from(bytes);
}

function noise(length: number): Bytes {
  return Uint8Array.from({ length }, () => below(256));
}

function below(bound: number): number {
  return Math.floor(random() * bound);
}

/**
 * Our engine, whose SM2 decryption, once closed, knows only what it decrypted before: a hundred
 * thousand true ones take minutes and are asked for in `crypto_sm2_test.ts`.
 */
function rememberingEngine(): Engine & { isClosed: boolean } {
  const engine = portableEngine();
  const known = new Map<string, Uint8Array>();
  return {
    ...engine,
    isClosed: false,
    sm2PrivateKey(privateKey): Sm2PrivateKey {
      const key = engine.sm2PrivateKey(privateKey);
      const decrypt = (ciphertext: Uint8Array): Uint8Array => {
        const found = known.get(ciphertext.toHex());
        if (found) return Uint8Array.from(found);
        if (this.isClosed) throw new CryptoError("decryption_failed", "Cannot decrypt");
        const plaintext = key.decrypt(ciphertext);
        known.set(ciphertext.toHex(), Uint8Array.from(plaintext));
        return plaintext;
      };
      return {
        publicKey: key.publicKey,
        sign: (message, userId) => key.sign(message, userId),
        signDigest: (digest) => key.signDigest(digest),
        decrypt,
        [Symbol.dispose]: () => key[Symbol.dispose](),
      };
    },
  };
}
