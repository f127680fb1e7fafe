import assert from "node:assert/strict";
import type { KeyHandle, KeySpec, SmProvider } from "../../provider.ts";
import { DEFAULT_USER_ID } from "../../sm2.ts";
import { check, MESSAGE, newKey, NOTHING, refuses, type Subject, utf8 } from "./subject.ts";

const SPECS: readonly KeySpec[] = [
  { label: "session", algorithm: "sm4", usage: "data", leaves: "never", ephemeral: true },
  { label: "session", algorithm: "hmac_sm3", usage: "mac", leaves: "never", ephemeral: true },
];
const ALICE = { userId: utf8("ALICE123@YAHOO.COM") };
const BOB = { userId: DEFAULT_USER_ID };

interface Party {
  readonly provider: SmProvider;
  readonly key: KeyHandle;
}

/** What each side has before it has seen the other's confirmation. */
async function agreeOn(alice: Party, bob: Party, bobBelieves = ALICE) {
  const begun = await alice.provider.beginAgreement(alice.key, { ...ALICE, role: "initiator" });
  const answered = await bob.provider.beginAgreement(bob.key, { ...BOB, role: "responder" });
  const forBob = await answered.finish({
    ...bobBelieves,
    publicKey: await alice.provider.publicKey(alice.key),
    ephemeralPublicKey: begun.ephemeralPublicKey,
  }, SPECS);
  const forAlice = await begun.finish({
    ...BOB,
    publicKey: await bob.provider.publicKey(bob.key),
    ephemeralPublicKey: answered.ephemeralPublicKey,
  }, SPECS);
  return { begun, answered, forAlice, forBob };
}

/** What one side seals the other opens, and their MACs are one. */
export async function checkAgreed(
  alice: Party,
  bob: Party,
): Promise<void> {
  const { forAlice, forBob } = await agreeOn(alice, bob);
  assert.notDeepEqual(forAlice.ownConfirmation, forBob.ownConfirmation);
  const [aliceData, aliceMac] = await forAlice.confirm(forBob.ownConfirmation);
  const [bobData, bobMac] = await forBob.confirm(forAlice.ownConfirmation);
  assert.ok(aliceData && aliceMac && bobData && bobMac);
  const sealed = await alice.provider.seal(aliceData, MESSAGE, NOTHING);
  assert.deepEqual(new Uint8Array(await bob.provider.open(bobData, sealed, NOTHING)), MESSAGE);
  const mac = await bob.provider.mac(bobMac, "hmac_sm3", MESSAGE);
  assert.equal(await alice.provider.verifyMac(aliceMac, "hmac_sm3", MESSAGE, mac), true);
}

export function checkAgreement(subject: Subject): void {
  checkAgreeing(subject, "two sides agree on the same keys", async (provider, key) => {
    const other = await newKey(provider, { algorithm: "sm2", usage: "agree" });
    await checkAgreed({ provider, key }, { provider, key: other });
  });

  checkAgreeing(subject, "confirmations tell another identity", async (provider, key) => {
    const party = { provider, key };
    const { forAlice, forBob } = await agreeOn(party, party, { userId: utf8("mallory") });
    await refuses("wrong_confirmation", forAlice.confirm(forBob.ownConfirmation));
    await refuses("wrong_confirmation", forBob.confirm(forAlice.ownConfirmation));
    await refuses("invalid_argument", forBob.confirm(forAlice.ownConfirmation));
  });

  checkAgreeing(subject, "no key comes before the right confirmation", async (provider, key) => {
    const party = { provider, key };
    const held = (await provider.listKeys()).length;
    const { forAlice, forBob } = await agreeOn(party, party);
    assert.deepEqual(Object.keys(forAlice).sort(), [
      "confirm",
      "ownConfirmation",
      "takeUnconfirmed",
    ]);
    const mirrored = forAlice.ownConfirmation;
    await refuses("wrong_confirmation", forAlice.confirm(mirrored));
    await refuses("invalid_argument", forAlice.confirm(forBob.ownConfirmation));
    await refuses("wrong_confirmation", forBob.confirm(mirrored.subarray(1)));
    assert.equal((await provider.listKeys()).length, held);
    const again = await agreeOn(party, party);
    await again.forBob.confirm(again.forAlice.ownConfirmation);
    await refuses("invalid_argument", again.forBob.confirm(again.forAlice.ownConfirmation));
    again.begun[Symbol.dispose]();
    await refuses("invalid_argument", again.forAlice.confirm(again.forBob.ownConfirmation));
    const late = await agreeOn(party, party);
    await provider.destroyKey(key);
    await refuses("unknown_key", late.forAlice.confirm(late.forBob.ownConfirmation));
  });

  checkAgreeing(subject, "a responder may do without a confirmation", async (provider, key) => {
    const party = { provider, key };
    const { forAlice, forBob } = await agreeOn(party, party);
    const [, bobMac] = await forBob.takeUnconfirmed();
    await refuses("invalid_argument", forBob.takeUnconfirmed());
    await refuses("invalid_argument", forBob.confirm(forAlice.ownConfirmation));
    await refuses("invalid_argument", forAlice.takeUnconfirmed());
    const [, aliceMac] = await forAlice.confirm(forBob.ownConfirmation);
    assert.ok(bobMac && aliceMac);
    const mac = await provider.mac(aliceMac, "hmac_sm3", MESSAGE);
    assert.equal(await provider.verifyMac(bobMac, "hmac_sm3", MESSAGE, mac), true);
    const other = await agreeOn(party, party, { userId: utf8("mallory") });
    const [, mistakenMac] = await other.forBob.takeUnconfirmed();
    assert.ok(mistakenMac);
    assert.equal(await provider.verifyMac(mistakenMac, "hmac_sm3", MESSAGE, mac), false);
    const confirmed = await agreeOn(party, party);
    await confirmed.forBob.confirm(confirmed.forAlice.ownConfirmation);
    await refuses("invalid_argument", confirmed.forBob.takeUnconfirmed());
    const givenUp = await agreeOn(party, party);
    givenUp.answered[Symbol.dispose]();
    await refuses("invalid_argument", givenUp.forBob.takeUnconfirmed());
    const late = await agreeOn(party, party);
    await provider.destroyKey(key);
    await refuses("unknown_key", late.forBob.takeUnconfirmed());
  });

  checkAgreeing(subject, "an agreement has two roles and no third", async (provider, key) => {
    for (const role of ["", "Initiator", "constructor", undefined]) {
      const options = { ...ALICE, role: role as "initiator" };
      await refuses("invalid_argument", provider.beginAgreement(key, options));
    }
    const role = "initiator";
    for (const userId of [NOTHING, "ALICE", [1, 2], undefined]) {
      const options = { role, userId: userId as Uint8Array } as const;
      await refuses("invalid_argument", provider.beginAgreement(key, options));
    }
  });

  checkAgreeing(subject, "an agreement is finished once, or given up", async (provider, key) => {
    const peer = {
      ...BOB,
      publicKey: await provider.publicKey(key),
      ephemeralPublicKey: await provider.publicKey(key),
    };
    const options = { ...ALICE, role: "initiator" } as const;
    const agreement = await provider.beginAgreement(key, options);
    await agreement.finish(peer, SPECS);
    await refuses("invalid_argument", agreement.finish(peer, SPECS));
    const givenUp = await provider.beginAgreement(key, options);
    givenUp[Symbol.dispose]();
    await refuses("invalid_argument", givenUp.finish(peer, SPECS));
    const late = await provider.beginAgreement(key, options);
    await provider.destroyKey(key);
    await refuses("unknown_key", late.finish(peer, SPECS));
  });

  checkAgreeing(subject, "finish() refuses bad points, ids and specs", async (provider, key) => {
    const good = await provider.publicKey(key);
    const bad = good.with(-1, (good.at(-1) ?? 0) ^ 1);
    const [spec] = SPECS;
    assert.ok(spec);
    const finish = async (
      change: { publicKey?: Uint8Array; ephemeralPublicKey?: Uint8Array; userId?: Uint8Array },
      specs: readonly KeySpec[] = SPECS,
    ) => {
      using begun = await provider.beginAgreement(key, { ...ALICE, role: "initiator" });
      return await begun.finish(
        { ...BOB, publicKey: good, ephemeralPublicKey: good, ...change },
        specs,
      );
    };
    await refuses("invalid_point", finish({ publicKey: bad }));
    await refuses("invalid_point", finish({ ephemeralPublicKey: bad }));
    await refuses("invalid_argument", finish({ userId: NOTHING }));
    await refuses("invalid_argument", finish({}, []));
    await refuses("invalid_argument", finish({}, Array.from({ length: 9 }, () => spec)));
    const pair = { ...spec, algorithm: "sm2", usage: "sign" } as const;
    await refuses("invalid_argument", finish({}, [pair]));
    await refuses("invalid_argument", finish({}, [{ ...spec, usage: "sign" }]));
  });
}

function checkAgreeing(
  subject: Subject,
  behaviour: string,
  run: (provider: SmProvider, key: KeyHandle) => Promise<void>,
): void {
  check(subject, behaviour, async (provider) => {
    if (provider.info.capabilities.has("sm2_agree")) {
      return await run(provider, await newKey(provider, { algorithm: "sm2", usage: "agree" }));
    }
    const key = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    await refuses("not_supported", provider.beginAgreement(key, { ...ALICE, role: "initiator" }));
  });
}
