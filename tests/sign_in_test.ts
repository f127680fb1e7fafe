import assert from "node:assert/strict";
import { addPerson, Browser, codeNow, PASSWORD, signInEnrolling } from "./console.ts";
import { openWorld, type World } from "./world.ts";

/** Signing in through the console's API, and every attack on it that the issue names. */

const MINUTE_MS = 60_000;

async function events(world: World, kind: string): Promise<Record<string, unknown>[]> {
  const rows = await world.own.db.selectFrom("audit_event").selectAll().where("kind", "=", kind)
    .orderBy("id").execute();
  return rows.map(({ fields, ...row }) => ({ ...row, fields: JSON.parse(fields) }));
}

/** Every account of these tests is its own, so that they share one platform. */
Deno.test("sign-in", async (t) => {
  await using world = await openWorld();
  /** Each from an address of its own: what one test did wrong is not another's. */
  let hosts = 0;
  const browser = (headers: Record<string, string> = {}) =>
    new Browser(world, { "x-forwarded-for": `172.16.0.${++hosts}`, ...headers });

  await t.step("a password gives a session in a hardened cookie", async () => {
    await addPerson(world, { login: "wang", permissions: ["terminal.read"] });
    const tab = browser();
    const reply = await tab.call("POST", "/sign-in", {
      body: { login: "WANG", password: PASSWORD },
    });
    const cookie = reply.headers.getSetCookie().find((line) => line.includes("_session="));
    assert.match(
      cookie ?? "",
      /^__Host-yikatong_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/i,
    );
    const { session } = await reply.json();
    assert.equal(session.name, "职员wang");
    assert.deepEqual(session.permissions, [{ permission: "terminal.read", title: "查看终端" }]);
    assert.equal(reply.headers.get("cache-control"), "no-store");
    const again = await tab.call("GET", "/session");
    assert.equal((await again.json()).sessionId, session.sessionId);
    const [event] = await events(world, "access.signed_in");
    assert.deepEqual(event?.fields, { agent: "Mozilla/5.0 (test)", factors: "password" });
  });

  await t.step("the database holds no token that opens anything", async () => {
    const tab = browser();
    await tab.signIn("wang");
    const token = tab.cookies.get("__Host-yikatong_session") ?? "";
    const rows = await world.own.db.selectFrom("console_session").selectAll().execute();
    const text = JSON.stringify(
      rows,
      (_, value) =>
        value instanceof Uint8Array ? value.toBase64({ alphabet: "base64url" }) : String(value),
    );
    assert.ok(!text.includes(token));
  });

  await t.step(
    "enumeration: unknown, wrong, disabled, locked and expired answer alike",
    async () => {
      await addPerson(world, { login: "li" });
      const expired = new Date(world.clock.now().getTime() - 1);
      await addPerson(world, { login: "onetime", oneTimeUntil: expired });
      await addPerson(world, { login: "off" });
      await world.own.db.updateTable("account").set({ state: "disabled" }).where(
        "login",
        "=",
        "off",
      )
        .execute();
      const tries: [string, string][] = [
        ["li", "wrong"],
        ["nobody-here", PASSWORD],
        ["off", PASSWORD],
        ["onetime", PASSWORD],
      ];
      const answers = [];
      for (const [login, password] of tries) {
        const before = world.services.console.passwords.derivations;
        const reply = await browser().call("POST", "/sign-in", { body: { login, password } });
        const { traceId: _, ...body } = await reply.json();
        const derivations = world.services.console.passwords.derivations - before;
        answers.push({
          status: reply.status,
          body,
          derivations,
          cookies: reply.headers.getSetCookie(),
        });
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.deepEqual([answers[0]?.status, answers[0]?.derivations], [401, 1]);
      const reasons = (await events(world, "access.sign_in_refused")).map(({ reason }) => reason);
      assert.deepEqual(reasons.sort(), [
        "not_enabled",
        "one_time_over",
        "unknown_login",
        "wrong_password",
      ]);
    },
  );

  await t.step("what is typed as an unknown login is written nowhere", async () => {
    const typed = "my-secret-password";
    await browser().call("POST", "/sign-in", { body: { login: typed, password: "x" } });
    const rows = await world.own.db.selectFrom("audit_event").selectAll().execute();
    const failures = await world.own.db.selectFrom("sign_in_failure").selectAll().execute();
    assert.ok(
      !JSON.stringify([rows, failures], (_, v) => typeof v === "bigint" ? String(v) : v)
        .includes(typed),
    );
  });

  await t.step("stuffing: five failures lock the account, whoever comes then", async () => {
    await addPerson(world, { login: "zhao" });
    for (let at = 0; at < 5; at++) {
      const reply = await browser().call("POST", "/sign-in", {
        body: { login: "zhao", password: "no" },
      });
      assert.equal(reply.status, 401);
      world.clock.advance(10_000);
    }
    const right = await browser().call("POST", "/sign-in", {
      body: { login: "zhao", password: PASSWORD },
    });
    assert.equal(right.status, 401);
    assert.equal((await events(world, "access.sign_in_locked")).length, 1);
    world.clock.advance(31 * MINUTE_MS);
    assert.equal((await browser().signIn("zhao")).step, "signed_in");
  });

  await t.step("a delay grows between failures", async () => {
    await addPerson(world, { login: "qian" });
    const wrong = { body: { login: "qian", password: "no" } };
    await browser().call("POST", "/sign-in", wrong);
    await browser().call("POST", "/sign-in", wrong);
    const soon = await browser().call("POST", "/sign-in", {
      body: { login: "qian", password: PASSWORD },
    });
    assert.equal(soon.status, 401);
    world.clock.advance(1_000);
    assert.equal((await browser().signIn("qian")).step, "signed_in");
  });

  await t.step("stuffing from one address locks the address, not the accounts", async () => {
    const bad = browser();
    for (let at = 0; at < 35; at++) {
      await bad.call("POST", "/sign-in", { body: { login: `nobody-${at}`, password: "no" } });
      world.clock.advance(10_000);
    }
    await addPerson(world, { login: "sun" });
    const fromThere = await bad.call("POST", "/sign-in", {
      body: { login: "sun", password: PASSWORD },
    });
    assert.equal(fromThere.status, 401);
    assert.equal((await browser().signIn("sun")).step, "signed_in");
    const locked = (await events(world, "access.sign_in_locked")).map(({ fields }) => fields);
    assert.equal(locked.filter((fields) => Object(fields).of === "address").length, 1);
  });

  await t.step(
    "what people behind one address mistype before they come in does not add up",
    async () => {
      await addPerson(world, { login: "li.mistypes" });
      const shared = browser();
      for (let at = 0; at < 35; at++) {
        await shared.call("POST", "/sign-in", { body: { login: "li.mistypes", password: "no" } });
        world.clock.advance(10_000);
        assert.equal((await shared.signIn("li.mistypes")).step, "signed_in");
      }
    },
  );

  await t.step("an administrator enrols TOTP on the way in, with recovery codes", async () => {
    await addPerson(world, { login: "sec", duty: "security", permissions: ["session.end"] });
    const tab = browser();
    const { secret, recoveryCodes } = await signInEnrolling(world, tab, "sec");
    assert.equal(recoveryCodes.length, 10);
    assert.equal((await tab.call("GET", "/session")).status, 200);

    const other = browser();
    const next = await other.signIn("sec");
    assert.deepEqual(next, { step: "second_factor", options: ["totp", "recovery_code"] });
    assert.equal((await other.call("GET", "/session")).status, 401);
    const used = await other.call("POST", "/sign-in/second-factor", {
      body: { kind: "totp", code: codeNow(world, secret) },
    });
    assert.equal(used.status, 401, "the step was used for enrolling");
    world.clock.advance(30_000);
    const code = codeNow(world, secret);
    assert.equal(
      (await other.step("/sign-in/second-factor", { kind: "totp", code })).step,
      "signed_in",
    );

    const third = browser();
    await third.signIn("sec");
    const replayed = await third.call("POST", "/sign-in/second-factor", {
      body: { kind: "totp", code },
    });
    assert.equal(replayed.status, 401);
    const [recovery = ""] = recoveryCodes;
    const typed = recovery.toLowerCase().replaceAll("-", " ");
    const body = { kind: "recovery_code", code: typed };
    assert.equal((await third.step("/sign-in/second-factor", body)).step, "signed_in");
    const fourth = browser();
    await fourth.signIn("sec");
    const again = await fourth.call("POST", "/sign-in/second-factor", { body });
    assert.equal(again.status, 401);
    assert.equal((await events(world, "access.recovery_code_used")).length, 1);
  });

  await t.step("codes are guessed no more often than passwords", async () => {
    await addPerson(world, { login: "aud", duty: "audit" });
    await signInEnrolling(world, browser(), "aud");
    const guesser = browser();
    await guesser.signIn("aud");
    for (let at = 0; at < 5; at++) {
      await guesser.call("POST", "/sign-in/second-factor", {
        body: { kind: "totp", code: "000000" },
      });
      world.clock.advance(10_000);
    }
    const locked = await browser().call("POST", "/sign-in", {
      body: { login: "aud", password: PASSWORD },
    });
    assert.equal(locked.status, 401);
  });

  await t.step("a one-time password has to be changed, and into a good one", async () => {
    const until = new Date(world.clock.now().getTime() + MINUTE_MS);
    await addPerson(world, { login: "zhou", oneTimeUntil: until });
    const tab = browser();
    const next = await tab.signIn("zhou");
    assert.equal(next.step, "password_change");
    const weak = await tab.call("POST", "/sign-in/password", {
      body: { newPassword: "Zhou12345!" },
    });
    assert.equal(weak.status, 409);
    assert.equal((await weak.json()).detail, "of_login_or_name,keyboard");
    const same = await tab.call("POST", "/sign-in/password", { body: { newPassword: PASSWORD } });
    assert.equal((await same.json()).detail, "used_before");
    const done = await tab.step("/sign-in/password", { newPassword: "Tz8-qmve-Hoid" });
    assert.equal(done.step, "signed_in");
    const [event] = await events(world, "access.password_changed");
    assert.deepEqual(event?.fields, { why: "one_time" });
    const old = await browser().call("POST", "/sign-in", {
      body: { login: "zhou", password: PASSWORD },
    });
    assert.equal(old.status, 401);
  });

  await t.step("fixation: no secret known before a step is worth anything after it", async () => {
    await addPerson(world, { login: "wu" });
    const planted = "A".repeat(43);
    const victim = browser();
    victim.cookies.set("__Host-yikatong_session", planted);
    await victim.signIn("wu");
    assert.notEqual(victim.cookies.get("__Host-yikatong_session"), planted);
    const before = victim.cookies.get("__Host-yikatong_session");
    const confirmed = await victim.call("POST", "/session/confirm", {
      body: { password: PASSWORD },
    });
    assert.equal(confirmed.status, 200);
    const after = victim.cookies.get("__Host-yikatong_session");
    assert.notEqual(after, before);
    victim.cookies.set("__Host-yikatong_session", before ?? "");
    assert.equal((await victim.call("GET", "/session")).status, 401);
  });

  await t.step("theft: the cookie in another browser ends the session and is told", async () => {
    await addPerson(world, { login: "zheng" });
    const victim = browser();
    await victim.signIn("zheng");
    const thief = browser({ "user-agent": "curl/8" });
    for (const [name, value] of victim.cookies) thief.cookies.set(name, value);
    assert.equal((await thief.call("GET", "/session")).status, 401);
    assert.equal((await victim.call("GET", "/session")).status, 401);
    assert.equal((await events(world, "access.session_misused")).length, 1);
  });

  await t.step("CSRF: writes need the token and our own page", async () => {
    await addPerson(world, { login: "feng" });
    const tab = browser();
    await tab.signIn("feng");
    const attempts: Record<string, string>[] = [
      { "x-csrf-token": "" },
      { "x-csrf-token": "A".repeat(43) },
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of attempts) {
      const reply = await tab.call("POST", "/own/sessions/end", {
        body: { others: true },
        headers,
      });
      assert.equal(reply.status, 403, JSON.stringify(headers));
    }
    const good = await tab.call("POST", "/own/sessions/end", { body: { others: true } });
    assert.equal(good.status, 200);
    const login = await browser({ origin: "https://evil.example", "sec-fetch-site": "cross-site" })
      .call("POST", "/sign-in", { body: { login: "feng", password: PASSWORD } });
    assert.equal(login.status, 403);
    assert.ok((await events(world, "access.request_refused")).length > 0);
  });

  await t.step("malformed and oversized tokens are nobody's", async () => {
    for (
      const token of ["", "A", "A".repeat(42), "A".repeat(44), "A".repeat(9_000), "%00", "-_=."]
    ) {
      const tab = browser();
      tab.cookies.set("__Host-yikatong_session", token);
      assert.equal((await tab.call("GET", "/session")).status, 401, token.slice(0, 50));
    }
  });

  await t.step("sessions end: idle, absolute, too many, signed out", async () => {
    await addPerson(world, { login: "chen" });
    const [first, second, third] = [browser(), browser(), browser()];
    await first.signIn("chen");
    world.clock.advance(1_000);
    await second.signIn("chen");
    world.clock.advance(1_000);
    await third.signIn("chen");
    assert.equal((await first.call("GET", "/session")).status, 401, "the oldest of three");
    assert.equal((await second.call("GET", "/session")).status, 200);
    world.clock.advance(15 * MINUTE_MS);
    assert.equal((await second.call("GET", "/session")).status, 401, "idle");
    await third.signIn("chen");
    for (let minutes = 0; minutes < 12 * 60; minutes += 14) {
      assert.equal((await third.call("GET", "/session")).status, 200);
      world.clock.advance(14 * MINUTE_MS);
    }
    assert.equal((await third.call("GET", "/session")).status, 401, "absolute");
    await third.signIn("chen");
    const token = new Map(third.cookies);
    assert.equal((await third.call("POST", "/session/end")).status, 204);
    assert.equal(third.cookies.size, 0);
    for (const [name, value] of token) third.cookies.set(name, value);
    assert.equal((await third.call("GET", "/session")).status, 401, "signed out");
  });

  await t.step("a disabled account and changed rights are out at once", async () => {
    const id = await addPerson(world, { login: "chu" });
    const tab = browser();
    await tab.signIn("chu");
    await world.own.db.updateTable("account").set({ rights_version: 2n }).where("id", "=", id)
      .execute();
    assert.equal((await tab.call("GET", "/session")).status, 401);
  });

  await t.step("a role bound to addresses gives nothing elsewhere", async () => {
    await addPerson(world, {
      login: "wei",
      permissions: ["terminal.read"],
      addresses: ["192.168.7.0/24"],
    });
    const elsewhere = browser();
    const there = browser({ "x-forwarded-for": "192.168.7.20" });
    const one = await elsewhere.signIn("wei");
    const other = await there.signIn("wei");
    assert.ok(one.step === "signed_in" && other.step === "signed_in");
    assert.deepEqual([one.session.permissions.length, other.session.permissions.length], [0, 1]);
  });

  await t.step("parameters of a hash that changed are renewed at the next sign-in", async () => {
    const id = await addPerson(world, { login: "jiang" });
    const { passwords } = world.services.console;
    Object.defineProperty(passwords, "iterations", { value: 1_500 });
    assert.equal((await browser().signIn("jiang")).step, "signed_in");
    const row = await world.own.db.selectFrom("account_password").selectAll()
      .where("account_id", "=", id).executeTakeFirstOrThrow();
    assert.equal(row.iterations, 1_500);
    assert.equal((await browser().signIn("jiang")).step, "signed_in");
  });
});
