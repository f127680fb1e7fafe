import assert from "node:assert/strict";
import {
  type Certificate,
  type CertificateProfile,
  certificateToPem,
  issueCertificate,
  parseCertificate,
  signWithKey,
} from "../../../../crypto/certificates.ts";
import { generateKeyPair, sign } from "../../../../crypto/sm2.ts";
import { signatureToDer } from "../../../../crypto/sm2_codec.ts";
import { openOutside, type Outside } from "../../../../tests/outside.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import type { Caller } from "../caller.ts";
import { endSession } from "../sign_in/sessions/change_session.ts";
import { insertSession } from "../sign_in/sessions/store.ts";
import { SESSION_TAGGED } from "../sign_in/tagged_rows.ts";
import type { AccessTables } from "../tables.ts";
import { type Authorities, readAuthorities } from "./authorities.ts";
import { certificateFactor } from "./certificate_factor.ts";
import type { CertificateChallenge } from "./contract.ts";
import { type CertificateDeps, challengeToEnrol, enrolCertificate } from "./enrol_certificate.ts";
import { listCertificates, listOwnCertificates } from "./list_certificates.ts";
import { removeCertificate } from "./remove_certificate.ts";

const DAY_MS = 86_400_000;

interface KeyAndCertificate {
  readonly privateKey: Uint8Array;
  readonly certificate: Certificate;
}

interface Scene {
  readonly outside: Outside;
  readonly deps: CertificateDeps;
  readonly account: AccessTables["account"];
  readonly caller: Caller;
}

const sharedOutside = openOutside();

async function issue(
  outside: Outside,
  options: {
    readonly profile: CertificateProfile;
    readonly issuer?: KeyAndCertificate;
    readonly days?: number;
    readonly from?: number;
  },
): Promise<KeyAndCertificate> {
  const { privateKey, publicKey } = generateKeyPair();
  const { issuer, profile, days = 365, from = 0 } = options;
  const start = outside.clock.now().getTime();
  const der = await issueCertificate({
    subject: [{ type: "CN", value: `${profile} ${publicKey.toHex().slice(2, 12)}` }],
    publicKey,
    ...(issuer && { issuer: issuer.certificate }),
    notBefore: new Date(start + (issuer ? from : -DAY_MS)),
    notAfter: new Date(start + days * DAY_MS),
    profile,
    sign: signWithKey(issuer?.privateKey ?? privateKey),
  });
  return { privateKey, certificate: parseCertificate(der) };
}

async function withScene(
  run: (scene: Scene, root: KeyAndCertificate) => Promise<void>,
): Promise<void> {
  const outside = await sharedOutside;
  const root = await issue(outside, { profile: "root_ca", days: 3_650 });
  const account = await outside.addAccount();
  const caller = await signedIn(outside, account);
  const deps = depsOf(outside, readAuthorities(certificateToPem(root.certificate.der)));
  await run({ outside, deps, account, caller }, root);
}

async function signedIn(outside: Outside, account: AccessTables["account"]): Promise<Caller> {
  const at = outside.clock.now();
  const row = {
    id: outside.id(),
    account_id: account.id,
    token_hash: crypto.getRandomValues(new Uint8Array(32)),
    device_hash: new Uint8Array(32),
    agent: null,
    address: null,
    factors: '["password"]',
    signed_in_at: at,
    confirmed_at: at,
    last_used_at: at,
    expires_at: new Date(at.getTime() + DAY_MS),
    rights_version: account.rights_version,
    secret_sealed: null,
    ended_at: null,
    ended_why: null,
  };
  const tag = await tagOf(outside.rowTags, SESSION_TAGGED, row);
  await outside.db.transaction().execute((tx) => insertSession(tx, { ...row, tag }));
  return { ...outside.caller(account), sessionId: row.id };
}

function depsOf(outside: Outside, authorities: Authorities | null): CertificateDeps {
  return { ...outside, origin: "https://console.test", authorities };
}

function pemOf({ certificate }: KeyAndCertificate): string {
  return certificateToPem(certificate.der);
}

function answer(
  { privateKey }: Pick<KeyAndCertificate, "privateKey">,
  { text }: CertificateChallenge,
) {
  return sign(privateKey, new TextEncoder().encode(text)).toBase64();
}

/** The sign-in most challenges here are made in. */
function inAttempt(
  { id }: { readonly id: string },
  boundTo = "019a8f3e-5c00-7abc-8def-00000000a77e",
) {
  return { accountId: id, boundTo };
}

async function enrol({ deps, caller }: Scene, own: KeyAndCertificate) {
  const challenge = await challengeToEnrol(deps, caller);
  const signature = answer(own, challenge);
  return await enrolCertificate(deps, caller, {
    pem: pemOf(own),
    challengeId: challenge.id,
    signature,
  });
}

Deno.test("certificates: one whose key answers is enrolled and then signs in (R-SEC-07)", async () => {
  await withScene(async (scene, root) => {
    const { deps, account, outside } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    const view = await enrol(scene, own);
    assert.equal(view.state, "valid");
    const factor = certificateFactor(deps);
    assert.equal(await factor.count(account.id), 1);
    const raw = sign(own.privateKey, new Uint8Array());
    assert.equal(raw.length, 64);
    for (
      const write of [
        (bytes: Uint8Array) => bytes.toBase64(),
        (bytes: Uint8Array) => bytes.toHex(),
        (bytes: Uint8Array) => signatureToDer(bytes).toBase64(),
        (bytes: Uint8Array) => signatureToDer(bytes).toHex().toUpperCase(),
      ]
    ) {
      const challenge = await factor.challenge(inAttempt(account));
      assert.match(challenge.text, /^origin: https:\/\/console\.test$/m);
      const bytes = sign(own.privateKey, new TextEncoder().encode(challenge.text));
      const proof = { kind: "certificate", challengeId: challenge.id, signature: write(bytes) };
      assert.equal(await factor.prove(inAttempt(account), { ...proof, kind: "certificate" }), true);
    }
    const [event] = await outside.eventsOf("access.certificate_enrolled", account.id);
    assert.equal(event?.fingerprint, view.fingerprint);
    assert.match(String(event?.subject), /^CN=s\*/);
  });
});

Deno.test("certificates: an answer counts once, for two minutes, for its sign-in", async () => {
  await withScene(async (scene, root) => {
    const { deps, account, outside } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    await enrol(scene, own);
    const factor = certificateFactor(deps);
    const proofOf = (challenge: CertificateChallenge) => ({
      kind: "certificate" as const,
      challengeId: challenge.id,
      signature: answer(own, challenge),
    });
    const once = proofOf(await factor.challenge(inAttempt(account)));
    const both = await Promise.all([1, 2].map(() => factor.prove(inAttempt(account), once)));
    assert.deepEqual(both.sort(), [false, true]);
    const late = proofOf(await factor.challenge(inAttempt(account)));
    outside.clock.advance(120_000);
    assert.equal(await factor.prove(inAttempt(account), late), false);
    const other = await outside.addAccount();
    const foreign = proofOf(await factor.challenge(inAttempt(other)));
    assert.equal(await factor.prove(inAttempt(account), foreign), false);
    assert.equal(await factor.prove(inAttempt(other), foreign), false);
    const elsewhere = proofOf(await factor.challenge(inAttempt(account, outside.id())));
    assert.equal(await factor.prove(inAttempt(account), elsewhere), false, "another sign-in's");
    const enrolling = await challengeToEnrol(deps, scene.caller);
    assert.equal(await factor.prove(inAttempt(account), proofOf(enrolling)), false);
  });
});

Deno.test("certificates: an answered challenge written back answers no other sign-in", async () => {
  await withScene(async (scene, root) => {
    const { deps, account, outside } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    await enrol(scene, own);
    const factor = certificateFactor(deps);
    const challenge = await factor.challenge(inAttempt(account));
    const signature = answer(own, challenge);
    const proof = { kind: "certificate" as const, challengeId: challenge.id, signature };
    assert.equal(await factor.prove(inAttempt(account), proof), true);
    const [boundTo, expires_at] = [outside.id(), new Date(outside.clock.now().getTime() + 60_000)];
    await outside.db.updateTable("certificate_challenge")
      .set({ used_at: null, bound_to: boundTo, expires_at }).where("id", "=", challenge.id)
      .execute();
    assert.equal(await factor.prove(inAttempt(account, boundTo), proof), false);
  });
});

Deno.test("certificates: a wrong answer uses its challenge up", async () => {
  await withScene(async (scene, root) => {
    const { deps, account, outside } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    await enrol(scene, own);
    const factor = certificateFactor(deps);
    for (
      const wrong of [
        "AA==",
        "zz",
        "ab".repeat(64),
        "ab".repeat(72),
        answer(root, {
          id: "",
          text: "x",
          expiresAt: "",
        }),
      ]
    ) {
      const challenge = await factor.challenge(inAttempt(account));
      const proof = { kind: "certificate" as const, challengeId: challenge.id };
      assert.equal(await factor.prove(inAttempt(account), { ...proof, signature: wrong }), false);
      const right = { ...proof, signature: answer(own, challenge) };
      assert.equal(await factor.prove(inAttempt(account), right), false);
    }
  });
});

Deno.test("certificates: unreadable, untrusted, over or for another use are refused", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, caller } = scene;
    const stranger = await issue(outside, { profile: "root_ca" });
    const cases: [string, string][] = [
      ["unreadable", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
      ["unreadable", "x".repeat(16_000)],
      ["untrusted", pemOf(await issue(outside, { profile: "signing", issuer: stranger }))],
      [
        "not_valid_now",
        pemOf(await issue(outside, { profile: "signing", issuer: root, from: DAY_MS })),
      ],
      ["wrong_usage", pemOf(await issue(outside, { profile: "encryption", issuer: root }))],
      ["wrong_usage", pemOf(root)],
    ];
    for (const [detail, pem] of cases) {
      const body = { pem, challengeId: outside.id(), signature: "AA==" };
      await assert.rejects(enrolCertificate(deps, caller, body), {
        code: "access.certificate_refused",
        detail,
      });
    }
    const none = depsOf(outside, null);
    await assert.rejects(challengeToEnrol(none, caller), {
      code: "access.certificates_unavailable",
    });
  });
});

Deno.test("certificates: nobody enrols another's, and none belongs to two", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, caller } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    const thief = await issue(outside, { profile: "signing", issuer: root });
    const challenge = await challengeToEnrol(deps, caller);
    await assert.rejects(
      enrolCertificate(deps, caller, {
        pem: pemOf(own),
        challengeId: challenge.id,
        signature: answer(thief, challenge),
      }),
      { code: "access.challenge_failed" },
    );
    const another = { ...caller, sessionId: outside.id() };
    const elsewhere = await challengeToEnrol(deps, another);
    await assert.rejects(
      enrolCertificate(deps, caller, {
        pem: pemOf(own),
        challengeId: elsewhere.id,
        signature: answer(own, elsewhere),
      }),
      { code: "access.challenge_failed" },
    );
    await enrol(scene, own);
    const second = await outside.addAccount();
    const other = { ...scene, caller: outside.caller(second) };
    await assert.rejects(enrol(other, own), { code: "access.certificate_taken" });
  });
});

Deno.test("certificates: none is enrolled for a session that ended meanwhile", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, caller } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    const challenge = await challengeToEnrol(deps, caller);
    const end = { id: caller.sessionId ?? "", why: "administrator", at: deps.clock.now() } as const;
    await outside.db.transaction().execute((tx) => endSession(deps, tx, end));
    const signature = answer(own, challenge);
    await assert.rejects(
      enrolCertificate(deps, caller, { pem: pemOf(own), challengeId: challenge.id, signature }),
      { code: "access.not_authenticated" },
    );
    assert.deepEqual(await listOwnCertificates(deps, caller), []);
  });
});

Deno.test("certificates: removed ones open nothing, and can be enrolled again", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, account } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    const { id: certificateId } = await enrol(scene, own);
    const security = await outside.addAccount({ duty: "security" });
    const caller = outside.caller(security, ["factor.reset", "account.read"]);
    const removed = { accountId: account.id, certificateId };
    const elsewhere = outside.caller(security, ["factor.reset"], "/elsewhere/");
    await assert.rejects(removeCertificate(deps, elsewhere, removed), { code: "access.not_found" });
    assert.equal((await removeCertificate(deps, caller, removed)).state, "removed");
    assert.equal((await removeCertificate(deps, caller, removed)).state, "removed");
    const factor = certificateFactor(deps);
    assert.equal(await factor.count(account.id), 0);
    const challenge = await factor.challenge(inAttempt(account));
    const proof = { challengeId: challenge.id, signature: answer(own, challenge) };
    assert.equal(await factor.prove(inAttempt(account), { kind: "certificate", ...proof }), false);
    assert.equal((await outside.eventsOf("access.certificate_removed", account.id)).length, 1);
    assert.deepEqual(await listOwnCertificates(deps, scene.caller), []);
    assert.equal((await listCertificates(deps, caller, account.id)).length, 1);
    const again = { ...scene, caller: await signedIn(outside, account) };
    assert.equal((await enrol(again, own)).state, "valid");
  });
});

Deno.test("certificates: soon over is told; over, or without its authority, opens nothing", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, account } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root, days: 20 });
    assert.equal((await enrol(scene, own)).state, "expires_soon");
    const proveBy = async (one: CertificateDeps) => {
      const factor = certificateFactor(one);
      const challenge = await factor.challenge(inAttempt(account));
      const proof = { challengeId: challenge.id, signature: answer(own, challenge) };
      return await factor.prove(inAttempt(account), { kind: "certificate", ...proof });
    };
    assert.equal(await proveBy(deps), true);
    const stranger = await issue(outside, { profile: "root_ca" });
    const others = readAuthorities(pemOf(stranger));
    assert.equal(await proveBy(depsOf(outside, others)), false);
    outside.clock.advance(21 * DAY_MS);
    assert.equal(await proveBy(deps), false);
    assert.equal((await listOwnCertificates(deps, scene.caller))[0]?.state, "expired");
  });
});

Deno.test("certificates: a row changed past the platform opens nothing", async () => {
  await withScene(async (scene, root) => {
    const { outside, deps, account } = scene;
    const own = await issue(outside, { profile: "signing", issuer: root });
    const { id } = await enrol(scene, own);
    const victim = await outside.addAccount({ duty: "security" });
    await outside.db.updateTable("account_certificate").set({ account_id: victim.id })
      .where("id", "=", id).execute();
    const factor = certificateFactor(deps);
    const challenge = await factor.challenge(inAttempt(victim));
    const proof = { challengeId: challenge.id, signature: answer(own, challenge) };
    assert.equal(await factor.prove(inAttempt(victim), { kind: "certificate", ...proof }), false);
    assert.equal(await factor.count(account.id), 0);
  });
});

Deno.test("certificates: challenges left lying are bounded", async () => {
  await withScene(async ({ deps, account, outside }) => {
    const factor = certificateFactor(deps);
    for (let made = 0; made < 10; made++) await factor.challenge(inAttempt(account));
    await assert.rejects(factor.challenge(inAttempt(account)), { code: "access.too_busy" });
    outside.clock.advance(120_000);
    await factor.challenge(inAttempt(account));
  });
});

Deno.test("certificates: a list of authorities without a root is refused", async () => {
  await withScene(async ({ outside }, root) => {
    const between = await issue(outside, { profile: "intermediate_ca", issuer: root });
    const both = readAuthorities(pemOf(between) + pemOf(root));
    assert.deepEqual([both.roots.length, both.intermediates.length], [1, 1]);
    for (const text of ["", "no PEM", pemOf(between)]) {
      assert.throws(() => readAuthorities(text), { code: "bad_encoding" });
    }
  });
});
