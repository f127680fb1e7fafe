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
  type AuthenticateProgramDeps,
  isProgramRequest,
  judgeHead,
  type ProgramCaller,
} from "./authenticate_program.ts";
import { endKey } from "./end_key.ts";
import { PROGRAM_WRAP_KEY } from "./hmac_secret.ts";
import { issueToken } from "./issue_token.ts";
import { endExpiredKeys, sweepNonces } from "./jobs.ts";
import { listKeys } from "./list_keys.ts";
import { programDoor } from "./program_door.ts";
import { ProgramRefusals } from "./program_refusals.ts";
import type { ProgramHead } from "./signed_request.ts";

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

interface WholeRequest extends ProgramHead {
  readonly body: () => Promise<Uint8Array>;
}

async function authenticate(
  deps: AuthenticateProgramDeps,
  sent: WholeRequest,
): Promise<ProgramCaller> {
  return await authenticateProgram(deps, await judgeHead(deps, sent), sent);
}

function request(headers: Record<string, string>, sent: SampleRequest = REQUEST): WholeRequest {
  return {
    method: sent.method,
    target: sent.target,
    body: () => Promise.resolve(new TextEncoder().encode(sent.body)),
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
      const known = await authenticate(outside, request(signedNow(scene, program)));
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
    await authenticate(
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
      await assert.rejects(authenticate(scene.outside, attempt), refused);
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
        authenticate(outside, request(signedNow(scene, forged))),
        refused,
      );
    }
    const hmac = await addHmac(scene);
    const { privateKey } = generateKeyPair();
    const signed = signedNow(scene, { keyId: hmac.keyId, key: { kind: "sm2", privateKey } });
    await assert.rejects(authenticate(outside, request(signed)), refused);
    const mac = signedNow(scene, hmac);
    const short = (mac["x-program-signature"] ?? "").slice(0, 62);
    const cut = request({ ...mac, "x-program-signature": short });
    await assert.rejects(authenticate(outside, cut), refused);
  });
});

Deno.test("programs: a nonce counts once, in whatever process, and a replay is told", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const program = await addSm2(scene);
    const headers = signedNow(scene, program);
    const another = { ...outside, policies: { ...outside.policies } };
    const both = await Promise.allSettled([
      authenticate(outside, request(headers)),
      authenticate(another, request(headers)),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    outside.clock.advance(299_000);
    await assert.rejects(authenticate(outside, request(headers)), {
      code: "access.replayed",
    });
    await sweepNonces(outside);
    await assert.rejects(authenticate(outside, request(headers)), {
      code: "access.replayed",
    });
    outside.clock.advance(120_000);
    assert.ok(await sweepNonces(outside) >= 1);
    await assert.rejects(authenticate(outside, request(headers)), {
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
    for (const ms of [-300_000, 300_000]) await authenticate(outside, request(at(ms)));
    for (const ms of [-300_001, 300_001]) {
      await assert.rejects(authenticate(outside, request(at(ms))), {
        code: "access.clock_skew",
        detail: outside.clock.now().toISOString(),
      });
    }
    // Before the key is looked for: what is told of the time says nothing of keys.
    const forged = { ...at(900_000), "x-program-key": outside.id() };
    await assert.rejects(authenticate(outside, request(forged)), { code: "access.clock_skew" });
  });
});

Deno.test("programs: an ended key, a disabled, closed or expired account are refused", async () => {
  await withScene(async (scene) => {
    const { outside, admin, account } = scene;
    const program = await addSm2(scene);
    const attempt = () => authenticate(outside, request(signedNow(scene, program)));
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
      authenticate(outside, request(signedNow(scene, program))),
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
    const attempt = () => authenticate(outside, request(signedNow(scene, forged)));
    await assert.rejects(attempt(), refused);
    assert.deepEqual(await whys(scene), ["key_broken"]);
    await endKey(outside, outside.caller(admin, ["program.change"]), {
      accountId: account.id,
      keyId: program.keyId,
    });
    await assert.rejects(attempt(), refused);
    assert.deepEqual(await whys(scene), ["key_broken"], "within a minute");
    await outside.refusals.tellCounts({ all: true });
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
    const known = await authenticate(outside, request(signedNow(scene, program)));
    const deps = tokenDeps(scene);
    const { token, expiresAt } = await issueToken(deps, { program: known, address: null }, {
      permissions: ["person.read", "person.read"],
      seconds: 900,
    });
    assert.equal(expiresAt, new Date(outside.clock.now().getTime() + 900_000).toISOString());
    const bearer = () => authenticate(outside, request({ authorization: `Bearer ${token}` }));
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
      authenticate(outside, request({ authorization: `Bearer ${fresh.token}` })),
      refused,
    );
  });
});

Deno.test("program tokens: nothing that the account does not hold", async () => {
  await withScene(async (scene) => {
    const program = await addSm2(scene);
    const known = await authenticate(scene.outside, request(signedNow(scene, program)));
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
    const known = await authenticate(outside, request(signedNow(scene, program)));
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
      await assert.rejects(authenticate(outside, attempt), refused, text.slice(0, 80));
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
    const goOn = await programDoor(outside)(sent, { address: null, traceId: "of-a-test" });
    const known = await goOn(sent);
    assert.equal(known.id, account.id);
    assert.equal(known.only, null);
    assert.equal(await sent.text(), REQUEST.body);
  });
});

Deno.test("programs: unknown, late and malformed ones are refused with their body unread", async () => {
  await withScene(async (scene) => {
    const { outside, account } = scene;
    const program = await addSm2(scene);
    const good = signedNow(scene, program);
    const late = new Date(outside.clock.now().getTime() - 300_001).toISOString();
    const heads = [
      { ...good, "x-program-key": outside.id() },
      { ...good, "x-program-time": late },
      { ...good, "x-program-nonce": "short" },
      { authorization: "Bearer ykp1.1.AA.AA" },
    ];
    for (const headers of heads) {
      const pulled = { count: 0 };
      const sent = endlessRequest(headers, pulled);
      await assert.rejects(
        programDoor(outside)(sent, { address: "192.0.2.30", traceId: "of-a-test" }),
      );
      assert.equal(sent.bodyUsed, false);
      assert.ok(pulled.count <= 1, "what the stream holds ready by itself");
      await sent.body?.cancel();
    }
    await outside.changeAccount(account, { state: "disabled" });
    const sent = endlessRequest(signedNow(scene, program), { count: 0 });
    await assert.rejects(
      programDoor(outside)(sent, { address: "192.0.2.30", traceId: "of-a-test" }),
      refused,
    );
    await sent.body?.cancel();
  });
});

function endlessRequest(headers: Record<string, string>, pulled: { count: number }): Request {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled.count += 1;
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  return new Request(`http://platform.test${REQUEST.target}`, { method: "POST", headers, body });
}

Deno.test("programs: refusals are told at once, then once a minute with their number", async () => {
  await withScene(async (scene) => {
    const { outside, account } = scene;
    const program = await addSm2(scene);
    const forged = () =>
      authenticate(
        outside,
        request({ ...signedNow(scene, program), "x-program-nonce": randomNonce() }),
      );
    const counts = async () =>
      (await outside.eventsOf("access.program_refused", account.id)).map(({ count }) => count);
    for (let at = 0; at < 20; at++) await assert.rejects(forged(), refused);
    assert.deepEqual(await counts(), [1]);
    await outside.refusals.tellCounts();
    assert.deepEqual(await counts(), [1], "the minute is not over");
    outside.clock.advance(60_000);
    await assert.rejects(forged(), refused);
    assert.deepEqual(await counts(), [1, 20]);
    await assert.rejects(forged(), refused);
    outside.clock.advance(60_000);
    await outside.refusals.tellCounts();
    assert.deepEqual(await counts(), [1, 20, 1], "nobody has to come again for it");
    await assert.rejects(forged(), refused);
    await outside.refusals.tellCounts({ all: true });
    assert.deepEqual(await counts(), [1, 20, 1, 1], "at the end of the process");
    outside.clock.advance(-60_000);
    await assert.rejects(forged(), refused);
    assert.deepEqual((await counts()).length, 5, "of a clock that was set back");
    outside.clock.advance(60_000);
  });
});

Deno.test("programs: made-up keys of one address do not fill the trail, one event each", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    const program = await addSm2(scene);
    const told = async () =>
      (await outside.db.selectFrom("audit_event").select("fields")
        .where("kind", "=", "access.program_refused").where("reason", "=", "unknown_key")
        .where("address", "like", "2001:db8:77%").orderBy("id").execute())
        .map(({ fields }) => JSON.parse(fields).count);
    for (let at = 0; at < 30; at++) {
      const headers = { ...signedNow(scene, program), "x-program-key": outside.id() };
      const from = { ...request(headers), address: `2001:db8:77::${at}` };
      await assert.rejects(authenticate(outside, from), refused);
    }
    assert.deepEqual(await told(), [1]);
    await outside.refusals.tellCounts({ all: true });
    assert.deepEqual((await told()).sort(), [1, 29]);
  });
});

Deno.test("programs: a count that cannot be written is written later", async () => {
  await withScene(async (scene) => {
    const { outside } = scene;
    let isDown = true;
    const written: unknown[] = [];
    const refusals = new ProgramRefusals({
      db: outside.db,
      clock: outside.clock,
      audit: {
        record: (_tx, _actor, events) => {
          if (isDown) return Promise.reject(new Error("down"));
          written.push(...events.map(({ fields }) => "count" in fields && fields.count));
          return Promise.resolve();
        },
      },
    });
    const one = { why: "unknown_key", keyId: null, accountId: null, traceId: null } as const;
    await assert.rejects(refusals.tell({ ...one, address: "192.0.2.40" }), /down/);
    isDown = false;
    await refusals.tell({ ...one, address: "192.0.2.40" });
    assert.deepEqual(written, [2]);
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
        await assert.rejects(authenticate(scene.outside, request(one)), refused);
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
    await assert.rejects(authenticate(scene.outside, attempt), refused);
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
