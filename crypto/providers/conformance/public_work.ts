import assert from "node:assert/strict";
import { decrypt, DEFAULT_USER_ID, encrypt, generateKeyPair, sign, verify } from "../../sm2.ts";
import { sm3 } from "../../sm3.ts";
import { check, flipped, hex, MESSAGE, NOTHING, refuses, type Subject, utf8 } from "./subject.ts";

const PUBLIC_KEY = hex(
  "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
);
const SIGNATURE = hex(
  "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
);
const OPTIONS = { userId: DEFAULT_USER_ID };
const OVER_A_MESSAGE = 2 ** 26 + 1;

export function checkPublicWork(subject: Subject): void {
  check(subject, "selfTest() passes every test it tells of", async (provider) => {
    const tests = await provider.selfTest();
    assert.ok(tests.length > 20);
    assert.deepEqual(tests.filter(({ passed }) => !passed), []);
    assert.equal(new Set(tests.map(({ name }) => name)).size, tests.length);
  });

  check(subject, "random() gives as much as was asked for, never the same", async (provider) => {
    const [one, other] = [await provider.random(32), await provider.random(32)];
    assert.equal(one.length, 32);
    assert.notDeepEqual(one, other);
    assert.equal((await provider.random(0)).length, 0);
    assert.equal((await provider.random(65_536)).length, 65_536);
    await refuses("too_large", provider.random(65_537));
    await refuses("wrong_length", provider.random(-1));
    await refuses("wrong_length", provider.random(1.5));
  });

  check(subject, "sm3() and sm3Stream() give the standard's digest", async (provider) => {
    const abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    assert.equal((await provider.sm3(utf8("abc"))).toHex(), abc);
    const large = new Uint8Array(700_001).map((_, at) => at * 7);
    assert.deepEqual(await provider.sm3(large), new Uint8Array(sm3(large)));
    await using stream = provider.sm3Stream();
    for (let at = 0; at < large.length; at += 99_991) {
      await stream.update(large.subarray(at, at + 99_991));
    }
    assert.deepEqual(await stream.digest(), new Uint8Array(sm3(large)));
    await refuses("invalid_argument", stream.digest());
    await refuses("too_large", provider.sm3(new Uint8Array(OVER_A_MESSAGE)));
  });

  check(subject, "sm3Stream() refuses two updates at once", async (provider) => {
    await using stream = provider.sm3Stream();
    const first = stream.update(new Uint8Array(1 << 20));
    await refuses("invalid_argument", stream.update(MESSAGE));
    await refuses("invalid_argument", stream.digest());
    await first;
    assert.deepEqual(await stream.digest(), new Uint8Array(sm3(new Uint8Array(1 << 20))));
  });

  check(subject, "sm2Verify() tells the standard's signature from others", async (provider) => {
    const verified = (message: Uint8Array, signature: Uint8Array, userId = DEFAULT_USER_ID) =>
      provider.sm2Verify(PUBLIC_KEY, message, signature, { userId });
    assert.equal(await verified(MESSAGE, SIGNATURE), true);
    for (let bit = 0; bit < 512; bit += 37) {
      assert.equal(await verified(MESSAGE, flipped(SIGNATURE, bit)), false);
    }
    assert.equal(await verified(utf8("another"), SIGNATURE), false);
    assert.equal(await verified(MESSAGE, SIGNATURE, utf8("another")), false);
    assert.equal(await verified(MESSAGE, SIGNATURE.subarray(1)), false);
    assert.equal(await verified(MESSAGE, NOTHING), false);
    assert.equal(await verified(MESSAGE, new Uint8Array(64)), false);
  });

  check(subject, "sm2Verify() takes long messages and many keys", async (provider) => {
    const long = new Uint8Array(600_000).map((_, at) => at * 31);
    const pair = generateKeyPair();
    const signature = sign(pair.privateKey, long);
    assert.equal(await provider.sm2Verify(pair.publicKey, long, signature, OPTIONS), true);
    assert.equal(await provider.sm2Verify(PUBLIC_KEY, long, signature, OPTIONS), false);
    const over = new Uint8Array(OVER_A_MESSAGE);
    await refuses("too_large", provider.sm2Verify(PUBLIC_KEY, over, signature, OPTIONS));
  });

  check(
    subject,
    "sm2Verify() throws for a bad key or user id, not for a bad signature",
    async (provider) => {
      const bad = [flipped(PUBLIC_KEY, 8), PUBLIC_KEY.subarray(1), NOTHING, new Uint8Array(65)];
      for (const publicKey of bad) {
        await refuses("invalid_point", provider.sm2Verify(publicKey, MESSAGE, SIGNATURE, OPTIONS));
        await refuses("invalid_point", provider.sm2Encrypt(publicKey, MESSAGE));
      }
      for (const userId of [NOTHING, new Uint8Array(8192)]) {
        await refuses(
          "invalid_argument",
          provider.sm2Verify(PUBLIC_KEY, MESSAGE, SIGNATURE, { userId }),
        );
      }
    },
  );

  check(subject, "sm2Encrypt() is what the key's holder decrypts", async (provider) => {
    const { privateKey, publicKey } = generateKeyPair();
    for (const length of [1, 16, 19, 1000]) {
      const plaintext = new Uint8Array(length).fill(7);
      const ciphertext = await provider.sm2Encrypt(publicKey, plaintext);
      assert.equal(ciphertext.length, 97 + length);
      assert.equal(ciphertext[0], 4);
      assert.deepEqual(new Uint8Array(decrypt(privateKey, ciphertext)), plaintext);
    }
    await refuses("invalid_argument", provider.sm2Encrypt(publicKey, NOTHING));
    await refuses("too_large", provider.sm2Encrypt(publicKey, new Uint8Array((1 << 20) + 1)));
  });

  check(subject, "sm2Sign() is what everybody verifies", async (provider) => {
    const key = await provider.findKey("conformance-sign");
    assert.ok(key);
    const publicKey = await provider.publicKey(key);
    for (const message of [NOTHING, MESSAGE, new Uint8Array(600_000).fill(9)]) {
      const signature = await provider.sm2Sign(key, message, OPTIONS);
      assert.equal(verify(publicKey, message, signature), true);
      assert.equal(await provider.sm2Verify(publicKey, message, signature, OPTIONS), true);
      assert.notDeepEqual(await provider.sm2Sign(key, message, OPTIONS), signature);
    }
    const named = await provider.sm2Sign(key, MESSAGE, { userId: utf8("ALICE123@YAHOO.COM") });
    assert.equal(verify(publicKey, MESSAGE, named), false);
    assert.equal(verify(publicKey, MESSAGE, named, { userId: utf8("ALICE123@YAHOO.COM") }), true);
    await refuses("invalid_argument", provider.sm2Sign(key, MESSAGE, { userId: NOTHING }));
    await refuses("too_large", provider.sm2Sign(key, new Uint8Array(OVER_A_MESSAGE), OPTIONS));
  });

  check(
    subject,
    "sm2Decrypt() opens what everybody encrypts, and one error for all else",
    async (provider) => {
      const key = await provider.findKey("conformance-decrypt");
      assert.ok(key);
      const publicKey = await provider.publicKey(key);
      const ciphertext = encrypt(publicKey, MESSAGE);
      assert.deepEqual(new Uint8Array(await provider.sm2Decrypt(key, ciphertext)), MESSAGE);
      const bad = [
        flipped(ciphertext, 0),
        flipped(ciphertext, 100),
        flipped(ciphertext, 65 * 8),
        flipped(ciphertext, 97 * 8),
        ciphertext.subarray(0, 97),
        ciphertext.subarray(1),
        NOTHING,
        encrypt(generateKeyPair().publicKey, MESSAGE),
      ];
      for (const other of bad) await refuses("decryption_failed", provider.sm2Decrypt(key, other));
    },
  );
}
