import assert from "node:assert/strict";
import { SecurityPolicies } from "../server/modules/access/policy/security_policies.ts";
import { newId } from "../server/platform/ids.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { addPerson, Browser, codeNow, PASSWORD, signInEnrolling } from "./console.ts";
import { openWorld, type World } from "./world.ts";

/** What administrators do about sessions, locks, passwords, factors and the policy. */

async function events(world: World, kind: string): Promise<Record<string, unknown>[]> {
  const rows = await world.own.db.selectFrom("audit_event").selectAll().where("kind", "=", kind)
    .orderBy("id").execute();
  return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) }));
}

Deno.test("administrators and sign-in", async (t) => {
  await using world = await openWorld();
  let hosts = 0;
  const browser = () => new Browser(world, { "x-forwarded-for": `172.17.0.${++hosts}` });

  await addPerson(world, {
    login: "security",
    duty: "security",
    permissions: ["session.read", "session.end", "factor.reset", "policy.read", "policy.change"],
  });
  const security = browser();
  const { secret } = await signInEnrolling(world, security, "security");
  const confirm = async () => {
    world.clock.advance(30_000);
    const reply = await security.call("POST", "/session/confirm", {
      body: { password: PASSWORD, factor: { kind: "totp", code: codeNow(world, secret) } },
    });
    assert.equal(reply.status, 200, await reply.clone().text());
    security.csrfToken = (await reply.json()).csrfToken;
  };

  await t.step("confirming takes both factors", async () => {
    const alone = await security.call("POST", "/session/confirm", { body: { password: PASSWORD } });
    assert.equal(alone.status, 401);
    world.clock.advance(10_000);
    await confirm();
    assert.equal((await events(world, "access.reauthenticated")).length, 1);
  });

  await t.step("who lacks a permission is refused, and that is told once a minute", async () => {
    await addPerson(world, { login: "clerk", permissions: ["terminal.read"] });
    const clerk = browser();
    await clerk.signIn("clerk");
    for (const path of ["/policies", "/locks", "/locks", "/sessions"]) {
      assert.equal((await clerk.call("GET", path)).status, 403);
    }
    const told = (await events(world, "access.refused")).map(({ fields }) => fields);
    assert.equal(told.length, 3);
    assert.deepEqual(told[0], {
      permission: "policy.read",
      method: "GET",
      route: "/api/console/v1/policies",
    });
  });

  await t.step("locks are shown by login and ended by the security administrator", async () => {
    await addPerson(world, { login: "locked" });
    for (let at = 0; at < 5; at++) {
      await browser().call("POST", "/sign-in", { body: { login: "locked", password: "no" } });
      world.clock.advance(10_000);
    }
    const { locks } = await (await security.call("GET", "/locks")).json();
    const lock = locks.find(({ name }: { name: string }) => name === "locked");
    assert.equal(lock.failures, 5);
    assert.ok(lock.lockedUntil);
    assert.ok(!JSON.stringify(locks).includes("unknown-"));
    await confirm();
    const ended = await security.call("POST", "/locks/end", {
      body: { of: "account", name: "locked" },
    });
    assert.equal(ended.status, 204);
    assert.equal((await browser().signIn("locked")).step, "signed_in");
    assert.equal((await events(world, "access.sign_in_unlocked")).length, 1);
  });

  await t.step(
    "a dangerous action asks for password and factor again after five minutes",
    async () => {
      world.clock.advance(6 * 60_000);
      const late = await security.call("POST", "/locks/end", {
        body: { of: "account", name: "locked" },
      });
      assert.equal((await late.json()).code, "access.reauthentication_needed");
      await confirm();
    },
  );

  await t.step("sessions are seen and ended within the administrator's scope alone", async () => {
    const [, other] = await world.own.db.selectFrom("organisation").selectAll()
      .where("kind", "=", "town").orderBy("id").execute();
    assert.ok(other);
    const town = await world.own.db.selectFrom("organisation").selectAll()
      .where("kind", "=", "town").orderBy("id").executeTakeFirstOrThrow();
    await addPerson(world, {
      login: "town.security",
      duty: "security",
      organisationId: town.id,
      permissions: ["session.read", "session.end"],
    });
    const local = browser();
    await signInEnrolling(world, local, "town.security");
    await addPerson(world, { login: "elsewhere", organisationId: other.id });
    const foreign = browser();
    const entered = await foreign.signIn("elsewhere");
    assert.ok(entered.step === "signed_in");
    const { sessions } = await (await local.call("GET", "/sessions")).json();
    assert.deepEqual(sessions.map(({ login }: { login: string }) => login), ["town.security"]);
    await browser().call("POST", "/sign-in", { body: { login: "elsewhere", password: "no" } });
    await browser().call("POST", "/sign-in", { body: { login: "town.security", password: "no" } });
    const { locks } = await (await local.call("GET", "/locks")).json();
    assert.deepEqual(locks.map(({ name }: { name: string }) => name), ["town.security"]);
    const { sessionId, accountId } = entered.session;
    for (const path of [`/sessions/${sessionId}/end`, `/accounts/${accountId}/sessions/end`]) {
      assert.equal((await local.call("POST", path)).status, 404);
    }
    assert.equal((await foreign.call("GET", "/session")).status, 200);
    assert.equal((await security.call("POST", `/sessions/${sessionId}/end`)).status, 204);
    assert.equal((await foreign.call("GET", "/session")).status, 401);
  });

  await t.step("an address is unlocked with the right for the whole city alone", async () => {
    const town = await world.own.db.selectFrom("organisation").selectAll()
      .where("kind", "=", "town").orderBy("id").executeTakeFirstOrThrow();
    await addPerson(world, {
      login: "town.unlock",
      duty: "security",
      organisationId: town.id,
      permissions: ["session.end"],
    });
    const local = browser();
    await signInEnrolling(world, local, "town.unlock");
    const body = { of: "address", name: "172.17.0.3" };
    const reply = await local.call("POST", "/locks/end", { body });
    assert.equal((await reply.json()).code, "access.forbidden");
  });

  await t.step("a reset password is told once, ends sessions, and has to be changed", async () => {
    const id = await addPerson(world, { login: "forgot" });
    await addPerson(world, { login: "system", duty: "system", permissions: ["account.change"] });
    const system = browser();
    await signInEnrolling(world, system, "system");
    const victim = browser();
    await victim.signIn("forgot");
    const reply = await system.call("POST", `/accounts/${id}/password-reset`);
    assert.equal(reply.status, 200, await reply.clone().text());
    const { oneTimePassword } = await reply.json();
    assert.equal((await victim.call("GET", "/session")).status, 401);
    const again = browser();
    const next = await again.signIn("forgot", oneTimePassword);
    assert.ok(next.step === "password_change" && next.why === "one_time");
    const { session } = await (await system.call("GET", "/session")).json().then((session) => ({
      session,
    }));
    const own = await system.call("POST", `/accounts/${session.accountId}/password-reset`);
    assert.equal((await own.json()).code, "access.own_account");
    const newcomer = await addPerson(world, { login: "new.auditor", duty: "audit" });
    const inHisPlace = await system.call("POST", `/accounts/${newcomer}/password-reset`);
    assert.equal((await inHisPlace.json()).code, "access.factorless_administrator");
    await signInEnrolling(world, browser(), "new.auditor");
    const enrolled = await system.call("POST", `/accounts/${newcomer}/password-reset`);
    assert.equal(enrolled.status, 200);
    const text = JSON.stringify(await events(world, "access.password_reset"));
    assert.ok(text.includes("forgot") && !text.includes(oneTimePassword));
  });

  await t.step(
    "a new phone is enrolled by who shows both factors, and the old one is void",
    async () => {
      await addPerson(world, { login: "new.phone", duty: "audit" });
      const tab = browser();
      const { secret: old } = await signInEnrolling(world, tab, "new.phone");
      const { secret: fresh } = await (await tab.call("POST", "/own/totp")).json();
      const wrong = await tab.call("POST", "/own/totp/confirm", { body: { code: "000000" } });
      assert.equal((await wrong.json()).code, "access.wrong_code");
      const done = await tab.call("POST", "/own/totp/confirm", {
        body: { code: codeNow(world, fresh) },
      });
      assert.equal((await done.json()).recoveryCodes.length, 10);
      world.clock.advance(30_000);
      const next = browser();
      await next.signIn("new.phone");
      const body = { kind: "totp", code: codeNow(world, old) };
      assert.equal((await next.call("POST", "/sign-in/second-factor", { body })).status, 401);
      const good = { kind: "totp", code: codeNow(world, fresh) };
      assert.equal((await next.step("/sign-in/second-factor", good)).step, "signed_in");
      world.clock.advance(6 * 60_000);
      const late = await next.call("POST", "/own/recovery-codes");
      assert.equal((await late.json()).code, "access.reauthentication_needed");
      const state = await (await next.call("GET", "/own/second-factor")).json();
      assert.deepEqual([state.recoveryCodesLeft, state.required], [10, true]);
    },
  );

  await t.step(
    "one's own password is changed with the old one, and other sessions end",
    async () => {
      await addPerson(world, { login: "changer" });
      const [tab, other] = [browser(), browser()];
      await tab.signIn("changer");
      await other.signIn("changer");
      const rules = await (await tab.call("GET", "/own/password-rules")).json();
      assert.deepEqual(Object.keys(rules), ["lengthMin", "classesMin", "history", "ageDaysMax"]);
      const change = (password: string) =>
        tab.call("POST", "/own/password", { body: { password, newPassword: "Tz8-qmve-Hoid" } });
      assert.equal((await change("wrong")).status, 401);
      const reply = await change(PASSWORD);
      assert.equal(reply.status, 200, await reply.clone().text());
      tab.csrfToken = (await reply.json()).csrfToken;
      assert.equal((await other.call("GET", "/session")).status, 401);
      const { sessions } = await (await tab.call("GET", "/own/sessions")).json();
      assert.deepEqual(sessions.map(({ own }: { own: boolean }) => own), [true]);
      const ended = await tab.call("POST", "/own/sessions/end", { body: { others: false } });
      assert.deepEqual([(await ended.json()).ended, tab.cookies.size], [1, 0]);
    },
  );

  await t.step("a second factor that was reset is enrolled anew", async () => {
    const id = await addPerson(world, { login: "lost.phone", duty: "audit" });
    await signInEnrolling(world, browser(), "lost.phone");
    await confirm();
    const reset = async () =>
      await (await security.call("POST", `/accounts/${id}/second-factor/reset`)).json();
    assert.deepEqual(await reset(), {
      kinds: ["totp", "recovery_code"],
      certificates: 0,
      recoveryCodes: 10,
    });
    assert.equal((await browser().signIn("lost.phone")).step, "second_factor_enrolment");
    assert.deepEqual(await reset(), { kinds: [], certificates: 0, recoveryCodes: 0 });
    const told = await events(world, "access.second_factor_reset");
    assert.deepEqual(told.map(({ fields }) => fields), [{
      factor: "totp recovery_code",
      certificates: 0,
      recoveryCodes: 10,
      login: "lost.phone",
    }]);
  });

  await t.step(
    "the policy has floors, versions and a difference in the trail (R-SEC-06)",
    async () => {
      await confirm();
      const read = async () => {
        const { policies } = await (await security.call("GET", "/policies")).json();
        return policies.find(({ kind }: { kind: string }) => kind === "person");
      };
      const { policy, version } = await read();
      assert.equal(version, 0);
      const change = async (changed: unknown, from = version) =>
        await security.call("POST", "/policies/person", {
          body: { policy: changed, version: from },
        });
      const low = [
        { ...policy, password: { ...policy.password, lengthMin: 7 } },
        { ...policy, password: { ...policy.password, classesMin: 2 } },
        { ...policy, lockout: { ...policy.lockout, failuresMax: 100 } },
        { ...policy, session: { ...policy.session, idleMinutesMax: 600 } },
        { ...policy, secondFactor: { requiredFor: [] } },
        { ...policy, secondFactor: { requiredFor: ["system", "audit"] } },
        { ...policy, retentionDays: 180 },
        { ...policy, backDoor: true },
      ];
      for (const changed of low) assert.equal((await change(changed)).status, 400);
      const good = { ...policy, password: { ...policy.password, lengthMin: 14 } };
      assert.equal((await change(good)).status, 200);
      assert.equal((await change(good)).status, 409, "somebody else changed it");
      assert.equal((await read()).version, 1);
      const [event] = await events(world, "access.policy_changed");
      assert.deepEqual(event?.fields, {
        before: '{"password.lengthMin":10}',
        after: '{"password.lengthMin":14}',
      });
      const until = new Date(world.clock.now().getTime() + 60_000);
      await addPerson(world, { login: "fresh", oneTimeUntil: until });
      const next = await browser().signIn("fresh");
      assert.ok(next.step === "password_change" && next.rules.lengthMin === 14);
    },
  );

  await t.step(
    "a policy changed past the platform leaves the strictest known in force",
    async () => {
      const { policies } = world.services.console;
      const { db } = world.own;
      const row = await db.selectFrom("security_policy").selectAll().executeTakeFirstOrThrow();
      const lengthMin = async () => {
        policies.forget();
        return (await policies.get("person")).password.lengthMin;
      };
      const alarms = () => db.selectFrom("row_alarm").selectAll().execute();
      const weak = row.value.replace('"lengthMin":14', '"lengthMin":8');
      for (const value of [weak, "{}"]) {
        await db.updateTable("security_policy").set({ value }).execute();
        assert.equal(await lengthMin(), 14, "as it stood, though the default is 10");
      }
      const told = (await alarms()).map(({ table_name, row_id }) => [table_name, row_id]);
      assert.deepEqual(told, [["security_policy", "person"]]);
      await db.deleteFrom("security_policy").execute();
      assert.equal(await lengthMin(), 14, "a row taken away");
      const restarted = new SecurityPolicies({ ...world.services.console, log: SILENT_LOG });
      await db.insertInto("security_policy").values({ ...row, value: weak }).execute();
      assert.equal((await restarted.get("person")).password.lengthMin, 10, "the default");
    },
  );

  await t.step("it is shown as broken until an administrator sets it anew", async () => {
    await confirm();
    const { policies } = await (await security.call("GET", "/policies")).json();
    const view = policies.find(({ kind }: { kind: string }) => kind === "person");
    assert.deepEqual([view.broken, view.policy.password.lengthMin], [true, 14]);
    const { policy, version } = view;
    const reply = await security.call("POST", "/policies/person", { body: { policy, version } });
    assert.equal(reply.status, 200, await reply.clone().text());
    assert.equal((await reply.json()).broken, false);
  });

  await t.step("an older policy put back with its own tag does not hold either", async () => {
    const { policies } = world.services.console;
    const { db } = world.own;
    const old = await db.selectFrom("security_policy").selectAll().executeTakeFirstOrThrow();
    const { policy } = await policies.read("person");
    const strict = { ...policy, password: { ...policy.password, lengthMin: 20 } };
    await confirm();
    const reply = await security.call("POST", "/policies/person", {
      body: { policy: strict, version: Number(old.version) },
    });
    assert.equal(reply.status, 200, await reply.clone().text());
    await reply.body?.cancel();
    await db.updateTable("security_policy").set(old).execute();
    const { policy: now, isBroken } = await policies.read("person");
    assert.deepEqual([now.password.lengthMin, isBroken], [20, true]);
  });

  await t.step("a caller's minute is bounded, answered 429 and told once", async () => {
    await addPerson(world, { login: "busy" });
    const busy = browser();
    await busy.signIn("busy");
    const statuses: number[] = [];
    for (let at = 0; at < 125; at++) {
      const reply = await busy.call("POST", "/own/sessions/end", { body: { others: true } });
      statuses.push(reply.status);
      if (reply.status === 429) assert.ok(Number(reply.headers.get("retry-after")) > 0);
    }
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
    const told = (await events(world, "access.request_refused")).filter(({ reason }) =>
      reason === "too_many"
    );
    assert.equal(told.length, 1);
  });

  await t.step("bodies are bounded and unknown fields are refused", async () => {
    const tab = browser();
    const large = await tab.call("POST", "/sign-in", {
      body: { login: "x", password: "x".repeat(70_000) },
    });
    assert.equal(large.status, 413);
    const more = await tab.call("POST", "/sign-in", {
      body: { login: "x", password: "x", duty: "security" },
    });
    assert.equal(more.status, 400);
    assert.equal((await security.call("POST", `/sessions/${newId(new Date())}/end`)).status, 404);
  });
});
