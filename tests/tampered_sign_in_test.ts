/** Who can write the tables past the platform: rows that let somebody in, rewritten by SQL. */
import assert from "node:assert/strict";
import type { Insertable, Updateable } from "kysely";
import { recoveryCodeHash } from "../server/modules/access/sign_in/factors/recovery_codes.ts";
import { readIntegrity } from "../server/protection/protection.ts";
import type { Tables } from "../server/schema.ts";
import { checkRows } from "./check_rows.ts";
import { addPerson, Browser, codeNow, signInEnrolling } from "./console.ts";
import { openWorld, type World } from "./world.ts";

const HOUR_MS = 3_600_000;

async function alarmsOf(world: World): Promise<string[]> {
  const { alarms } = await readIntegrity(world.services.protection);
  return alarms.map(({ table, rowId }) => `${table} ${rowId}`);
}

/** It is told where it is used, and found by the check of all rows. */
async function assertTold(world: World, ...rows: string[]): Promise<void> {
  const alarms = await alarmsOf(world);
  const broken = (await checkRows(world)).map(({ table, rowId }) => `${table} ${rowId}`);
  for (const row of rows) {
    assert.ok(alarms.includes(row), `no alarm of ${row}`);
    assert.ok(broken.includes(row), `not found: ${row}`);
  }
}

Deno.test("a session somebody wrote into is none", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  const adminId = await addPerson(world, { login: "admin", permissions: ["terminal.read"] });
  await addPerson(world, { login: "thief" });
  let hosts = 0;
  const signedIn = async (login: string): Promise<{ tab: Browser; id: string }> => {
    const tab = new Browser(world, { "x-forwarded-for": `172.20.0.${++hosts}` });
    await tab.signIn(login);
    const { sessionId } = await (await tab.call("GET", "/session")).json();
    return { tab, id: sessionId };
  };
  const write = async (id: string, to: Updateable<Tables["console_session"]>) =>
    void await db.updateTable("console_session").set(to).where("id", "=", id).execute();

  await t.step("made somebody else's, it opens nothing and is told", async () => {
    const { tab, id } = await signedIn("thief");
    await write(id, { account_id: adminId });
    assert.equal((await tab.call("GET", "/session")).status, 401);
    assert.equal((await tab.call("GET", "/session")).status, 401);
    await assertTold(world, `console_session ${id}`);
    const { ended_at } = await db.selectFrom("console_session").select("ended_at")
      .where("id", "=", id).executeTakeFirstOrThrow();
    assert.equal(ended_at, null, "left as it is for who looks into it");
  });

  await t.step("longer, confirmed, with another factor or without a tag neither", async () => {
    const later = new Date(world.clock.now().getTime() + 100 * HOUR_MS);
    const forgeries: Updateable<Tables["console_session"]>[] = [
      { expires_at: later },
      { last_used_at: later },
      { confirmed_at: later },
      { factors: '["password","totp"]' },
      { rights_version: 99n },
      { device_hash: new Uint8Array(32) },
      { tag: null },
    ];
    for (const forgery of forgeries) {
      const { tab, id } = await signedIn("thief");
      assert.equal((await tab.call("GET", "/session")).status, 200);
      await write(id, forgery);
      const [name = ""] = Object.keys(forgery);
      assert.equal((await tab.call("GET", "/session")).status, 401, name);
      assert.ok((await alarmsOf(world)).includes(`console_session ${id}`), name);
    }
  });

  await t.step("another one's row with the thief's token is not his", async () => {
    const [own, other] = [await signedIn("thief"), await signedIn("admin")];
    const { token_hash } = await db.selectFrom("console_session").select("token_hash")
      .where("id", "=", own.id).executeTakeFirstOrThrow();
    await db.deleteFrom("console_session").where("id", "=", own.id).execute();
    await write(other.id, { token_hash });
    assert.equal((await own.tab.call("GET", "/session")).status, 401);
  });

  await t.step("one that ended does not go on", async () => {
    const { tab, id } = await signedIn("admin");
    const cookies = new Map(tab.cookies);
    assert.equal((await tab.call("POST", "/session/end")).status, 204);
    await write(id, { ended_at: null, ended_why: null });
    for (const [name, value] of cookies) tab.cookies.set(name, value);
    assert.equal((await tab.call("GET", "/session")).status, 401);
    await assertTold(world, `console_session ${id}`);
  });

  await t.step("used, confirmed and signed out, the platform's own rows fit", async () => {
    const brokenRows = async () => (await checkRows(world)).map(({ rowId }) => rowId);
    const before = await brokenRows();
    const { tab } = await signedIn("admin");
    world.clock.advance(20_000);
    const confirmed = await tab.call("POST", "/session/confirm", {
      body: { password: "Vmkb-rT0t-uzyc" },
    });
    assert.equal(confirmed.status, 200);
    tab.csrfToken = (await confirmed.json()).csrfToken;
    assert.equal((await tab.call("POST", "/own/totp")).status, 200);
    world.clock.advance(20_000);
    assert.equal(
      (await tab.call("POST", "/own/sessions/end", { body: { others: true } })).status,
      200,
    );
    assert.equal((await tab.call("POST", "/session/end")).status, 204);
    assert.deepEqual(await brokenRows(), before);
  });
});

Deno.test("a sign-in under way that somebody wrote into is none", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  const adminId = await addPerson(world, { login: "admin", duty: "audit" });
  await addPerson(world, { login: "thief", duty: "audit" });
  const forgeries: Updateable<Tables["sign_in_attempt"]>[] = [
    { account_id: adminId },
    { factors: '["password","totp"]' },
    { expires_at: new Date("2030-01-01") },
    { tag: null },
  ];
  for (const [at, forgery] of forgeries.entries()) {
    const [name = ""] = Object.keys(forgery);
    await t.step(`${name} rewritten`, async () => {
      const tab = new Browser(world, { "x-forwarded-for": `172.20.1.${at}` });
      assert.equal((await tab.signIn("thief")).step, "second_factor_enrolment");
      const { id } = await db.updateTable("sign_in_attempt").set(forgery).returning("id")
        .executeTakeFirstOrThrow();
      const reply = await tab.call("POST", "/sign-in/totp");
      assert.equal((await reply.json()).code, "access.sign_in_over");
      await assertTold(world, `sign_in_attempt ${id}`);
      await db.deleteFrom("sign_in_attempt").execute();
    });
  }

  await t.step("a step it was not at is not skipped to", async () => {
    const oneTimeUntil = new Date(world.clock.now().getTime() + HOUR_MS);
    await addPerson(world, { login: "new", oneTimeUntil });
    const tab = new Browser(world, { "x-forwarded-for": "172.20.1.99" });
    assert.equal((await tab.signIn("new")).step, "password_change");
    await db.updateTable("sign_in_attempt").set({
      step: "second_factor_enrolment",
      why_change: null,
    })
      .execute();
    const reply = await tab.call("POST", "/sign-in/totp");
    assert.equal((await reply.json()).code, "access.sign_in_over");
  });
});

Deno.test("a second factor somebody wrote into proves nothing, and is still asked for", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  const enrolled = async (login: string, host: number) => {
    const id = await addPerson(world, { login, duty: "audit" });
    const tab = new Browser(world, { "x-forwarded-for": `172.20.2.${host}` });
    return { id, ...await signInEnrolling(world, tab, login) };
  };
  const admin = await enrolled("admin", 1);
  const thief = await enrolled("thief", 2);
  let hosts = 10;
  /** After a good password. */
  const show = async (login: string, body: unknown): Promise<number> => {
    world.clock.advance(HOUR_MS);
    const tab = new Browser(world, { "x-forwarded-for": `172.20.2.${++hosts}` });
    assert.equal((await tab.signIn(login)).step, "second_factor");
    return (await tab.call("POST", "/sign-in/second-factor", { body })).status;
  };
  const codeOf = (secret: string) => {
    const later = { clock: { now: () => new Date(world.clock.now().getTime() + HOUR_MS) } };
    return { kind: "totp", code: codeNow(later as Pick<World, "clock">, secret) };
  };
  const totpOf = (id: string) =>
    db.selectFrom("totp_factor").selectAll().where("account_id", "=", id)
      .executeTakeFirstOrThrow();

  await t.step("the thief's secret copied over the administrator's", async () => {
    const [own, other] = [await totpOf(admin.id), await totpOf(thief.id)];
    const put = async (to: Updateable<Tables["totp_factor"]>) =>
      void await db.updateTable("totp_factor").set(to).where("account_id", "=", admin.id).execute();
    await put({ secret_sealed: other.secret_sealed });
    assert.equal(await show("admin", codeOf(thief.secret)), 401);
    await assertTold(world, `totp_factor ${admin.id}`);
    await put({ secret_sealed: other.secret_sealed, tag: other.tag, last_step: other.last_step });
    assert.equal(await show("admin", codeOf(thief.secret)), 401);
    await put({ secret_sealed: other.secret_sealed, tag: null });
    assert.equal(await show("admin", codeOf(thief.secret)), 401);
    const { secret_sealed, last_step, tag } = own;
    await put({ secret_sealed, last_step, tag });
    assert.equal(await show("admin", codeOf(admin.secret)), 200);
    assert.deepEqual(await checkRows(world), []);
  });

  await t.step("a code counted once does not count again when its step is set back", async () => {
    const body = codeOf(thief.secret);
    assert.equal(await show("thief", body), 200);
    world.clock.advance(-HOUR_MS);
    await db.updateTable("totp_factor").set({ last_step: 0n })
      .where("account_id", "=", thief.id).execute();
    assert.equal(await show("thief", body), 401);
    await assertTold(world, `totp_factor ${thief.id}`);
  });

  await t.step("recovery codes: one that was used, one made by SQL", async () => {
    const [code = "", next = ""] = admin.recoveryCodes;
    const body = { kind: "recovery_code", code };
    assert.equal(await show("admin", body), 200);
    const [used] = await db.updateTable("recovery_code").set({ used_at: null })
      .where("account_id", "=", admin.id).where("used_at", "is not", null).returningAll().execute();
    assert.ok(used);
    assert.equal(await show("admin", body), 401);
    await assertTold(world, `recovery_code ${admin.id} ${used.hash.toHex()}`);
    const forged: Insertable<Tables["recovery_code"]> = {
      account_id: thief.id,
      hash: recoveryCodeHash(thief.id, "AAAA-BBBB-CCCC"),
      made_at: used.made_at,
      used_at: null,
      tag: used.tag,
    };
    await db.insertInto("recovery_code").values(forged).execute();
    const shown = { kind: "recovery_code", code: "AAAA-BBBB-CCCC" };
    assert.equal(await show("thief", shown), 401);
    assert.equal(await show("admin", { kind: "recovery_code", code: next }), 200);
  });
});

Deno.test("a step of a sign-in changes something once", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  const oneTimeUntil = new Date(world.clock.now().getTime() + HOUR_MS);

  await t.step("of two changes of a one-time password one is made", async () => {
    const id = await addPerson(world, { login: "new", oneTimeUntil });
    const tab = new Browser(world, { "x-forwarded-for": "172.20.3.1" });
    await tab.signIn("new");
    const choose = async (newPassword: string) => {
      const twin = new Browser(world, { "x-forwarded-for": "172.20.3.1" });
      for (const [name, value] of tab.cookies) twin.cookies.set(name, value);
      const { status } = await twin.call("POST", "/sign-in/password", { body: { newPassword } });
      return { status, newPassword };
    };
    const both = await Promise.all([choose("Kf7-Wq2m-Zr9x"), choose("Tb4-Yn8c-Hv3k")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    const changes = await db.selectFrom("audit_event").select("id").where("object_id", "=", id)
      .where("kind", "=", "access.password_changed").execute();
    assert.equal(changes.length, 1);
    const kept = both.find(({ status }) => status === 200)?.newPassword ?? "";
    const later = new Browser(world, { "x-forwarded-for": "172.20.3.2" });
    assert.equal((await later.signIn("new", kept)).step, "signed_in");
  });

  await t.step(
    "of two confirmations of a new factor one is made; a replay makes none",
    async () => {
      const id = await addPerson(world, { login: "enrolling", duty: "audit" });
      const tab = new Browser(world, { "x-forwarded-for": "172.20.3.3" });
      await tab.signIn("enrolling");
      const { secret } = await (await tab.call("POST", "/sign-in/totp")).json();
      const body = { code: codeNow(world, secret) };
      const confirm = async () => {
        const twin = new Browser(world, { "x-forwarded-for": "172.20.3.3" });
        for (const [name, value] of tab.cookies) twin.cookies.set(name, value);
        return (await twin.call("POST", "/sign-in/totp/confirm", { body })).status;
      };
      assert.deepEqual((await Promise.all([confirm(), confirm()])).sort(), [200, 409]);
      const codes = () =>
        db.selectFrom("recovery_code").select("hash").where("account_id", "=", id).orderBy("hash")
          .execute();
      const kept = await codes();
      assert.equal(await confirm(), 409);
      assert.deepEqual(await codes(), kept);
    },
  );

  await t.step("who was half-way in when a factor came about enrols none over it", async () => {
    const id = await addPerson(world, { login: "two.ways", duty: "audit" });
    const thief = new Browser(world, { "x-forwarded-for": "172.20.3.4" });
    await thief.signIn("two.ways");
    const { secret } = await (await thief.call("POST", "/sign-in/totp")).json();
    const [waiting] = await db.selectFrom("sign_in_attempt").selectAll()
      .where("account_id", "=", id).execute();
    assert.ok(waiting);
    const owner = new Browser(world, { "x-forwarded-for": "172.20.3.5" });
    await signInEnrolling(world, owner, "two.ways");
    await db.insertInto("sign_in_attempt").values(waiting).execute();
    const reply = await thief.call("POST", "/sign-in/totp/confirm", {
      body: { code: codeNow(world, secret) },
    });
    assert.equal((await reply.json()).code, "access.sign_in_over");
  });

  await t.step("a factor enrolled in a session is enrolled once", async () => {
    const id = await addPerson(world, { login: "own.factor" });
    const tab = new Browser(world, { "x-forwarded-for": "172.20.3.6" });
    await tab.signIn("own.factor");
    const { secret } = await (await tab.call("POST", "/own/totp")).json();
    const body = { code: codeNow(world, secret) };
    const confirm = async () => (await tab.call("POST", "/own/totp/confirm", { body })).status;
    assert.deepEqual((await Promise.all([confirm(), confirm()])).sort(), [200, 409]);
    const events = await db.selectFrom("audit_event").select("id").where("object_id", "=", id)
      .where("kind", "=", "access.second_factor_enrolled").execute();
    assert.equal(events.length, 1);
  });
});

Deno.test("GET /session tells what is allowed from where the request comes", async () => {
  await using world = await openWorld();
  await addPerson(world, {
    login: "wei",
    permissions: ["terminal.read"],
    addresses: ["192.168.7.0/24"],
  });
  const tab = new Browser(world, { "x-forwarded-for": "192.168.7.20" });
  const signedIn = await tab.signIn("wei");
  assert.ok(signedIn.step === "signed_in" && signedIn.session.permissions.length === 1);
  const told = async (address: string) => {
    const reply = await tab.call("GET", "/session", { headers: { "x-forwarded-for": address } });
    return (await reply.json()).permissions.length;
  };
  assert.equal(await told("192.168.7.21"), 1);
  assert.equal(await told("10.0.0.1"), 0);
});
