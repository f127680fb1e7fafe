import assert from "node:assert/strict";
import type { Server } from "node:http";
import { Provider } from "oidc-provider";
import { type OidcConfig, openOidcClient } from "../../server/gateways/sso/oidc_client.ts";
import type { SsoWay } from "../../server/gateways/sso/sso_client.ts";
import { NOTHING_OUTSIDE } from "../../server/outside_services.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { addPerson, Browser, signInEnrolling } from "../console.ts";
import { openWorld } from "../world.ts";

/** Against a certified provider that is not ours, over sockets. */

const CALLBACK = "http://localhost/api/console/v1/sso/oidc/callback";
const CLIENT = { client_id: "yikatong", client_secret: "a-secret-of-a-test-32-bytes-long" };
const STEPS_MAX = 12;

interface RunningProvider extends AsyncDisposable {
  readonly issuer: string;
}

async function openProvider(): Promise<RunningProvider> {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      ...CLIENT,
      redirect_uris: [CALLBACK],
      post_logout_redirect_uris: ["http://localhost/console/"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    }],
    pkce: { required: () => true },
    cookies: { keys: ["of-a-test"] },
    features: { devInteractions: { enabled: true } },
  });
  const server: Server = provider.listen(port, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  return {
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A person's browser at the provider: signs in there, agrees, and is sent back. */
class ProviderVisit {
  readonly #cookies = new Map<string, string>();
  readonly #user: string;

  constructor(user: string) {
    this.#user = user;
  }

  /** The query the browser comes back to us with. */
  async signIn(startUrl: string): Promise<string> {
    let at = new URL(startUrl);
    for (let step = 0; step < STEPS_MAX; step++) {
      if (at.href.startsWith(CALLBACK)) return at.search;
      const reply = await this.#visit(at);
      const location = reply.headers.get("location");
      const page = await reply.text();
      at = location === null ? await this.#fill(at, page) : new URL(location, at);
    }
    throw new Error("Cannot sign in at the provider: it sends on and on");
  }

  async #fill(at: URL, page: string): Promise<URL> {
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "";
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? at.href;
    const form = new URLSearchParams({ prompt, login: this.#user, password: "any" });
    const reply = await this.#visit(new URL(action, at), form);
    await reply.body?.cancel();
    return new URL(reply.headers.get("location") ?? "", at);
  }

  async #visit(at: URL, form?: URLSearchParams): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await fetch(at, {
      redirect: "manual",
      headers: { cookie },
      ...(form && { method: "POST", body: form }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return reply;
  }
}

function configOf({ issuer }: RunningProvider, changes: Partial<OidcConfig> = {}): OidcConfig {
  return {
    title: "统一身份认证",
    issuer,
    client_id: CLIENT.client_id,
    secret: CLIENT.client_secret,
    redirect_url: CALLBACK,
    signing_algorithm: "RS256",
    client_authentication: "basic",
    trusted_strength: [],
    timeout_ms: 10_000,
    ...changes,
  };
}

const WAY: SsoWay = { state: "a1".repeat(32), nonce: "b2".repeat(32), verifier: "c3".repeat(32) };

Deno.test("a certified provider signs linked people in, and nobody else (R-INT-05)", async () => {
  await using provider = await openProvider();
  const client = openOidcClient(configOf(provider), { clock: SYSTEM_CLOCK });
  const clients = new Map([["oidc", client] as const]);
  await using world = await openWorld({ outside: { ...NOTHING_OUTSIDE, clients } });
  const accountId = await addPerson(world, { login: "zhang" });
  await addPerson(world, { login: "admin", duty: "system", permissions: ["account.change"] });
  const admin = new Browser(world);
  await signInEnrolling(world, admin, "admin");
  const linked = await admin.call("POST", `/accounts/${accountId}/sso-links`, {
    body: { id: newId(world.clock.now()), provider: "oidc", subject: "zhangsan" },
  });
  assert.equal(linked.status, 201, await linked.text());

  async function signOn(browser: Browser, user: string): Promise<string> {
    const start = await browser.call("GET", "/sso/oidc/start");
    const search = await new ProviderVisit(user).signIn(start.headers.get("location") ?? "");
    const reply = await browser.call("GET", `/sso/oidc/callback${search}`);
    return reply.headers.get("location") ?? "";
  }
  const browser = new Browser(world);
  assert.equal(await signOn(browser, "zhangsan"), "/console/?sso=signed_in");
  assert.equal((await (await browser.call("GET", "/session")).json()).login, "zhang");
  assert.equal(await signOn(new Browser(world), "lisi"), "/console/?sso=refused");

  const { url } = await (await browser.call("GET", "/own/sso-sign-out")).json();
  assert.ok(url.startsWith(`${provider.issuer}/session/end?`));
  const signedOut = await fetch(url);
  assert.equal(signedOut.status, 200, await signedOut.text());
});

Deno.test("a certified provider takes a code once, with its verifier and secret", async () => {
  await using provider = await openProvider();
  const client = openOidcClient(configOf(provider), { clock: SYSTEM_CLOCK });
  const come = async () => await new ProviderVisit("zhangsan").signIn(await client.startUrl(WAY));

  const search = await come();
  assert.equal((await client.finish(search, WAY)).kind, "identity");
  assert.equal((await client.finish(search, WAY)).kind, "refused", "a code replayed");

  const stolen = await come();
  const thief = { ...WAY, verifier: "d4".repeat(32) };
  assert.equal((await client.finish(stolen, thief)).kind, "refused", "another's verifier");

  const other = { ...WAY, nonce: "e5".repeat(32) };
  assert.equal((await client.finish(await come(), other)).kind, "refused", "another's nonce");

  const impostor = openOidcClient(configOf(provider, { secret: "not-the-secret-of-the-test" }), {
    clock: SYSTEM_CLOCK,
  });
  assert.equal((await impostor.finish(await come(), WAY)).kind, "refused", "another secret");

  const strict = openOidcClient(configOf(provider, { signing_algorithm: "ES256" }), {
    clock: SYSTEM_CLOCK,
  });
  assert.equal((await strict.finish(await come(), WAY)).kind, "refused", "another algorithm");
});

Deno.test("a provider that does not answer is unavailable within the bound", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr;
  const client = openOidcClient(
    configOf({ issuer: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => {} }, {
      timeout_ms: 300,
    }),
    { clock: SYSTEM_CLOCK },
  );
  await assert.rejects(client.startUrl(WAY), { name: "SsoUnavailable" });
  const answer = await client.finish(`?code=x&state=${WAY.state}`, WAY);
  assert.equal(answer.kind, "unavailable");
});
