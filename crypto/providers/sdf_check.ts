import { equalBytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import { testRandom } from "../known_answers.ts";
import type { KeyHandle, SelfTest, SmProvider } from "../provider.ts";
import { DEFAULT_USER_ID } from "../sm2.ts";

const MESSAGE = new TextEncoder().encode("self-test of the device: more than one block of SM4");
const AAD = new TextEncoder().encode("self-test");

/**
 * What can be known of a device whose keys nobody sees: that it undoes what it did, that what it
 * signs verifies here, that it opens what was encrypted here, and that its modes fit together.
 */
export async function testDevice(provider: SmProvider): Promise<SelfTest[]> {
  const keys = await provider.listKeys();
  const tests = [
    await deviceTest("random numbers", () => testGenerator(provider)),
    await deviceTest("SM4-GCM", () => withKey(provider, "data", (key) => testSeal(provider, key))),
    await deviceTest(
      "SM4 modes",
      () => withKey(provider, "cipher", (key) => testModes(provider, key)),
    ),
    await deviceTest("SM4 MACs", () => withKey(provider, "mac", (key) => testMacs(provider, key))),
  ];
  for (const key of keys.filter(({ algorithm }) => algorithm === "sm2")) {
    const test = key.usage === "sign" ? testSign : testDecrypt;
    tests.push(await deviceTest(`SM2 key "${key.label}"`, () => test(provider, key)));
  }
  return tests;
}

async function deviceTest(name: string, run: () => Promise<void>): Promise<SelfTest> {
  try {
    await run();
    return { name: `device: ${name}`, passed: true, detail: "" };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: `device: ${name}`, passed: false, detail };
  }
}

async function testGenerator(provider: SmProvider): Promise<void> {
  const bytes = await provider.random(1024);
  let at = 0;
  const { passed, detail } = testRandom((length) => bytes.subarray(at, at += length));
  if (!passed) throw new Error(detail);
}

async function testSeal(provider: SmProvider, key: KeyHandle): Promise<void> {
  const sealed = await provider.seal(key, MESSAGE, AAD);
  expect("it opens what it sealed", equalBytes(await provider.open(key, sealed, AAD), MESSAGE));
  try {
    await provider.open(key, sealed, MESSAGE);
  } catch (error) {
    if (error instanceof CryptoError && error.code === "wrong_tag") return;
    throw error;
  }
  throw new Error("Expected that other associated data are refused");
}

async function testModes(provider: SmProvider, key: KeyHandle): Promise<void> {
  for (const mode of ["cbc", "ctr"] as const) {
    const { iv, ciphertext } = await provider.encrypt(key, { mode }, MESSAGE);
    const back = await provider.decrypt(key, { mode, iv }, ciphertext);
    expect(`${mode} gives back what it took`, equalBytes(back, MESSAGE));
    expect(`${mode} hides`, !equalBytes(ciphertext.subarray(0, MESSAGE.length), MESSAGE));
  }
}

/** 80 00… in front of nothing and a block that says the same must give one MAC. */
async function testMacs(provider: SmProvider, key: KeyHandle): Promise<void> {
  const block = new Uint8Array(16);
  block[0] = 0x80;
  const padded = await provider.mac(key, "sm4_pboc", new Uint8Array(0));
  expect("the paddings agree", await provider.verifyMac(key, "sm4_cbc", block, padded));
  const cmac = await provider.mac(key, "sm4_cmac", block);
  expect("CMAC is another one", !equalBytes(cmac, padded));
}

async function testSign(provider: SmProvider, key: KeyHandle): Promise<void> {
  const options = { userId: DEFAULT_USER_ID };
  const publicKey = await provider.publicKey(key);
  const signature = await provider.sm2Sign(key, MESSAGE, options);
  expect(
    "its signature verifies",
    await provider.sm2Verify(publicKey, MESSAGE, signature, options),
  );
}

async function testDecrypt(provider: SmProvider, key: KeyHandle): Promise<void> {
  const ciphertext = await provider.sm2Encrypt(await provider.publicKey(key), MESSAGE);
  expect("it decrypts", equalBytes(await provider.sm2Decrypt(key, ciphertext), MESSAGE));
}

async function withKey(
  provider: SmProvider,
  usage: "data" | "cipher" | "mac",
  run: (key: KeyHandle) => Promise<void>,
): Promise<void> {
  const key = await provider.generateKey({
    label: "self-test",
    algorithm: "sm4",
    usage,
    leaves: "never",
    ephemeral: true,
  });
  try {
    await run(key);
  } finally {
    await provider.destroyKey(key);
  }
}

function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`Expected that ${what}`);
}
