import assert from "node:assert/strict";
import { developmentKeys } from "../../../../cli/dev/development_keys.ts";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { portableEngine } from "../../../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../../../crypto/providers/software.ts";
import { generateKeyPair, sign } from "../../../../crypto/sm2.ts";
import { signatureToDer } from "../../../../crypto/sm2_codec.ts";
import { publicKeyToPem } from "../../../../crypto/keys.ts";
import { hmacSm3 } from "../../../../crypto/sm3.ts";
import { openOutside, type Outside } from "../../../../tests/outside.ts";
import {
  randomNonce,
  type SampleRequest,
  signedHeaders,
  type SigningProgram,
} from "../../../../tests/program_client.ts";
import type { AccessTables } from "../tables.ts";
import { addKey } from "./add_key.ts";
import {
  authenticateProgram,
  isProgramRequest,
  type ProgramCaller,
} from "./authenticate_program.ts";
import { endKey } from "./end_key.ts";
import { PROGRAM_WRAP_KEY } from "./hmac_secret.ts";
import { issueToken } from "./issue_token.ts";
import { endExpiredKeys, sweepNonces } from "./jobs.ts";
import { listKeys } from "./list_keys.ts";
import { programDoor } from "./program_door.ts";
import type { ProgramRequest } from "./signed_request.ts";

const REQUEST: SampleRequest = {
  method: "POST",
  target: "/api/console/v1/persons/search?limit=2",
  body: '{"by":"x"}',
};

const refused = { code: "access.not_authenticated" };

interface Scene {
  readonly outside: Outside;
  readonly admin: AccessTables["account"];
  readonly account: AccessTables["account"];
}

async function withScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const outside = await sharedOutside;
  const admin = await outside.addAccount({ duty: "system" });
  const account = await outside.addAccount({ kind: "program" });
  await run({ outside, admin, account });
}

/** One database for the file: every test has accounts of its own. */
const sharedOutside = openOutside();

async function addSm2({ outside, admin, account }: Scene, days = 90): Promise<SigningProgram> {
  const { privateKey, publicKey } = generateKeyPair();
  const id = outside.id();
  await addKey(outside, outside.caller(admin, ["program.change"]), {
    accountId: account.id,
    body: { id, kind: "sm2", publicKeyPem: publicKeyToPem(publicKey), days },
  });
  return { keyId: id, key: { kind: "sm2", privateKey } };
}

async function addHmac({ outside, admin, account }: Scene): Promise<SigningProgram> {
  const id = outside.id();
  const { secret } = await addKey(outside, outside.caller(admin, ["program.change"]), {
    accountId: account.id,
    body: { id, kind: "hmac", days: 90 },
  });
  assert.match(secret ?? "", /^[0-9a-f]{64}$/);
  return { keyId: id, key: { kind: "hmac", secret: secret ?? "" } };
}

function request(headers: Record<string, string>, sent: SampleRequest = REQUEST): ProgramRequest {
  return {
    method: sent.method,
    target: sent.target,
    body: new TextEncoder().encode(sent.body),
    header: (name) => headers[name] ?? null,
    address: "192.0.2.9",
    traceId: "of-a-test",
  };
}

function signedNow({ outside }: Scene, program: SigningProgram, nonce = randomNonce()) {
  return signedHeaders(program, REQUEST, { time: outside.clock.now().toISOString(), nonce });
}

async function whys({ outside, account }: Scene): Promise<unknown[]> {
  const events = await outside.eventsOf("access.program_refused", account.id);
  return events.map(({ why }) => why).sort();
}

Deno.test("programs: a request signed with SM2 or HMAC-SM3 is known (R-ORG-05)", async () => {
  await withScene(async (scene) => {
    const { outside, account } = scene;
    for (const program of [await addSm2(scene), await addHmac(scene)]) {
      const known = await authenticateProgram(outside, request(signedNow(scene, program)));
      assert.equal(known.account.id, account.id);
      assert.equal(known.keyId, program.keyId);
      assert.equal(known.permissions, null);
    }
    const row = await outside.db.selectFrom("account").select("last_used_at")
      .where("id", "=", account.id).executeTakeFirstOrThrow();
    assert.deepEqual(row.last_used_at, outside.clock.now());
  });
});

Deno.test("programs: the database keeps no secret in clear", async () => {
  await withScene(async (scene) => {
    const program = await addHmac(scene);
    const row = await scene.outside.db.selectFrom("program_key").selectAll()
      .where("id", "=", program.keyId).executeTakeFirstOrThrow();
    const secret = program.key.kind === "hmac" ? program.key.secret : "";
    assert.ok(row.secret && !row.secret.toHex().includes(secret));
  });
});

Deno.test("programs: where no SM2 private key may be used, no secret is made", async () => {
  await withScene(async (scene) => {
    const { outside, account, admin } = scene;
    const providers = [
      softwareWithout({ allowSoftwarePrivateKeys: false }),
      // As a device has none to wrap with.
      softwareWithout({ label: PROGRAM_WRAP_KEY }),
    ];
    for (const provider of providers) {
      const body = { id: outside.id(), kind: "hmac", days: 90 } as const;
      const caller = outside.caller(admin, ["program.change"]);
      await assert.rejects(
        addKey({ ...outside, provider }, caller, { accountId: account.id, body }),
        { code: "access.secret_unavailable" },
      );
    }
  });
});

function softwareWithout(
  { label, allowSoftwarePrivateKeys = true }: {
    readonly label?: string;
    readonly allowSoftwarePrivateKeys?: boolean;
  },
): SmProvider {
  const keys = developmentKeys("00".repeat(32)).filter((key) => key.label !== label);
  return new SoftwareProvider(portableEngine(), { name: "less", keys, allowSoftwarePrivateKeys });
}

Deno.test("programs: an SM2 signature may come in DER", async () => {
  await withScene(async (scene) => {
    const program = await addSm2(scene);
    const headers = signedNow(scene, program);
    const der = signatureToDer(Uint8Array.fromHex(headers["x-program-signature"] ?? "")).toHex();
    await authenticateProgram(
      scene.outside,
      request({ ...headers, "x-program-signature": der }),
    );
  });
});

Deno.test("programs: another path, query, method, body, time, nonce or key is refused", async () => {
  await withScene(async (scene) => {
    const [program, other] = [await addSm2(scene), await addHmac(scene)];
    const sent: SampleRequest[] = [
      { ...REQUEST, target: "/api/console/v1/persons/export?limit=2" },
      { ...REQUEST, target: "/api/console/v1/persons/search?limit=200" },
      { ...REQUEST, target: "/api/console/v1/persons/search" },
      { ...REQUEST, method: "PUT" },
      { ...REQUEST, body: '{"by":"y"}' },
      { ...REQUEST, body: "" },
    ];
    const attempts = [
      ...sent.map((one) => request(signedNow(scene, program), one)),
      request({ ...signedNow(scene, program), "x-program-nonce": randomNonce() }),
      request({ ...signedNow(scene, program), "x-program-time": "2026-11-18T01:00:00.001Z" }),
      request({ ...signedNow(scene, program), "x-program-key": other.keyId }),
      request({ ...signedNow(scene, program), "x-program-key": scene.outside.id() }),
    ];
    for (const attempt of attempts) {
      await assert.rejects(authenticateProgram(scene.outside, attempt), refused);
    }
  });
});

Deno.test("programs: the key says the algorithm, not the signature (algorithm confusion)", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const sm2 = await addSm2(scene);
    const row = await outside.db.selectFrom("program_key").selectAll()
      .where("id", "=", sm2.keyId).executeTakeFirstOrThrow();
    // HMAC under the public key, which everybody knows.
    const publicKey = row.public_key ?? new Uint8Array();
    const secrets = [publicKey, publicKey.subarray(1), publicKey.subarray(1, 33)];
    for (const bytes of secrets) {
      const forged = { keyId: sm2.keyId, key: { kind: "hmac", secret: bytes.toHex() } } as const;
      await assert.rejects(
        authenticateProgram(outside, request(signedNow(scene, forged))),
        refused,
      );
    }
    const hmac = await addHmac(scene);
    const { privateKey } = generateKeyPair();
    const signed = signedNow(scene, { keyId: hmac.keyId, key: { kind: "sm2", privateKey } });
    await assert.rejects(authenticateProgram(outside, request(signed)), refused);
    const mac = signedNow(scene, hmac);
    const short = (mac["x-program-signature"] ?? "").slice(0, 62);
    const cut = request({ ...mac, "x-program-signature": short });
    await assert.rejects(authenticateProgram(outside, cut), refused);
  });
});

Deno.test("programs: a nonce counts once, in whatever process, and a replay is told", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const program = await addSm2(scene);
    const headers = signedNow(scene, program);
    const another = { ...outside, policies: { ...outside.policies } };
    const both = await Promise.allSettled([
      authenticateProgram(outside, request(headers)),
      authenticateProgram(another, request(headers)),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    outside.clock.advance(299_000);
    await assert.rejects(authenticateProgram(outside, request(headers)), {
      code: "access.replayed",
    });
    await sweepNonces(outside);
    await assert.rejects(authenticateProgram(outside, request(headers)), {
      code: "access.replayed",
    });
    outside.clock.advance(120_000);
    assert.ok(await sweepNonces(outside) >= 1);
    await assert.rejects(authenticateProgram(outside, request(headers)), {
      code: "access.clock_skew",
    });
  });
});

Deno.test("programs: clocks may be five minutes apart, not more, either way", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const program = await addHmac(scene);
    const at = (ms: number) =>
      signedHeaders(program, REQUEST, {
        time: new Date(outside.clock.now().getTime() + ms).toISOString(),
      });
    for (const ms of [-300_000, 300_000]) await authenticateProgram(outside, request(at(ms)));
    for (const ms of [-300_001, 300_001]) {
      await assert.rejects(authenticateProgram(outside, request(at(ms))), {
        code: "access.clock_skew",
        detail: outside.clock.now().toISOString(),
      });
    }
    // Who lacks the key learns nothing of the time.
    const forged = { ...at(900_000), "x-program-signature": "ab".repeat(32) };
    await assert.rejects(authenticateProgram(outside, request(forged)), refused);
  });
});

Deno.test("programs: an ended key, a disabled, closed or expired account are refused", async () => {
  await withScene(async (scene) => {
    const { outside, admin, account } = scene;
    const program = await addSm2(scene);
    const attempt = () => authenticateProgram(outside, request(signedNow(scene, program)));
    await attempt();
    for (
      const to of [
        { state: "disabled" },
        { state: "closed" },
        { state: "enabled", expires_at: outside.clock.now() },
      ] as const
    ) {
      await outside.changeAccount(account, to);
      await assert.rejects(attempt(), refused);
    }
    await outside.changeAccount(account, { state: "enabled", expires_at: null });
    await attempt();
    const caller = outside.caller(admin, ["program.change"]);
    const ended = { accountId: account.id, keyId: program.keyId };
    assert.equal((await endKey(outside, caller, ended)).state, "ended");
    assert.equal((await endKey(outside, caller, ended)).endedWhy, "manual");
    await assert.rejects(attempt(), refused);
    assert.deepEqual(await whys(scene), [
      "account_closed",
      "account_disabled",
      "account_expired",
      "key_ended",
    ]);
    const events = await outside.eventsOf("access.program_key_ended", account.id);
    assert.deepEqual(events, [{ keyId: program.keyId, why: "manual" }]);
  });
});

Deno.test("programs: a key ends by itself, and the audit trail says so once", async () => {
  await withScene(async (scene) => {
    const { outside, admin, account } = scene;
    const program = await addSm2(scene, 1);
    outside.clock.advance(86_400_000);
    await assert.rejects(
      authenticateProgram(outside, request(signedNow(scene, program))),
      refused,
    );
    assert.ok(await endExpiredKeys(outside) >= 1);
    assert.equal(await endExpiredKeys(outside), 0);
    const [key] = await listKeys(outside, outside.caller(admin, ["account.read"]), account.id);
    assert.equal(key?.state, "expired");
    const events = await outside.eventsOf("access.program_key_ended", account.id);
    assert.deepEqual(events, [{ keyId: program.keyId, why: "expired" }]);
  });
});

Deno.test("programs: a key row changed past the platform is refused, and stays broken", async () => {
  await withScene(async (scene) => {
    const { outside, account, admin } = scene;
    const program = await addSm2(scene);
    const mine = generateKeyPair();
    await outside.db.updateTable("program_key").set({ public_key: mine.publicKey })
      .where("id", "=", program.keyId).execute();
    const forged: SigningProgram = {
      keyId: program.keyId,
      key: { kind: "sm2", privateKey: mine.privateKey },
    };
    const attempt = () => authenticateProgram(outside, request(signedNow(scene, forged)));
    await assert.rejects(attempt(), refused);
    assert.deepEqual(await whys(scene), ["key_broken"]);
    await endKey(outside, outside.caller(admin, ["program.change"]), {
      accountId: account.id,
      keyId: program.keyId,
    });
    await assert.rejects(attempt(), refused);
    assert.deepEqual(await whys(scene), ["key_broken", "key_broken"]);
  });
});

Deno.test("programs: two keys overlap, a third is refused, and none is given twice", async () => {
  await withScene(async (scene) => {
    const { outside, admin, account } = scene;
    const first = await addSm2(scene);
    await addHmac(scene);
    await assert.rejects(addSm2(scene), { code: "access.too_many_keys" });
    const caller = outside.caller(admin, ["program.change"]);
    await endKey(outside, caller, { accountId: account.id, keyId: first.keyId });
    const row = await outside.db.selectFrom("program_key").selectAll()
      .where("id", "=", first.keyId).executeTakeFirstOrThrow();
    const again = {
      kind: "sm2" as const,
      publicKeyPem: publicKeyToPem(row.public_key ?? new Uint8Array()),
      days: 90,
    };
    const add = (id: string) =>
      addKey(outside, caller, { accountId: account.id, body: { id, ...again } });
    await assert.rejects(add(outside.id()), { code: "access.key_taken" });
    await assert.rejects(add(first.keyId), { code: "access.key_taken" });
  });
});

Deno.test("programs: no key for a person, for another place, or for longer than policy", async () => {
  await withScene(async ({ outside, admin, account }) => {
    const caller = outside.caller(admin, ["program.change"]);
    const hmac = () => ({ id: outside.id(), kind: "hmac" as const, days: 90 });
    const person = await outside.addAccount();
    await assert.rejects(addKey(outside, caller, { accountId: person.id, body: hmac() }), {
      code: "access.not_a_program",
    });
    const elsewhere = outside.caller(admin, ["program.change"], "/elsewhere/");
    await assert.rejects(addKey(outside, elsewhere, { accountId: account.id, body: hmac() }), {
      code: "access.not_found",
    });
    await assert.rejects(
      addKey(outside, caller, { accountId: account.id, body: { ...hmac(), days: 181 } }),
      { code: "access.key_days", detail: "180" },
    );
    await assert.rejects(
      addKey(outside, caller, {
        accountId: account.id,
        body: { ...hmac(), kind: "sm2", publicKeyPem: "-----BEGIN PUBLIC KEY-----\nAA==\n" },
      }),
      { code: "access.malformed" },
    );
    const closed = await outside.addAccount({ kind: "program", state: "closed" });
    await assert.rejects(addKey(outside, caller, { accountId: closed.id, body: hmac() }), {
      code: "access.account_closed",
    });
  });
});

Deno.test("program tokens: part of the rights, for minutes, gone with the key", async () => {
  await withScene(async (scene) => {
    const { outside, account, admin } = scene;
    const program = await addSm2(scene);
    const known = await authenticateProgram(outside, request(signedNow(scene, program)));
    const deps = tokenDeps(scene);
    const { token, expiresAt } = await issueToken(deps, { program: known, address: null }, {
      permissions: ["person.read", "person.read"],
      seconds: 900,
    });
    assert.equal(expiresAt, new Date(outside.clock.now().getTime() + 900_000).toISOString());
    const bearer = () =>
      authenticateProgram(outside, request({ authorization: `Bearer ${token}` }));
    assert.ok(isProgramRequest(request({ authorization: `Bearer ${token}` })));
    const seen: ProgramCaller = await bearer();
    assert.deepEqual(seen.permissions, ["person.read"]);
    assert.equal(seen.via, "token");
    await assert.rejects(
      issueToken(deps, { program: seen, address: null }, {
        permissions: ["person.read"],
        seconds: 900,
      }),
      { code: "access.forbidden" },
    );
    outside.clock.advance(899_999);
    await bearer();
    outside.clock.advance(1);
    await assert.rejects(bearer(), refused);
    const fresh = await issueToken(deps, { program: known, address: null }, {
      permissions: ["person.read"],
      seconds: 60,
    });
    const caller = outside.caller(admin, ["program.change"]);
    await endKey(outside, caller, { accountId: account.id, keyId: program.keyId });
    await assert.rejects(
      authenticateProgram(outside, request({ authorization: `Bearer ${fresh.token}` })),
      refused,
    );
  });
});

Deno.test("program tokens: nothing that the account does not hold", async () => {
  await withScene(async (scene) => {
    const program = await addSm2(scene);
    const known = await authenticateProgram(scene.outside, request(signedNow(scene, program)));
    for (const permission of ["person.reveal", "role.change", "no.such", "__proto__"]) {
      await assert.rejects(
        issueToken(tokenDeps(scene), { program: known, address: null }, {
          permissions: ["person.read", permission],
          seconds: 60,
        }),
        { code: "access.forbidden" },
      );
    }
  });
});

Deno.test("program tokens: forged, truncated, oversized and foreign ones are refused", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const program = await addSm2(scene);
    const known = await authenticateProgram(outside, request(signedNow(scene, program)));
    const { token } = await issueToken(tokenDeps(scene), { program: known, address: null }, {
      permissions: ["person.read"],
      seconds: 60,
    });
    const [begin, version, payload = "", mac = ""] = token.split(".");
    const facts = JSON.parse(new TextDecoder().decode(fromBase64url(payload)));
    const more = toBase64url({ ...facts, permissions: ["person.read", "person.reveal"] });
    const longer = toBase64url({ ...facts, to: facts.to + 1 });
    const zeroKeyMac = hmacSm3(new Uint8Array(32), new TextEncoder().encode(more));
    const forged = [
      `${begin}.${version}.${more}.${mac}`,
      `${begin}.${version}.${longer}.${mac}`,
      `${begin}.${version}.${more}.${base64url(zeroKeyMac)}`,
      `${begin}.2.${payload}.${mac}`,
      `${begin}.0.${payload}.${mac}`,
      `${begin}.${version}.${payload}.`,
      `${begin}.${version}.${payload}`,
      `${begin}.${version}.${payload}.${mac.slice(1)}`,
      `${begin}.${version}.${payload.slice(0, -1)}.${mac}`,
      `${begin}.${version}.${payload}.${swapLastBits(mac)}`,
      `${begin}.${version}.${payload}.${mac}.`,
      `${begin}.${version}.${"A".repeat(1_000_000)}.${mac}`,
      "ykp1.",
      "ykp1.....",
    ];
    for (const text of forged) {
      const attempt = request({ authorization: `Bearer ${text}` });
      await assert.rejects(authenticateProgram(outside, attempt), refused, text.slice(0, 80));
    }
    const none = `${toBase64url({ alg: "none" })}.${toBase64url({ sub: scene.account.id })}.`;
    assert.equal(isProgramRequest(request({ authorization: `Bearer ${none}` })), false);
  });
});

Deno.test("programs: the door reads path, query and body as they came, and leaves the body", async () => {
  await withScene(async (scene) => {
    const { outside, account } = scene;
    const program = await addSm2(scene);
    const sent = new Request(`http://platform.test${REQUEST.target}`, {
      method: "POST",
      headers: signedNow(scene, program),
      body: REQUEST.body,
    });
    const known = await programDoor(outside)(sent, { address: null, traceId: "of-a-test" });
    assert.equal(known.id, account.id);
    assert.equal(known.only, null);
    assert.equal(await sent.text(), REQUEST.body);
  });
});

Deno.test("programs: random bytes in every place are refused, never a defect", async () => {
  await withScene(async (scene) => {
    const program = await addSm2(scene);
    for (let round = 0; round < 40; round++) {
      const junk = crypto.getRandomValues(new Uint8Array(1 + round * 3));
      const text = String.fromCharCode(...junk);
      const headers = signedNow(scene, program);
      const spoilt = [
        { ...headers, "x-program-signature": junk.toHex() },
        { ...headers, "x-program-key": text },
        { ...headers, "x-program-time": text },
        { authorization: `Bearer ykp1.1.${base64url(junk)}.${base64url(junk)}` },
      ];
      for (const one of spoilt) {
        await assert.rejects(authenticateProgram(scene.outside, request(one)), refused);
      }
    }
  });
});

Deno.test("programs: a signature under another user id is refused", async () => {
  await withScene(async (scene) => {
    const program = await addSm2(scene);
    const headers = signedNow(scene, program);
    const privateKey = program.key.kind === "sm2" ? program.key.privateKey : new Uint8Array();
    const text = new TextEncoder().encode("whatever");
    const other = sign(privateKey, text, { userId: new TextEncoder().encode("x") }).toHex();
    const attempt = request({ ...headers, "x-program-signature": other });
    await assert.rejects(authenticateProgram(scene.outside, attempt), refused);
  });
});

function tokenDeps({ outside }: Scene) {
  const rights = new Map([["person.read", { paths: [outside.cityPath] }] as const]);
  return { ...outside, rightsOf: () => Promise.resolve(rights) };
}

function fromBase64url(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function toBase64url(value: unknown): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

/** The same bytes to a careless decoder: the last letter has two bits that stand for nothing. */
function swapLastBits(text: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = letters.indexOf(text.at(-1) ?? "");
  return text.slice(0, -1) + letters[last ^ 1];
}
