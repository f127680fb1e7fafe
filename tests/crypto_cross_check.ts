import { equalBytes } from "../crypto/bytes.ts";
import type { Engine, HmacKey, Sm4Key, Sm4Options } from "../crypto/engine.ts";
import { CryptoError } from "../crypto/errors.ts";
import { seededRandom } from "./random.ts";

/** Two implementations that must agree on everything, and how much they are asked. */
export interface CrossCheck {
  readonly engines: readonly [Engine, Engine];
  readonly seed: number;
  readonly count: number;
  /** Told now and then how many inputs are done. */
  readonly onProgress?: (done: number) => void;
}

const POOL_BYTES = 1 << 16;
/** Inputs before other keys and other data are drawn. */
const INPUTS_PER_KEY = 16;
const SM2_INPUTS_PER_KEY = 8;
const PROGRESS_EVERY = 4096;
const MODES: readonly Sm4Options["mode"][] = ["ecb", "cbc", "ctr", "cfb", "ofb"];

/**
 * SM3, HMAC-SM3, SM4 in all modes, GCM and CMAC on inputs out of the seed. Throws with all that is
 * needed to do it again where the engines differ; gives how often each operation was compared.
 */
export function crossCheckSymmetric(check: CrossCheck): ReadonlyMap<string, number> {
  const inputs = new Inputs(check.seed);
  const counts = new Map<string, number>();
  for (let done = 0; done < check.count; done += INPUTS_PER_KEY) {
    inputs.refill();
    const key = inputs.bytes(16);
    const hmacKey = inputs.bytes(inputs.below(100));
    using one = keyed(check.engines[0], key, hmacKey);
    using other = keyed(check.engines[1], key, hmacKey);
    for (let at = done; at < Math.min(check.count, done + INPUTS_PER_KEY); at++) {
      const operation = OPERATIONS[at % OPERATIONS.length];
      if (operation === undefined) throw new Error("Expected an operation");
      const input = inputs.next();
      const results = [operation.run(one, other, input), operation.run(other, one, input)] as const;
      if (!equalBytes(...results)) throw differs(check, operation.name, at, input, results);
      counts.set(operation.name, (counts.get(operation.name) ?? 0) + 1);
    }
    if (done % PROGRESS_EVERY === 0) check.onProgress?.(done);
  }
  return counts;
}

/**
 * SM2: each engine verifies what the other signed and decrypts what the other encrypted, and both
 * refuse the same with one bit changed. Gives the number of verifications and decryptions.
 */
export function crossCheckSm2(check: CrossCheck): number {
  const inputs = new Inputs(check.seed);
  let compared = 0;
  for (let done = 0; done < check.count; done += SM2_INPUTS_PER_KEY) {
    inputs.refill();
    const privateKey = inputs.privateKey();
    const [one, other] = check.engines;
    using onePrivate = one.sm2PrivateKey(privateKey);
    using otherPrivate = other.sm2PrivateKey(privateKey);
    if (!equalBytes(onePrivate.publicKey, otherPrivate.publicKey)) {
      throw new Error(`The engines differ on the public key of ${privateKey.toHex()}`);
    }
    using onePublic = one.sm2PublicKey(onePrivate.publicKey);
    using otherPublic = other.sm2PublicKey(onePrivate.publicKey);
    const there = { signer: onePrivate, verifier: otherPublic };
    const back = { signer: otherPrivate, verifier: onePublic };
    for (let at = done; at < Math.min(check.count, done + SM2_INPUTS_PER_KEY); at++) {
      const { signer, verifier } = at % 2 === 0 ? there : back;
      const { data, iv } = inputs.next();
      const userId = inputs.bytes(1 + inputs.below(40));
      const signature = signer.sign(data, userId);
      const changed = flipped(signature, inputs.below(512));
      const plaintext = data.length === 0 ? iv : data;
      const opened = at % 2 === 0
        ? otherPrivate.decrypt(onePublic.encrypt(plaintext))
        : onePrivate.decrypt(otherPublic.encrypt(plaintext));
      const agree = verifier.verify(data, signature, userId) &&
        !verifier.verify(data, changed, userId) && equalBytes(opened, plaintext);
      if (!agree) {
        throw new Error(
          `The engines differ on SM2 input ${at} of seed ${check.seed}: key ${privateKey.toHex()}, ` +
            `user id ${userId.toHex()}, message ${data.toHex()}, signature ${signature.toHex()}`,
        );
      }
      compared += 3;
    }
    if (done % PROGRESS_EVERY === 0) check.onProgress?.(done);
  }
  return compared;
}

interface Keyed extends Disposable {
  readonly engine: Engine;
  readonly sm4: Sm4Key;
  readonly hmac: HmacKey;
}

interface Input {
  readonly data: Uint8Array;
  /** 16 bytes. */
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
  /** 0 to 1, for whatever an operation still has to choose. */
  readonly choice: number;
}

interface Operation {
  readonly name: string;
  /** One engine does it, the other one undoes it where it can be undone. */
  readonly run: (one: Keyed, other: Keyed, input: Input) => Uint8Array;
}

const OPERATIONS: readonly Operation[] = [
  { name: "sm3", run: ({ engine }, _, { data }) => engine.sm3(data) },
  { name: "sm3 stream", run: ({ engine }, _, input) => digestInPieces(engine, input) },
  { name: "hmac", run: ({ hmac }, _, { data }) => hmac.mac(data) },
  { name: "cmac", run: ({ sm4 }, _, { data }) => sm4.cmac(data) },
  { name: "gcm", run: runGcm },
  ...MODES.flatMap((mode) => [
    { name: mode, run: runMode(mode, false) },
    { name: `${mode} stream`, run: runMode(mode, true) },
  ]),
];

function digestInPieces(engine: Engine, { data, choice }: Input): Uint8Array {
  using stream = engine.sm3Stream();
  const cut = Math.floor(choice * data.length);
  stream.update(data.subarray(0, cut));
  stream.update(data.subarray(cut));
  return stream.digest();
}

function runGcm(one: Keyed, other: Keyed, { data, iv, aad, choice }: Input): Uint8Array {
  const options = { nonce: iv.subarray(0, 12), aad };
  const sealed = one.sm4.seal(options, data);
  if (!equalBytes(other.sm4.open(options, sealed), data)) throw new Error("GCM does not open");
  const changed = flipped(sealed, Math.floor(choice * sealed.length * 8));
  try {
    other.sm4.open(options, changed);
  } catch (error) {
    if (error instanceof CryptoError && error.code === "wrong_tag") return sealed;
    throw error;
  }
  throw new Error(`GCM opens what was changed: ${changed.toHex()}`);
}

function runMode(mode: Sm4Options["mode"], streamed: boolean): Operation["run"] {
  const padding = mode === "ecb" || mode === "cbc" ? "pkcs7" : "none";
  return (one, other, { data, iv, choice }) => {
    const options: Sm4Options = mode === "ecb" ? { mode, padding } : { mode, padding, iv };
    const ciphertext = streamed
      ? inPieces(one.sm4.encryptStream(options), data, choice)
      : one.sm4.encrypt(options, data);
    const back = streamed
      ? inPieces(other.sm4.decryptStream(options), ciphertext, choice)
      : other.sm4.decrypt(options, ciphertext);
    if (!equalBytes(back, data)) throw new Error(`${mode} does not decrypt: ${data.toHex()}`);
    return ciphertext;
  };
}

function inPieces(
  stream: ReturnType<Sm4Key["encryptStream"]>,
  data: Uint8Array,
  choice: number,
): Uint8Array {
  const cut = Math.floor(choice * data.length);
  const parts = [stream.update(data.subarray(0, cut)), stream.update(data.subarray(cut))];
  parts.push(stream.final());
  stream[Symbol.dispose]();
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function keyed(engine: Engine, key: Uint8Array, hmacKey: Uint8Array): Keyed {
  const sm4 = engine.sm4Key(key);
  const hmac = engine.hmacKey(hmacKey);
  return {
    engine,
    sm4,
    hmac,
    [Symbol.dispose]() {
      sm4[Symbol.dispose]();
      hmac[Symbol.dispose]();
    },
  };
}

/** Bytes out of a seed, cut from a pool: drawing each by itself would cost more than SM4. */
class Inputs {
  readonly #random: () => number;
  readonly #pool = new Uint32Array(POOL_BYTES / 4);
  readonly #bytes = new Uint8Array(this.#pool.buffer);

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#pool.forEach((_, at) => this.#pool[at] = this.below(2 ** 32));
  }

  /** Some other bytes, so that the pool never comes round. */
  refill(): void {
    const from = this.below(this.#pool.length - 16);
    for (let at = from; at < from + 16; at++) this.#pool[at] = this.below(2 ** 32);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  bytes(length: number): Uint8Array {
    const from = this.below(POOL_BYTES - length);
    return this.#bytes.slice(from, from + length);
  }

  /** Mostly a block or two, sometimes a few hundred bytes, seldom several thousand. */
  next(): Input {
    const kind = this.#random();
    const limit = kind < 0.75 ? 65 : kind < 0.98 ? 600 : 9000;
    return {
      data: this.bytes(this.below(limit)),
      iv: this.bytes(16),
      aad: this.bytes(this.below(40)),
      choice: this.#random(),
    };
  }

  /** Below the group's order, which begins with FFFFFFFE; not zero. */
  privateKey(): Uint8Array {
    const key = this.bytes(32);
    if (key[0] === 0xff) key[1] = (key[1] ?? 0) & 0x7f;
    key[31] = (key[31] ?? 0) | 1;
    return key;
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >>> 3] = (changed[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

function differs(
  { seed, engines }: CrossCheck,
  operation: string,
  at: number,
  { data, iv, aad }: Input,
  [one, other]: readonly [Uint8Array, Uint8Array],
): Error {
  return new Error(
    `${engines[0].name} and ${engines[1].name} differ on ${operation}, input ${at} of seed ` +
      `${seed}: data ${data.toHex()}, iv ${iv.toHex()}, aad ${aad.toHex()}, ` +
      `${one.toHex()} against ${other.toHex()}`,
  );
}
