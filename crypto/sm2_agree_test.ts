import assert from "node:assert/strict";
import { agree, generateKeyPair, publicKeyOf } from "./sm2.ts";
import { Curve, encodePoint, ORDER, readNumber, writeNumbers } from "./sm2_curve.ts";

/** GB/T 32918.5-2017 annex B. */
const A = {
  privateKey: hex("81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029"),
  ephemeralPrivateKey: hex("D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3"),
};
const B = {
  privateKey: hex("785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5"),
  ephemeralPrivateKey: hex("7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6"),
};
const KEY = "6c89347354de2484c60b4ab1fde4c6e5";
const FROM_B = "d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb";
const FROM_A = "18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88";

type Keys = typeof A;

function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits);
}

function publicOf({ privateKey, ephemeralPrivateKey }: Keys) {
  return {
    publicKey: publicKeyOf(privateKey),
    ephemeralPublicKey: publicKeyOf(ephemeralPrivateKey),
  };
}

function newKeys(): Keys {
  return {
    privateKey: generateKeyPair().privateKey,
    ephemeralPrivateKey: generateKeyPair().privateKey,
  };
}

Deno.test("publicKeyOf() gives the public keys of annex B", () => {
  assert.equal(
    publicOf(A).ephemeralPublicKey.toHex(),
    "0464ced1bdbc99d590049b434d0fd73428cf608a5db8fe5ce07f15026940bae40e" +
      "376629c7ab21e7db260922499ddb118f07ce8eaae3e7720afef6a5cc062070c0",
  );
  assert.equal(
    publicOf(B).publicKey.toHex(),
    "046ae848c57c53c7b1b5fa99eb2286af078ba64c64591b8b566f7357d576f16dfb" +
      "ee489d771621a27b36c5c7992062e9cd09a9264386f3fbea54dff69305621c4d",
  );
});

Deno.test("agree() gives the key and the confirmations of annex B on both sides", () => {
  const initiator = agree({ role: "initiator", own: A, peer: publicOf(B), length: 16 });
  assert.equal(initiator.key.toHex(), KEY);
  assert.equal(initiator.ownConfirmation.toHex(), FROM_A);
  assert.equal(initiator.peerConfirmation.toHex(), FROM_B);
  const responder = agree({ role: "responder", own: B, peer: publicOf(A), length: 16 });
  assert.equal(responder.key.toHex(), KEY);
  assert.equal(responder.ownConfirmation.toHex(), FROM_B);
  assert.equal(responder.peerConfirmation.toHex(), FROM_A);
});

Deno.test("agree() gives both sides the same for new keys, user ids and lengths", () => {
  for (const length of [1, 48, 1024]) {
    const [a, b] = [newKeys(), newKeys()];
    const [idA, idB] = [Uint8Array.of(1), Uint8Array.of(2, 3)];
    const one = agree({
      role: "initiator",
      own: { ...a, userId: idA },
      peer: { ...publicOf(b), userId: idB },
      length,
    });
    const other = agree({
      role: "responder",
      own: { ...b, userId: idB },
      peer: { ...publicOf(a), userId: idA },
      length,
    });
    assert.equal(one.key.length, length);
    assert.deepEqual(one.key, other.key);
    assert.deepEqual(one.ownConfirmation, other.peerConfirmation);
    assert.deepEqual(one.peerConfirmation, other.ownConfirmation);
  }
});

Deno.test("agree() confirms nothing when a key, a user id or a role differs", () => {
  const { key, peerConfirmation } = agree({
    role: "initiator",
    own: A,
    peer: publicOf(B),
    length: 16,
  });
  const others = [
    { role: "responder", own: { ...B, userId: Uint8Array.of(9) }, peer: publicOf(A) },
    { role: "responder", own: { ...B, privateKey: A.privateKey }, peer: publicOf(A) },
    { role: "responder", own: newKeys(), peer: publicOf(A) },
    { role: "responder", own: B, peer: { ...publicOf(A), publicKey: publicKeyOf(B.privateKey) } },
    { role: "initiator", own: B, peer: publicOf(A) },
  ] as const;
  for (const [index, other] of others.entries()) {
    const result = agree({ ...other, length: 16 });
    assert.notDeepEqual(result.key, key, `${index}`);
    assert.notDeepEqual(result.ownConfirmation, peerConfirmation, `${index}`);
  }
});

Deno.test("agree() refuses points that are none, keys out of range and unusable arguments", () => {
  const peer = publicOf(B);
  const off = peer.publicKey.with(64, (peer.publicKey[64] ?? 0) ^ 1);
  const call = (change: Partial<Parameters<typeof agree>[0]>) => () =>
    agree({ role: "initiator", own: A, peer, length: 16, ...change });
  const invalidPoint = { code: "invalid_point" };
  assert.throws(call({ peer: { ...peer, publicKey: off } }), invalidPoint);
  assert.throws(call({ peer: { ...peer, ephemeralPublicKey: off } }), invalidPoint);
  assert.throws(call({ peer: { ...peer, ephemeralPublicKey: Uint8Array.of(0) } }), invalidPoint);
  const zero = new Uint8Array(32);
  assert.throws(call({ own: { ...A, privateKey: zero } }), { code: "invalid_key" });
  assert.throws(call({ own: { ...A, ephemeralPrivateKey: zero } }), { code: "invalid_key" });
  const invalidArgument = { code: "invalid_argument" };
  const userId = new Uint8Array(0);
  assert.throws(call({ own: { ...A, userId } }), invalidArgument);
  assert.throws(call({ peer: { ...peer, userId } }), invalidArgument);
  for (const role of ["Initiator", "", "a", null] as unknown[] as "initiator"[]) {
    assert.throws(call({ role }), invalidArgument, `${role}`);
  }
  for (const length of [0, -1, 1.5, NaN, 1025]) {
    assert.throws(call({ length }), invalidArgument, `${length}`);
  }
});

/** x̄ of GB/T 32918.3 §6.1. */
function half(publicKey: Uint8Array): bigint {
  const bit = 1n << 127n;
  return bit + (readNumber(publicKey.subarray(1)) & (bit - 1n));
}

Deno.test("agree() refuses a peer whose two keys cancel out", () => {
  const { ephemeralPublicKey } = publicOf(B);
  const r = readNumber(B.ephemeralPrivateKey);
  const cancelling = (ORDER - half(ephemeralPublicKey) * r % ORDER) % ORDER;
  const publicKey = encodePoint(Curve.BASE.multiply(cancelling).toAffine());
  const peer = { publicKey, ephemeralPublicKey };
  assert.throws(() => agree({ role: "initiator", own: A, peer, length: 16 }), {
    code: "invalid_point",
  });
  const own = { ...B, privateKey: writeNumbers(cancelling) };
  assert.throws(() => agree({ role: "responder", own, peer: publicOf(A), length: 16 }), {
    code: "invalid_point",
  });
});
