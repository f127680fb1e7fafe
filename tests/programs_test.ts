import assert from "node:assert/strict";
import {
  certificateToPem,
  issueCertificate,
  parseCertificate,
  signWithKey,
} from "../crypto/certificates.ts";
import { publicKeyToPem } from "../crypto/keys.ts";
import { generateKeyPair, sign } from "../crypto/sm2.ts";
import { readAuthorities } from "../server/modules/access/certificates/authorities.ts";
import { withTag } from "../server/modules/access/rights/tagged_rows.ts";
import { NOTHING_OUTSIDE, tidyOutside } from "../server/outside_services.ts";
import { newId } from "../server/platform/ids.ts";
import { addPerson, Browser, type PersonOptions, signInEnrolling } from "./console.ts";
import { signedHeaders, type SigningProgram } from "./program_client.ts";
import { openWorld, START, type World } from "./world.ts";

/** An account of a program, with a role; as `addPerson` but of the other kind. */
async function addProgram(
  world: World,
  login: string,
  options: Omit<PersonOptions, "login"> = { permissions: ["organisation.read", "order.read"] },
): Promise<string> {
  const id = await addPerson(world, { login, ...options });
  const row = await world.own.db.selectFrom("account").selectAll().where("id", "=", id)
    .executeTakeFirstOrThrow();
  const { tag } = await withTag(world.services.rowTags, "account", { ...row, kind: "program" });
  await world.own.db.updateTable("account").set({ kind: "program", tag }).where("id", "=", id)
    .execute();
  return id;
}

Deno.test("programs come in by keys of their own (R-ORG-05, R-SEC-06)", async (t) => {
  await using world = await openWorld();
  const accountId = await addProgram(world, "his-bridge");
  const admin = new Browser(world);
  await addPerson(world, {
    login: "admin",
    duty: "system",
    permissions: ["program.change", "account.read"],
  });
  await signInEnrolling(world, admin, "admin");

  async function send(
    { headers, method = "GET", target, body = "" }: {
      readonly headers: Record<string, string>;
      readonly method?: string;
      readonly target: string;
      readonly body?: string;
    },
  ): Promise<Response> {
    return await world.app.request(target, {
      method,
      headers: { ...headers, ...(body !== "" && { "content-type": "application/json" }) },
      ...(body !== "" && { body }),
    });
  }
  const time = () => world.clock.now().toISOString();
  const { privateKey, publicKey } = generateKeyPair();
  const program: SigningProgram = {
    keyId: newId(world.clock.now()),
    key: { kind: "sm2", privateKey },
  };
  const read = { method: "GET", target: "/api/console/v1/organisations?limit=2", body: "" };

  await t.step("an administrator who confirmed gives the account a key", async () => {
    const reply = await admin.call("POST", `/accounts/${accountId}/program-keys`, {
      body: {
        id: program.keyId,
        kind: "sm2",
        publicKeyPem: publicKeyToPem(publicKey),
        days: 90,
      },
    });
    assert.equal(reply.status, 201, await reply.clone().text());
    const { keys } = await (await admin.call("GET", `/accounts/${accountId}/program-keys`)).json();
    assert.deepEqual(keys.map(({ state }: { state: string }) => state), ["active"]);
  });

  await t.step("a signed request is served once, with the account's rights", async () => {
    const headers = signedHeaders(program, read, { time: time() });
    const reply = await send({ headers, target: read.target });
    assert.equal(reply.status, 200, await reply.clone().text());
    await reply.body?.cancel();
    const again = await send({ headers, target: read.target });
    assert.equal(again.status, 409);
    assert.equal((await again.json()).code, "access.replayed");
    const other = { ...read, target: "/api/console/v1/accounts" };
    const refused = await send({
      headers: signedHeaders(program, other, { time: time() }),
      target: other.target,
    });
    assert.equal((await refused.json()).code, "access.forbidden");
  });

  await t.step("a short token does part of it, and gets no other token", async () => {
    const ask = {
      method: "POST",
      target: "/api/program/v1/tokens",
      body: JSON.stringify({ permissions: ["order.read"], seconds: 60 }),
    };
    const given = await send({ headers: signedHeaders(program, ask, { time: time() }), ...ask });
    assert.equal(given.status, 200, await given.clone().text());
    const { token } = await given.json();
    const bearer = { authorization: `Bearer ${token}` };
    const narrow = await send({ headers: bearer, target: read.target });
    assert.equal((await narrow.json()).code, "access.forbidden");
    const more = await send({ headers: bearer, ...ask });
    assert.equal((await more.json()).code, "access.forbidden");
    const forged = await send({ headers: { authorization: "Bearer x.y.z" }, target: read.target });
    assert.equal(forged.status, 401);
    await forged.body?.cancel();
  });

  await t.step(
    "a program with the permission for the whole city reads figures, no other",
    async () => {
      const keyOf = async (login: string, options: Omit<PersonOptions, "login">) => {
        const id = await addProgram(world, login, options);
        const pair = generateKeyPair();
        const keyId = newId(world.clock.now());
        const publicKeyPem = publicKeyToPem(pair.publicKey);
        const made = await admin.call("POST", `/accounts/${id}/program-keys`, {
          body: { id: keyId, kind: "sm2", publicKeyPem, days: 90 },
        });
        assert.equal(made.status, 201, await made.clone().text());
        await made.body?.cancel();
        return { keyId, key: { kind: "sm2", privateKey: pair.privateKey } } as const;
      };
      const town = await world.own.db.selectFrom("organisation").select("id")
        .where("kind", "=", "town").orderBy("id").executeTakeFirstOrThrow();
      const permissions = ["metrics.read"] as const;
      const watcher = await keyOf("watcher", { permissions });
      const local = await keyOf("town-watcher", { permissions, organisationId: town.id });
      const target = "/api/console/v1/metrics";
      const look = async (by: SigningProgram) =>
        await send({
          headers: signedHeaders(by, { method: "GET", target, body: "" }, { time: time() }),
          target,
        });
      const figures = await look(watcher);
      assert.equal(figures.status, 200);
      assert.match(figures.headers.get("content-type") ?? "", /^text\/plain/);
      assert.match(await figures.text(), /^yikatong_request_seconds_count\{/m);
      for (const by of [local, program]) {
        assert.equal((await (await look(by)).json()).code, "access.forbidden");
      }
      const ask = {
        method: "POST",
        target: "/api/program/v1/tokens",
        body: JSON.stringify({ permissions, seconds: 900 }),
      };
      const given = await send({ headers: signedHeaders(watcher, ask, { time: time() }), ...ask });
      const { token } = await given.json();
      const bearer = { authorization: `Bearer ${token}` };
      const statuses = new Set<number>();
      for (let at = 0; at <= 601; at++) {
        const reply = await send({ headers: bearer, target });
        statuses.add(reply.status);
        await reply.body?.cancel();
        if (reply.status !== 200) break;
      }
      assert.deepEqual([...statuses], [200, 429], "bounded as every caller is");
      world.clock.advance(60_000);
    },
  );

  await t.step("a body over the bound is not read", async () => {
    const body = JSON.stringify({ permissions: ["x".repeat(70_000)] });
    const ask = { method: "POST", target: "/api/program/v1/tokens", body };
    const reply = await send({ headers: signedHeaders(program, ask, { time: time() }), ...ask });
    assert.equal(reply.status, 413);
    await reply.body?.cancel();
  });

  await t.step("a program has no session, and no password opens its account", async () => {
    await assert.rejects(new Browser(world).signIn("his-bridge"));
    const ask = { method: "POST", target: "/api/console/v1/own/certificates/challenges", body: "" };
    const reply = await send({ headers: signedHeaders(program, ask, { time: time() }), ...ask });
    assert.equal((await reply.json()).code, "access.certificates_unavailable");
  });

  await t.step("a program with somebody's cookie is not that person (session theft)", async () => {
    const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const wanted = [["GET", "session"], ["POST", "own/totp"], ["POST", "session/end"]] as const;
    for (const [method, path] of wanted) {
      const ask = { method, target: `/api/console/v1/${path}`, body: "" };
      const headers = { ...signedHeaders(program, ask, { time: time() }), cookie };
      const reply = await send({ headers, ...ask });
      assert.equal((await reply.json()).code, "access.not_authenticated", path);
    }
    assert.equal((await admin.call("GET", "/session")).status, 200);
  });

  await t.step("an expired key is told by the worker, and what is over swept", async () => {
    world.clock.advance(91 * 86_400_000);
    const headers = signedHeaders(program, read, { time: time() });
    assert.equal((await send({ headers, target: read.target })).status, 401);
    await tidyOutside(world.services);
    const told = await world.own.db.selectFrom("audit_event").select("actor_name")
      .where("kind", "=", "access.program_key_ended").execute();
    assert.deepEqual(told, Array(3).fill({ actor_name: "program_keys" }), "each key once");
    assert.deepEqual(await world.own.db.selectFrom("program_nonce").selectAll().execute(), []);
  });
});

Deno.test("a certificate is enrolled, signs in, and ends sessions (R-SEC-07)", async (t) => {
  const [ca, own] = [generateKeyPair(), generateKeyPair()];
  const years = { notBefore: START, notAfter: new Date(START.getTime() + 86_400_000 * 100) };
  const root = parseCertificate(
    await issueCertificate({
      ...years,
      subject: [{ type: "CN", value: "root" }],
      publicKey: ca.publicKey,
      profile: "root_ca",
      sign: signWithKey(ca.privateKey),
    }),
  );
  const pem = certificateToPem(
    await issueCertificate({
      ...years,
      subject: [{ type: "CN", value: "王五" }],
      publicKey: own.publicKey,
      issuer: root,
      profile: "signing",
      sign: signWithKey(ca.privateKey),
    }),
  );
  const authorities = readAuthorities(certificateToPem(root.der));
  await using world = await openWorld({ outside: { ...NOTHING_OUTSIDE, authorities } });
  await addPerson(world, { login: "wang", duty: "security" });
  const browser = new Browser(world);
  await signInEnrolling(world, browser, "wang");
  const answer = (text: string) => sign(own.privateKey, new TextEncoder().encode(text)).toBase64();

  const enrolment = await (await browser.call("POST", "/own/certificates/challenges")).json();
  const enrolled = await browser.call("POST", "/own/certificates", {
    body: { pem, challengeId: enrolment.id, signature: answer(enrolment.text) },
  });
  assert.equal(enrolled.status, 201, await enrolled.clone().text());
  await enrolled.body?.cancel();

  const next = new Browser(world);
  const step = await next.signIn("wang");
  assert.ok(step.step === "second_factor" && step.options.includes("certificate"));
  const challenge = await (await next.call("POST", "/sign-in/certificate-challenge")).json();
  const shown = await next.step("/sign-in/second-factor", {
    kind: "certificate",
    challengeId: challenge.id,
    signature: answer(challenge.text),
  });
  assert.equal(shown.step, "signed_in");

  const security = new Browser(world);
  await addPerson(world, {
    login: "chief",
    duty: "security",
    permissions: ["factor.reset", "account.read"],
  });
  await signInEnrolling(world, security, "chief");
  const { id: accountId } = await world.own.db.selectFrom("account").select("id")
    .where("login", "=", "wang").executeTakeFirstOrThrow();
  const { certificates } = await (await security.call("GET", `/accounts/${accountId}/certificates`))
    .json();
  const halfWay = new Browser(world);
  await halfWay.signIn("wang");
  const waiting = await (await halfWay.call("POST", "/sign-in/certificate-challenge")).json();
  const gone = await security.call(
    "POST",
    `/accounts/${accountId}/certificates/${certificates[0].id}/remove`,
  );
  assert.equal(gone.status, 200, await gone.clone().text());
  await gone.body?.cancel();
  for (const one of [browser, next]) {
    assert.equal((await one.call("GET", "/session")).status, 401, "sessions end with it");
  }
  assert.equal((await security.call("GET", "/session")).status, 200);
  const late = await halfWay.call("POST", "/sign-in/second-factor", {
    body: { kind: "certificate", challengeId: waiting.id, signature: answer(waiting.text) },
  });
  assert.equal((await late.json()).code, "access.sign_in_over");
  const ended = await world.own.db.selectFrom("audit_event").select("fields")
    .where("kind", "=", "access.session_ended").execute();
  assert.deepEqual(ended.map(({ fields }) => JSON.parse(fields).why), [
    "credential_removed",
    "credential_removed",
  ]);

  await t.step("a reset takes certificates too, also where one is the only factor", async () => {
    const enrolling = new Browser(world);
    await addPerson(world, { login: "sun", permissions: ["order.read"] });
    await enrolling.signIn("sun");
    const asked = await (await enrolling.call("POST", "/own/certificates/challenges")).json();
    const kept = await enrolling.call("POST", "/own/certificates", {
      body: { pem, challengeId: asked.id, signature: answer(asked.text) },
    });
    assert.equal(kept.status, 201, await kept.clone().text());
    await kept.body?.cancel();
    assert.equal((await new Browser(world).signIn("sun")).step, "second_factor");
    const sun = await world.own.db.selectFrom("account").select("id")
      .where("login", "=", "sun").executeTakeFirstOrThrow();
    const reset = await security.call("POST", `/accounts/${sun.id}/second-factor/reset`);
    assert.deepEqual(await reset.json(), {
      kinds: ["certificate"],
      certificates: 1,
      recoveryCodes: 0,
    });
    assert.equal((await enrolling.call("GET", "/session")).status, 401);
    assert.equal((await new Browser(world).signIn("sun")).step, "signed_in");
    const told = await world.own.db.selectFrom("audit_event").select(["kind", "object_id"])
      .where("object_id", "=", sun.id)
      .where("kind", "in", ["access.second_factor_reset", "access.certificate_removed"])
      .orderBy("kind").execute();
    assert.deepEqual(told.map(({ kind }) => kind), [
      "access.certificate_removed",
      "access.second_factor_reset",
    ]);
  });
});
