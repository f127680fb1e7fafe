import assert from "node:assert/strict";
import { openCasClient } from "../server/gateways/sso/cas_client.ts";
import { goOn } from "../server/modules/access/sign_in/go_on.ts";
import { readToken } from "../server/modules/access/sign_in/session_token.ts";
import { finishSignOn } from "../server/modules/access/sso/finish_sign_on.ts";
import { isWholeIdentity } from "../server/modules/access/sso/identity_row.ts";
import { keepLink } from "../server/modules/access/sso/keep_link.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { NOTHING_OUTSIDE, outsideOf, tidyOutside } from "../server/outside_services.ts";
import { newId } from "../server/platform/ids.ts";
import { CasServer } from "./cas_server.ts";
import { addPerson, Browser, PASSWORD, signInEnrolling } from "./console.ts";
import { openWorld, type World } from "./world.ts";

const REDIRECT = "http://localhost/api/console/v1/sso/cas/callback";

interface Scene {
  readonly world: World;
  readonly cas: CasServer;
}

async function openScene(): Promise<Scene & AsyncDisposable> {
  const cas = new CasServer();
  const client = openCasClient({
    title: "统一身份认证",
    url: cas.url,
    redirect_url: REDIRECT,
    trusted_strength: ["mfa"],
    timeout_ms: 1_000,
  }, { fetch: cas.fetch });
  const clients = new Map([["cas", client] as const]);
  const world = await openWorld({ outside: { ...NOTHING_OUTSIDE, clients } });
  return { world, cas, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** Made past the routes, for tests that are not about making it. */
async function link({ world }: Scene, accountId: string, subject: string): Promise<string> {
  const id = newId(world.clock.now());
  const browser = new Browser(world);
  const login = `admin-${id.slice(-8)}`;
  await addPerson(world, { login, duty: "system", permissions: ["account.change"] });
  await signInEnrolling(world, browser, login);
  const reply = await browser.call("POST", `/accounts/${accountId}/sso-links`, {
    body: { id, provider: "cas", subject },
  });
  assert.equal(reply.status, 201, await reply.clone().text());
  await reply.body?.cancel();
  return id;
}

async function start(browser: Browser, query = ""): Promise<string> {
  const reply = await browser.call("GET", `/sso/cas/start${query}`);
  assert.equal(reply.status, 302);
  return reply.headers.get("location") ?? "";
}

async function comeBack(browser: Browser, search: string): Promise<string> {
  const reply = await browser.call("GET", `/sso/cas/callback${search}`);
  assert.equal(reply.status, 302, await reply.clone().text());
  return reply.headers.get("location") ?? "";
}

async function signOn({ cas }: Scene, browser: Browser, user: string): Promise<string> {
  return await comeBack(browser, cas.signIn(await start(browser), user));
}

async function refusals({ world }: Scene): Promise<string[]> {
  const rows = await world.own.db.selectFrom("audit_event").select("reason")
    .where("kind", "=", "access.sso_refused").execute();
  return rows.map(({ reason }) => reason ?? "").sort();
}

const WAY_COOKIE = "__Secure-yikatong_sso";
const REFUSED = "/console/?sso=refused";

Deno.test("single sign-on (R-ORG-06, R-INT-05)", async (t) => {
  await using scene = await openScene();
  const { world, cas } = scene;
  const accountId = await addPerson(world, { login: "zhang", permissions: ["order.read"] });
  await link(scene, accountId, "zhangsan");

  await t.step("a linked person is signed in, with the rights he has here", async () => {
    const browser = new Browser(world);
    assert.equal(await signOn(scene, browser, "zhangsan"), "/console/?sso=signed_in");
    const session = await (await browser.call("GET", "/session")).json();
    assert.equal(session.login, "zhang");
    assert.deepEqual(session.factors, ["sso"]);
    assert.equal(session.confirmedAt, null);
    assert.deepEqual(session.permissions.map((one: { permission: string }) => one.permission), [
      "order.read",
    ]);
  });

  await t.step("the way's cookie is Lax, bound to the callback, hidden and short", async () => {
    const reply = await new Browser(world).call("GET", "/sso/cas/start");
    const [cookie = ""] = reply.headers.getSetCookie();
    assert.match(cookie, /^__Secure-yikatong_sso=[\w-]{43};/);
    for (const part of [/Path=\/api\/console\/v1\/sso\/cas\/callback/, /HttpOnly/, /Secure/]) {
      assert.match(cookie, part);
    }
    assert.match(cookie, /SameSite=Lax/);
    assert.match(cookie, /Max-Age=600/);
    assert.equal(reply.headers.get("cache-control"), "no-store");
    await reply.body?.cancel();
  });

  await t.step("the address and the database hold nothing of the cookie", async () => {
    const browser = new Browser(world);
    const url = await start(browser);
    const cookie = browser.cookies.get(WAY_COOKIE) ?? "-";
    assert.ok(!url.includes(cookie));
    const rows = await world.own.db.selectFrom("sso_attempt").selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes(cookie));
  });

  await t.step("an unlinked subject is refused, and no account is made", async () => {
    const count = async () =>
      (await world.own.db.selectFrom("account").select("id").execute()).length;
    const before = await count();
    assert.equal(await signOn(scene, new Browser(world), "lisi"), REFUSED);
    assert.equal(await signOn(scene, new Browser(world), "zhang"), REFUSED);
    assert.equal(await count(), before);
    assert.deepEqual(await refusals(scene), ["not_linked", "not_linked"]);
  });

  await t.step("a stolen callback address opens nothing in another browser", async () => {
    const victim = new Browser(world);
    const search = cas.signIn(await start(victim), "zhangsan");
    const thief = new Browser(world);
    assert.equal(await comeBack(thief, search), REFUSED);
    await start(thief);
    assert.equal(await comeBack(thief, search), REFUSED);
    assert.equal((await thief.call("GET", "/session")).status, 401);
  });

  await t.step("a callback counts once, even with its cookie put back", async () => {
    const browser = new Browser(world);
    const search = cas.signIn(await start(browser), "zhangsan");
    const cookie = browser.cookies.get(WAY_COOKIE) ?? "";
    assert.equal(await comeBack(browser, search), "/console/?sso=signed_in");
    assert.equal(browser.cookies.has(WAY_COOKIE), false);
    const again = new Browser(world);
    again.cookies.set(WAY_COOKIE, cookie);
    assert.equal(await comeBack(again, search), REFUSED);
  });

  await t.step("a way is over after ten minutes, and swept later", async () => {
    const browser = new Browser(world);
    const search = cas.signIn(await start(browser), "zhangsan");
    world.clock.advance(600_000);
    assert.equal(await comeBack(browser, search), REFUSED);
    world.clock.advance(86_400_001);
    await tidyOutside(world.services);
    assert.deepEqual(await world.own.db.selectFrom("sso_attempt").selectAll().execute(), []);
  });

  await t.step("the way back is one of our pages, whatever is asked for", async () => {
    const browser = new Browser(world);
    const search = cas.signIn(await start(browser, "?to=audit"), "zhangsan");
    assert.equal(await comeBack(browser, search), "/console/audit?sso=signed_in");
    for (const to of ["https://evil.test/", "//evil.test", "/console/../x", "constructor"]) {
      const reply = await browser.call("GET", `/sso/cas/start?to=${encodeURIComponent(to)}`);
      assert.equal(reply.status, 400, to);
      await reply.body?.cancel();
    }
    const other = await browser.call("GET", "/sso/oidc/start");
    assert.equal(other.status, 404);
    await other.body?.cancel();
  });

  await t.step("a way somebody turned into a link to another's account links nothing", async () => {
    const { db } = world.own;
    const thief = new Browser(world);
    const search = cas.signIn(await start(thief), "thief");
    const way = await db.updateTable("sso_attempt").set({ account_id: accountId, purpose: "link" })
      .where("used_at", "is", null).returning("id").executeTakeFirstOrThrow();
    assert.equal(await comeBack(thief, search), REFUSED);
    const links = await db.selectFrom("account_identity").select("account_id").execute();
    assert.equal(links.length, 1);
    const alarms = await db.selectFrom("row_alarm").select(["table_name", "row_id"]).execute();
    assert.deepEqual(alarms, [{ table_name: "sso_attempt", row_id: way.id }]);
  });

  await t.step("a disabled account is refused, and a link changed past the platform", async () => {
    const change = (state: "disabled" | "enabled") =>
      world.own.db.updateTable("account").set({ state }).where("id", "=", accountId).execute();
    // Not as the platform does it: the row's tag stops fitting, which is refused as well.
    await change("disabled");
    assert.equal(await signOn(scene, new Browser(world), "zhangsan"), REFUSED);
    await change("enabled");
    const other = await addPerson(world, { login: "sun" });
    const [row] = await world.own.db.selectFrom("account_identity").selectAll().execute();
    assert.ok(row && await isWholeIdentity(world.services.rowTags, row));
    await world.own.db.updateTable("account_identity").set({ account_id: other })
      .where("id", "=", row.id).execute();
    assert.equal(await signOn(scene, new Browser(world), "zhangsan"), REFUSED);
    await world.own.db.updateTable("account_identity").set({ account_id: accountId })
      .where("id", "=", row.id).execute();
    assert.equal(await signOn(scene, new Browser(world), "zhangsan"), "/console/?sso=signed_in");
    assert.ok((await refusals(scene)).includes("link_broken"));
  });
});

Deno.test("single sign-on: the platform's own second factor is still asked for", async (t) => {
  await using scene = await openScene();
  const { world, cas } = scene;
  await addPerson(world, { login: "li", duty: "security", permissions: ["rights.read"] });
  const own = new Browser(world);
  const { recoveryCodes } = await signInEnrolling(world, own, "li");

  await t.step("an owner links his identity himself, confirmed", async () => {
    const reply = await own.call("POST", "/own/sso-links/cas");
    assert.equal(reply.status, 200, await reply.clone().text());
    const { url } = await reply.json();
    assert.equal(await comeBack(own, cas.signIn(url, "lisi")), "/console/own?sso=linked");
    const { links } = await (await own.call("GET", "/own/sso-links")).json();
    assert.deepEqual([links[0].subject, links[0].linkedBy, links[0].inUse], [
      "l******i",
      "li",
      true,
    ]);
    world.clock.advance(5 * 60_000 + 1);
    const later = await own.call("POST", "/own/sso-links/cas");
    assert.equal((await later.json()).code, "access.reauthentication_needed");
  });

  await t.step("then a second factor of ours is the next step", async () => {
    const browser = new Browser(world);
    const page = await signOn(scene, browser, "lisi");
    assert.equal(page, "/console/?sso=second_factor&options=totp.recovery_code");
    assert.equal((await browser.call("GET", "/session")).status, 401);
    const next = await browser.step("/sign-in/second-factor", {
      kind: "recovery_code",
      code: recoveryCodes[0],
    });
    assert.equal(next.step, "signed_in");
  });

  await t.step("unless the provider says a word the profile lists", async () => {
    cas.strength = "mfa";
    const browser = new Browser(world);
    assert.equal(await signOn(scene, browser, "lisi"), "/console/?sso=signed_in");
    const session = await (await browser.call("GET", "/session")).json();
    assert.deepEqual(session.factors, ["sso", "sso_second_factor"]);
    cas.strength = "pwd";
  });

  await t.step("an identity belongs to one account", async () => {
    await addPerson(world, { login: "wang" });
    const browser = new Browser(world);
    await browser.signIn("wang");
    const { url } = await (await browser.call("POST", "/own/sso-links/cas")).json();
    assert.equal(await comeBack(browser, cas.signIn(url, "lisi")), "/console/own?sso=refused");
  });

  await t.step("no administrator links another administrator's account (三权分立)", async () => {
    const system = new Browser(world);
    const id = await addPerson(world, {
      login: "zhao",
      duty: "system",
      permissions: ["account.change", "account.read"],
    });
    await signInEnrolling(world, system, "zhao");
    const security = await world.own.db.selectFrom("account").select("id")
      .where("login", "=", "li").executeTakeFirstOrThrow();
    for (const target of [security.id, id]) {
      const reply = await system.call("POST", `/accounts/${target}/sso-links`, {
        body: { id: newId(world.clock.now()), provider: "cas", subject: "mallory" },
      });
      assert.equal((await reply.json()).code, "access.link_own_only");
    }
    const { links } = await (await system.call("GET", `/accounts/${security.id}/sso-links`)).json();
    const gone = await system.call(
      "POST",
      `/accounts/${security.id}/sso-links/${links[0].id}/remove`,
    );
    assert.equal(gone.status, 204);
    assert.equal(await signOn(scene, new Browser(world), "lisi"), REFUSED);
    assert.equal((await own.call("GET", "/session")).status, 401, "its sessions end");
    assert.equal((await system.call("GET", "/session")).status, 200);
  });

  await t.step("an owner who unlinks goes on, his other sessions and ways in end", async () => {
    await addPerson(world, { login: "qian" });
    const [here, there] = [new Browser(world), new Browser(world)];
    await here.signIn("qian");
    const { url } = await (await here.call("POST", "/own/sso-links/cas")).json();
    assert.equal(await comeBack(here, cas.signIn(url, "qian")), "/console/own?sso=linked");
    assert.equal(await signOn(scene, there, "qian"), "/console/?sso=signed_in");
    const { links } = await (await here.call("GET", "/own/sso-links")).json();
    const gone = await here.call("POST", `/own/sso-links/${links[0].id}/remove`);
    assert.equal(gone.status, 204);
    assert.equal((await here.call("GET", "/session")).status, 200);
    assert.equal((await there.call("GET", "/session")).status, 401);
  });

  await t.step("a link asked for in a session that ended since links nothing", async () => {
    await addPerson(world, { login: "zhou" });
    const [thief, owner] = [new Browser(world), new Browser(world)];
    await thief.signIn("zhou");
    const { url } = await (await thief.call("POST", "/own/sso-links/cas")).json();
    await owner.signIn("zhou");
    const body = { password: PASSWORD, newPassword: "Kf7-Wq2m-Zr9x" };
    assert.equal((await owner.call("POST", "/own/password", { body })).status, 200);
    assert.equal((await thief.call("GET", "/session")).status, 401);
    assert.equal(await comeBack(thief, cas.signIn(url, "mallory")), "/console/own?sso=refused");
    assert.equal(await signOn(scene, new Browser(world), "mallory"), REFUSED);
  });

  await t.step("a link removed in the middle of a sign-in ends what began by it", async () => {
    const { services } = world;
    const account = await world.own.db.selectFrom("account").selectAll()
      .where("login", "=", "wang").executeTakeFirstOrThrow();
    const deps = outsideOf(services);
    const actor = { ...systemActor("test"), id: account.id };
    const made = { id: newId(world.clock.now()), accountId: account.id, linkedBy: account.id };
    await keepLink(deps, { actor, link: { ...made, provider: "cas", subject: "wangwu" } });
    const browser = new Browser(world);
    const search = cas.signIn(await start(browser), "wangwu");
    const token = readToken(browser.cookies.get(WAY_COOKIE));
    const visit = { deviceHash: new Uint8Array(32), agent: null, address: null, traceId: "test" };
    const { brokenRows } = services.console;
    const finished = await finishSignOn({
      ...deps,
      brokenRows,
      goOn: async (progress, seen) => {
        const gone = await goOn(services.console, progress, seen);
        await world.own.db.updateTable("account_identity")
          .set({ removed_at: world.clock.now(), removed_by: account.id })
          .where("id", "=", made.id).execute();
        return gone;
      },
    }, { provider: "cas", token, search, visit });
    assert.deepEqual([finished.outcome, finished.gone], ["refused", null]);
    const left = await world.own.db.selectFrom("console_session").select("factors")
      .where("account_id", "=", account.id).where("ended_at", "is", null).execute();
    assert.deepEqual(left, []);
  });

  await t.step("the sign-in page learns of the provider, and where to sign out", async () => {
    const { providers } = await (await new Browser(world).call("GET", "/sso/providers")).json();
    assert.deepEqual(providers, [{
      provider: "cas",
      title: "统一身份认证",
      startUrl: "/api/console/v1/sso/cas/start",
    }]);
    const browser = new Browser(world);
    await browser.signIn("wang", PASSWORD);
    const { url } = await (await browser.call("GET", "/own/sso-sign-out")).json();
    assert.equal(new URL(url).pathname, "/cas/logout");
  });
});
