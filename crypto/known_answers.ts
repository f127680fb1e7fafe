import { equalBytes, randomBytes } from "./bytes.ts";
import type { CipherStream, Engine, Sm4Options } from "./engine.ts";
import { CryptoError, type CryptoErrorCode } from "./errors.ts";
import { keyCheckValue } from "./key_check.ts";
import { computeMac, type MacMethod } from "./mac.ts";
import { decryptPinBlock, encryptPinBlock, type PinBlockFormat } from "./pin_block.ts";
import type { KeySpec, SelfTest } from "./provider.ts";
import { unwrapKeyBytes, wrapKeyBytes } from "./providers/key_wrap.ts";
import { agree, DEFAULT_USER_ID } from "./sm2.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";

/**
 * Known answers of every algorithm, from the standards' annexes where they have any (devices.md §3.4
 * and §7 name the sources). The keys are published, so a message may quote what came out.
 */
export function testEngine(engine: Engine): SelfTest[] {
  return [
    selfTest("SM3 (GB/T 32905 annex A)", () => testSm3(engine)),
    selfTest("HMAC-SM3", () => testHmac(engine)),
    ...MODE_ANSWERS.map(([mode, answer]) =>
      selfTest(`SM4-${mode.toUpperCase()}`, () => testMode(engine, mode, answer))
    ),
    selfTest("SM4 padding", () => testPadding(engine)),
    selfTest("SM4-GCM (RFC 8998 annex A.1)", () => testGcm(engine)),
    selfTest("SM4-CMAC", () => testCmac(engine)),
    selfTest("SM2 verification (GB/T 32918.5 annex A)", () => testVerify(engine)),
    selfTest("SM2 signature", () => testSign(engine)),
    selfTest("SM2 decryption (GB/T 32918.5 annex C)", () => testDecrypt(engine)),
    selfTest("SM2 encryption", () => testEncrypt(engine)),
    selfTest("SM2 point validation", () => testPoints(engine)),
    selfTest("SM2 key exchange (GB/T 32918.5 annex B)", testAgreement),
    selfTest("PBKDF2-HMAC-SM3", testPbkdf2),
    selfTest("3DES", testTdes),
    ...MAC_ANSWERS.map(([method, key, message, answer]) =>
      selfTest(
        `MAC ${method}`,
        () => expectBytes("MAC", computeMac(method, bytes(key), text(message)), answer),
      )
    ),
    ...PIN_BLOCK_ANSWERS.map((known) =>
      selfTest(`PIN block ${known.format}`, () => testPinBlock(known))
    ),
    selfTest("key wrapping as pads do", () => testPadWrapping(engine)),
    selfTest("key wrapping, sealed", () => testSealedWrapping(engine)),
    testRandom(randomBytes),
  ];
}

/**
 * Health of a generator (GB/T 32915 repetition): a stuck or zeroed one is noticed, a weak one is
 * not. Asks for 64 times 16 bytes.
 */
export function testRandom(draw: (length: number) => Uint8Array): SelfTest {
  return selfTest("random numbers", () => {
    const blocks = new Set<string>();
    for (let at = 0; at < 64; at++) {
      const block = draw(16);
      if (block.length !== 16) throw new Error(`Got ${block.length} bytes: expected 16`);
      if (block.every((byte) => byte === block[0])) throw new Error("Got one byte sixteen times");
      blocks.add(block.toHex());
    }
    if (blocks.size !== 64) throw new Error("Got the same 16 bytes twice");
  });
}

/** What is thrown becomes the detail. */
export function selfTest(name: string, run: () => void): SelfTest {
  try {
    run();
    return { name, passed: true, detail: "" };
  } catch (error) {
    return { name, passed: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Throws `self_test_failed` naming what failed, and nothing when all passed. */
export function requirePassed(provider: string, tests: readonly SelfTest[]): void {
  const failed = tests.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  throw new CryptoError(
    "self_test_failed",
    `Cannot use provider "${provider}": ${
      failed.map(({ name, detail }) => `${name} failed (${detail})`).join("; ")
    }`,
  );
}

const KEY = "0123456789abcdeffedcba9876543210";
const IV = "000102030405060708090a0b0c0d0e0f";
const TWO_BLOCKS = "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb";

const MODE_ANSWERS: readonly (readonly [Sm4Options["mode"], string])[] = [
  ["ecb", "5ec8143de509cff7b5179f8f474b86192f1d305a7fb17df985f81c8482192304"],
  ["cbc", "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d"],
  ["ctr", "ac3236cb861dd316e6413b4e3c7524b781e9e3a5bf5c03fe703bb94f3abb16a1"],
  ["cfb", "ac3236cb861dd316e6413b4e3c7524b769d4c54ed433b9a0346009beb37b2b3f"],
  ["ofb", "ac3236cb861dd316e6413b4e3c7524b71d01aca2487ca582cbf5463e6698539b"],
];

const PRIVATE_KEY = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const PUBLIC_KEY = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const DIGEST = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
const SIGNATURE = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
  "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
const CIPHERTEXT = "04" +
  "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73" +
  "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0" +
  "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766" +
  "21886ca989ca9c7d58087307ca93092d651efa";

const MAC_ANSWERS: readonly (readonly [MacMethod, string, string, string])[] = [
  ["des_x9_9", "0123456789abcdef", "0200" + "1234567890".repeat(4), "5cd46068097435c6"],
  ["tdes_x9_19", KEY, "0200" + "1234567890".repeat(4), "7277df6bb889e8a7"],
  ["tdes_unionpay_ecb", KEY, "0200" + "1234567890".repeat(4), "4432333934444636"],
  ["tdes_pboc", KEY, "0200" + "1234567890".repeat(4), "94e1795915d70b82"],
  ["sm4_cbc", KEY, "0200" + "1234567890".repeat(5), "bd631ef6c13531aa12030ed0384fb4ec"],
  ["sm4_pboc", KEY, "0200" + "1234567890".repeat(5), "ad6e784b59b2761da13f43bc573c72b8"],
  ["sm4_unionpay_ecb", KEY, "0200" + "1234567890".repeat(5), "5cc716eb8c0dc923c99ae2461ba7eaed"],
];

/** Published by a bank's integrator: master, the work key under it, and the work key. */
const MASTER_KEY = "1234567890abcdefabcdef0987654321";
const WRAPPED_KEY = "3d66234c49e4296ff9c78d8bacbd6a76";
const WORK_KEY = "f351d490994603795c6ebee8faebb481";
/** That work key under `KEY`, bound to this spec and context; made with another library's SM4-GCM. */
const SEALED_KEY = "00001234567800000000abcd4e08e7cabf8b7c3dfe05d9ca2894b447" +
  "a0f5ecfc3870c14113c78a69806c779f";
const WORK_SPEC: KeySpec = {
  label: "self-test",
  algorithm: "sm4",
  usage: "pin",
  leaves: "exported",
};

interface PinBlockAnswer {
  readonly format: PinBlockFormat;
  readonly key: string;
  readonly pin: string;
  readonly pan?: string;
  readonly answer: string;
  /** Of the formats that fill with random digits, which can be read alone. */
  readonly isRandom?: boolean;
}

const PIN_BLOCK_ANSWERS: readonly PinBlockAnswer[] = [
  {
    format: "iso9564_0",
    key: KEY,
    pin: "123456",
    pan: "6222021234567890123",
    answer: "2a084c604973d4ae",
  },
  {
    format: "iso9564_1",
    key: KEY,
    pin: "123456",
    answer: "ffd445878f261da8",
    isRandom: true,
  },
  {
    format: "iso9564_3",
    key: KEY,
    pin: "123456",
    pan: "6222021234567890123",
    answer: "43f8167288bb4843",
    isRandom: true,
  },
  {
    format: "sm4_16",
    key: WORK_KEY,
    pin: "123654",
    pan: "6230606601007726888",
    answer: "cd01d6ad8f0a484c52a9364a0595ad60",
  },
];

function testSm3(engine: Engine): void {
  const abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  const long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
  expectBytes("digest", engine.sm3(text("abc")), abc);
  expectBytes("digest", engine.sm3(text("abcd".repeat(16))), long);
  using stream = engine.sm3Stream();
  stream.update(text("abcd".repeat(15)));
  stream.update(text("abcd"));
  expectBytes("digest of a stream", stream.digest(), long);
}

function testHmac(engine: Engine): void {
  using key = engine.hmacKey(bytes(KEY));
  const answer = "e0accc4da77e77d135f17f5ca1ee3e600dab444fc23add6f7e6a54e1b34b26bc";
  expectBytes("HMAC", key.mac(text("message digest")), answer);
}

function testMode(engine: Engine, mode: Sm4Options["mode"], answer: string): void {
  using key = engine.sm4Key(bytes(KEY));
  const options = { mode, padding: "none", ...(mode === "ecb" ? {} : { iv: bytes(IV) }) } as const;
  expectBytes("ciphertext", key.encrypt(options, bytes(TWO_BLOCKS)), answer);
  expectBytes("plaintext", key.decrypt(options, bytes(answer)), TWO_BLOCKS);
  using encrypting = key.encryptStream(options);
  expectBytes("ciphertext of a stream", runStream(encrypting, bytes(TWO_BLOCKS)), answer);
  using decrypting = key.decryptStream(options);
  expectBytes("plaintext of a stream", runStream(decrypting, bytes(answer)), TWO_BLOCKS);
}

/** In two pieces that are no whole blocks. */
function runStream(stream: CipherStream, data: Uint8Array): Uint8Array {
  const front = stream.update(data.subarray(0, 21)).toHex();
  const back = stream.update(data.subarray(21)).toHex();
  return bytes(front + back + stream.final().toHex());
}

function testPadding(engine: Engine): void {
  using key = engine.sm4Key(bytes(KEY));
  const options = { mode: "cbc", iv: bytes(IV), padding: "pkcs7" } as const;
  const answer = "1342ad943c12b3c9ceb95e227b901d0b";
  expectBytes("ciphertext", key.encrypt(options, text("hello")), answer);
  expectBytes("plaintext", key.decrypt(options, bytes(answer)), text("hello").toHex());
  const zeros = key.encrypt({ ...options, padding: "none" }, new Uint8Array(16));
  expectRefusal("bad_padding", () => key.decrypt(options, zeros));
}

function testGcm(engine: Engine): void {
  using key = engine.sm4Key(bytes(KEY));
  const options = {
    nonce: bytes("00001234567800000000abcd"),
    aad: bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  };
  const plaintext = [..."ABCDEFEA"].map((digit) => digit.repeat(16)).join("").toLowerCase();
  const answer = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
    "83de3541e4c2b58177e065a9bf7b62ec";
  expectBytes("sealed", key.seal(options, bytes(plaintext)), answer);
  expectBytes("opened", key.open(options, bytes(answer)), plaintext);
  expectRefusal("wrong_tag", () => key.open(options, changed(bytes(answer))));
  expectRefusal("wrong_tag", () => key.open({ nonce: options.nonce }, bytes(answer)));
}

function testCmac(engine: Engine): void {
  using key = engine.sm4Key(bytes(KEY));
  expectBytes("MAC", key.cmac(bytes(TWO_BLOCKS)), "7b619bfdda9373502869cde0ddb6e545");
}

function testVerify(engine: Engine): void {
  using key = engine.sm2PublicKey(bytes(PUBLIC_KEY));
  const message = text("message digest");
  const signature = bytes(SIGNATURE);
  expect("the official signature verifies", key.verify(message, signature, DEFAULT_USER_ID));
  expect("its digest verifies", key.verifyDigest(bytes(DIGEST), signature));
  expect("a changed one does not", !key.verify(message, changed(signature), DEFAULT_USER_ID));
  expect("another message does not", !key.verify(text("message"), signature, DEFAULT_USER_ID));
  expect("another user id does not", !key.verify(message, signature, text("another")));
  expect("zeros do not", !key.verify(message, new Uint8Array(64), DEFAULT_USER_ID));
}

function testSign(engine: Engine): void {
  using signer = engine.sm2PrivateKey(bytes(PRIVATE_KEY));
  expectBytes("public key", signer.publicKey, PUBLIC_KEY);
  using verifier = engine.sm2PublicKey(signer.publicKey);
  const message = text("message digest");
  const first = signer.sign(message, DEFAULT_USER_ID);
  const second = signer.signDigest(bytes(DIGEST));
  expect("a signature verifies", verifier.verify(message, first, DEFAULT_USER_ID));
  expect("a signature of a digest verifies", verifier.verifyDigest(bytes(DIGEST), second));
  // The same r twice is the same nonce twice, which gives the private key away.
  expect("nonces differ", !equalBytes(first.subarray(0, 32), second.subarray(0, 32)));
}

function testDecrypt(engine: Engine): void {
  using key = engine.sm2PrivateKey(bytes(PRIVATE_KEY));
  const ciphertext = bytes(CIPHERTEXT);
  expectBytes("plaintext", key.decrypt(ciphertext), text("encryption standard").toHex());
  expectRefusal("decryption_failed", () => key.decrypt(changed(ciphertext)));
}

function testEncrypt(engine: Engine): void {
  using publicKey = engine.sm2PublicKey(bytes(PUBLIC_KEY));
  using privateKey = engine.sm2PrivateKey(bytes(PRIVATE_KEY));
  const plaintext = text("encryption standard");
  const first = publicKey.encrypt(plaintext);
  expectBytes("plaintext", privateKey.decrypt(first), plaintext.toHex());
  expect("nonces differ", !equalBytes(first, publicKey.encrypt(plaintext)));
}

function testPoints(engine: Engine): void {
  expectRefusal("invalid_point", () => engine.sm2PublicKey(changed(bytes(PUBLIC_KEY))));
}

function testAgreement(): void {
  const userId = DEFAULT_USER_ID;
  const { key, ownConfirmation, peerConfirmation } = agree({
    role: "initiator",
    own: {
      privateKey: bytes("81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029"),
      ephemeralPrivateKey: bytes(
        "d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3",
      ),
      userId,
    },
    peer: {
      publicKey: bytes(
        "046ae848c57c53c7b1b5fa99eb2286af078ba64c64591b8b566f7357d576f16dfb" +
          "ee489d771621a27b36c5c7992062e9cd09a9264386f3fbea54dff69305621c4d",
      ),
      ephemeralPublicKey: bytes(
        "04acc27688a6f7b706098bc91ff3ad1bff7dc2802cdb14ccccdb0a90471f9bd707" +
          "2fedac0494b2ffc4d6853876c79b8f301c6573ad0aa50f39fc87181e1a1b46fe",
      ),
      userId,
    },
    length: 16,
  });
  const fromPeer = "d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb";
  const toPeer = "18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88";
  expectBytes("key", key, "6c89347354de2484c60b4ab1fde4c6e5");
  expectBytes("confirmation of the peer", peerConfirmation, fromPeer);
  expectBytes("own confirmation", ownConfirmation, toPeer);
}

function testPbkdf2(): void {
  const key = pbkdf2HmacSm3(text("password"), text("salt"), 2, 32);
  expectBytes("key", key, "fee723a2bc966e11dffb66133f4e8df577383c78ade30e3298edbd3e54ed85b7");
}

function testTdes(): void {
  expectBytes("check value", keyCheckValue("tdes", bytes(KEY)), "08d7b4fb629d0885");
}

function testPinBlock({ format, key, pin, pan, answer, isRandom = false }: PinBlockAnswer): void {
  const options = { format, key: bytes(key), ...(pan === undefined ? {} : { pan }) };
  const made = encryptPinBlock({ ...options, pin });
  for (const block of isRandom ? [made, bytes(answer)] : [made]) {
    expectBytes("PIN", decryptPinBlock(options, block), text(pin).toHex());
  }
  if (!isRandom) expectBytes("PIN block", made, answer);
}

function testPadWrapping(engine: Engine): void {
  using key = engine.sm4Key(bytes(MASTER_KEY));
  const wrapping = { algorithm: "sm4", key } as const;
  const form = { form: "pad" } as const;
  const wrapped = wrapKeyBytes(wrapping, form, WORK_SPEC, bytes(WORK_KEY));
  expectBytes("wrapped key", wrapped, WRAPPED_KEY);
  expectBytes("key", unwrapKeyBytes(wrapping, form, WORK_SPEC, bytes(WRAPPED_KEY)), WORK_KEY);
}

function testSealedWrapping(engine: Engine): void {
  using key = engine.sm4Key(bytes(KEY));
  const wrapping = { algorithm: "sm4", key } as const;
  const form = { form: "sealed", context: text("known answer") } as const;
  const open = (sealed: Uint8Array, spec = WORK_SPEC) =>
    unwrapKeyBytes(wrapping, form, spec, sealed);
  expectBytes("key", open(bytes(SEALED_KEY)), WORK_KEY);
  const sealed = wrapKeyBytes(wrapping, form, WORK_SPEC, bytes(WORK_KEY));
  expectBytes("key sealed just now", open(sealed), WORK_KEY);
  expectRefusal("wrong_tag", () => open(bytes(SEALED_KEY), { ...WORK_SPEC, usage: "mac" }));
  expectRefusal("wrong_tag", () => open(changed(bytes(SEALED_KEY))));
}

function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`Expected that ${what}`);
}

function expectBytes(what: string, actual: Uint8Array, answer: string): void {
  if (actual.toHex() !== answer) {
    throw new Error(`Got ${what} ${actual.toHex()}: expected ${answer}`);
  }
}

function expectRefusal(code: CryptoErrorCode, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoError && error.code === code) return;
    throw error;
  }
  throw new Error(`Got an answer: expected ${code}`);
}

/** The last bit is another one. */
function changed(original: Uint8Array): Uint8Array {
  return original.with(-1, (original.at(-1) ?? 0) ^ 1);
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex);
}

function text(message: string): Uint8Array {
  return new TextEncoder().encode(message);
}
