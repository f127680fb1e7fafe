import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import {
  type ForgedToken,
  ForgingProvider,
  newRsaKeys,
  signWith,
} from "../../../tests/forging_provider.ts";
import { SYSTEM_CLOCK } from "../../platform/clock.ts";
import { type OidcConfig, openOidcClient } from "./oidc_client.ts";
import { type SsoAnswer, type SsoClient, SsoUnavailable, type SsoWay } from "./sso_client.ts";

const WAY: SsoWay = { state: "a1".repeat(32), nonce: "b2".repeat(32), verifier: "c3".repeat(32) };
const providerOpen = ForgingProvider.open();

const CONFIG: OidcConfig = {
  title: "统一身份认证",
  issuer: "https://sso.test",
  client_id: "yikatong",
  secret: "of-a-test",
  redirect_url: "https://platform.test/api/console/v1/sso/oidc/callback",
  signing_algorithm: "RS256",
  client_authentication: "post",
  trusted_strength: ["mfa"],
  timeout_ms: 2_000,
};

async function open(
  config: Partial<OidcConfig> = {},
): Promise<{ provider: ForgingProvider; client: SsoClient }> {
  const provider = await providerOpen;
  provider.forged = {};
  provider.metadata = {};
  provider.tokenAnswer = null;
  provider.nonce = WAY.nonce;
  const client = openOidcClient({ ...CONFIG, ...config }, {
    clock: SYSTEM_CLOCK,
    fetch: provider.fetch,
  });
  return { provider, client };
}

const back = (query: Record<string, string> = {}) =>
  `?${new URLSearchParams({ code: "once", state: WAY.state, ...query })}`;

async function finishWith(forged: ForgedToken, search = back()): Promise<SsoAnswer> {
  const { provider, client } = await open();
  provider.forged = forged;
  return await client.finish(search, WAY);
}

Deno.test("OIDC: the way there carries state, nonce and the verifier's digest only", async () => {
  const { client } = await open();
  const url = new URL(await client.startUrl(WAY));
  assert.equal(url.origin + url.pathname, "https://sso.test/auth");
  const { searchParams: query } = url;
  assert.equal(query.get("response_type"), "code");
  assert.equal(query.get("state"), WAY.state);
  assert.equal(query.get("nonce"), WAY.nonce);
  assert.equal(query.get("code_challenge_method"), "S256");
  const digest = createHash("sha256").update(WAY.verifier).digest("base64url");
  assert.equal(query.get("code_challenge"), digest);
  assert.equal(query.get("redirect_uri"), CONFIG.redirect_url);
  assert.ok(!url.href.includes(WAY.verifier) && !url.href.includes(CONFIG.secret));
});

Deno.test("OIDC: a good token names its subject, and its strength by trusted words alone", async () => {
  const good = await finishWith({});
  assert.deepEqual(good, { kind: "identity", subject: "zhangsan", isStrong: false });
  const strengths: [Record<string, unknown>, boolean][] = [
    [{ amr: ["pwd", "mfa"] }, true],
    [{ acr: "mfa" }, true],
    [{ amr: ["pwd", "otp"], acr: "1" }, false],
    [{ amr: "mfa" }, false],
    [{ mfa: true }, false],
  ];
  for (const [claims, isStrong] of strengths) {
    assert.deepEqual(await finishWith({ claims }), {
      kind: "identity",
      subject: "zhangsan",
      isStrong,
    });
  }
  const { provider } = await open();
  assert.equal(provider.asked.at(-1)?.get("code_verifier"), WAY.verifier);
});

Deno.test("OIDC: forged, foreign and old ID tokens are refused (algorithm confusion)", async () => {
  const provider = await providerOpen;
  const stranger = await newRsaKeys();
  const pem = await provider.publicKeyPem();
  const now = Math.floor(Date.now() / 1_000);
  const hmac = (key: Uint8Array) => (input: Uint8Array) =>
    Promise.resolve(new Uint8Array(createHmac("sha256", key).update(input).digest()));
  const cases: [string, ForgedToken][] = [
    ["alg none", { header: { alg: "none" }, sign: () => Promise.resolve(new Uint8Array()) }],
    ["alg None", { header: { alg: "None" }, sign: () => Promise.resolve(new Uint8Array()) }],
    ["HS256 under the public key", { header: { alg: "HS256" }, sign: hmac(pem) }],
    ["HS256 under the secret", {
      header: { alg: "HS256" },
      sign: hmac(new TextEncoder().encode(CONFIG.secret)),
    }],
    ["another algorithm", { header: { alg: "PS256" } }],
    ["another's key", { sign: signWith(stranger.privateKey) }],
    ["another's key under its own kid", {
      header: { kid: "2" },
      sign: signWith(stranger.privateKey),
    }],
    ["a key in the header", {
      header: { kid: "2", jwk: await crypto.subtle.exportKey("jwk", stranger.publicKey) },
      sign: signWith(stranger.privateKey),
    }],
    ["an unknown critical header", { header: { crit: ["x"], x: 1 } }],
    ["expired", { claims: { iat: now - 900, exp: now - 61 } }],
    ["not yet", { claims: { nbf: now + 120 } }],
    ["no expiry", { claims: { exp: undefined } }],
    ["wrong issuer", { claims: { iss: "https://elsewhere.test" } }],
    ["wrong audience", { claims: { aud: "another-client" } }],
    ["made for another of its clients", { claims: { aud: ["yikatong", "x"], azp: "x" } }],
    ["wrong nonce", { claims: { nonce: "b3".repeat(32) } }],
    ["no nonce", { claims: { nonce: undefined } }],
    ["no subject", { claims: { sub: undefined } }],
    ["an empty subject", { claims: { sub: "" } }],
    ["a subject that is no text", { claims: { sub: ["zhangsan"] } }],
    ["an endless subject", { claims: { sub: "x".repeat(256) } }],
    ["a subject with a line break", { claims: { sub: "zhang\nsan" } }],
    ["no JWT", { whole: "x.y" }],
    ["nothing", { whole: "" }],
    ["truncated", { whole: "eyJhbGciOiJSUzI1NiJ9.eyJpc3Mi" }],
    ["five parts", { whole: "a.b.c.d.e" }],
  ];
  for (const [name, forged] of cases) {
    assert.equal((await finishWith(forged)).kind, "refused", name);
  }
  const near = await finishWith({ claims: { iat: now - 300, exp: now - 30 } });
  assert.equal(near.kind, "identity", "clocks may be a minute apart");
});

Deno.test("OIDC: a way back with another state, an error, too much or two codes asks nobody", async () => {
  const { provider, client } = await open();
  const before = provider.asked.length;
  for (
    const search of [
      "",
      back({ state: "x" }),
      `?code=once`,
      `?state=${WAY.state}`,
      `?error=access_denied&state=${WAY.state}`,
      `${back()}&code=twice`,
      `${back()}&state=${WAY.state}`,
      back({ code: "x".repeat(5_000) }),
      back({ response: "eyJ.x.y" }),
      back({ iss: "https://elsewhere.test" }),
    ]
  ) {
    assert.equal((await client.finish(search, WAY)).kind, "refused", search.slice(0, 60));
  }
  assert.equal(provider.asked.length, before);
});

Deno.test("OIDC: an oversized, broken, redirecting or slow provider lets nobody in", async () => {
  const { provider, client } = await open();
  const answers: [() => Response, SsoAnswer["kind"]][] = [
    [() => Response.json({ id_token: "x".repeat(300_000) }), "refused"],
    [() => new Response("<html>", { headers: { "content-type": "text/html" } }), "refused"],
    [() => Response.json({ error: "invalid_grant" }, { status: 400 }), "refused"],
    [() => Response.redirect("https://elsewhere.test/", 302), "refused"],
    [() => Response.json({ access_token: "x", token_type: "Bearer" }), "refused"],
    [() => {
      throw new TypeError("connection reset");
    }, "unavailable"],
    [() => {
      throw new DOMException("Signal timed out", "TimeoutError");
    }, "unavailable"],
  ];
  for (const [answer, kind] of answers) {
    provider.tokenAnswer = answer;
    assert.equal((await client.finish(back(), WAY)).kind, kind);
  }
});

Deno.test("OIDC: metadata of another issuer, or over http, is not taken", async () => {
  for (
    const metadata of [
      { issuer: "https://elsewhere.test" },
      { token_endpoint: "http://sso.test/token" },
    ]
  ) {
    const { provider, client } = await open();
    provider.metadata = metadata;
    const answer = await client.finish(back(), WAY);
    assert.notEqual(answer.kind, "identity");
  }
  const { provider, client } = await open();
  provider.metadata = { issuer: "https://elsewhere.test" };
  await assert.rejects(client.startUrl(WAY), SsoUnavailable);
  provider.metadata = {};
  assert.ok((await client.startUrl(WAY)).startsWith("https://sso.test/auth"), "asked again");
});

Deno.test("OIDC: signing out goes to the provider's address, where it has one", async () => {
  const { client } = await open();
  const url = new URL(await client.signOutUrl("/console/") ?? "");
  assert.equal(url.pathname, "/end");
  assert.equal(
    url.searchParams.get("post_logout_redirect_uri"),
    "https://platform.test/console/",
  );
  const other = await open();
  other.provider.metadata = { end_session_endpoint: undefined };
  assert.equal(await other.client.signOutUrl("/console/"), null);
});
