import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { newId } from "../../server/platform/ids.ts";
import { addPerson, Browser, codeNow, PASSWORD, signInEnrolling } from "../console.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { openWorld } from "../world.ts";
import { holdRowsOf, holdTable, waiting } from "./held_table.ts";

/** Several people at one account at the same moment, in two processes: nobody gets stuck. */

const NEW_PASSWORD = "Kf7-Wq2m-Zr9x";

Deno.test("what is done to one account at the same moment", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const { db } = world.own;
  const apps = [world.app, createApp(world.another())];
  let hosts = 0;
  const browser = () =>
    new Browser({ app: apps[hosts % 2] ?? world.app }, {
      "x-forwarded-for": `172.21.0.${++hosts}`,
    });
  const administrator = browser();
  const permissions = ["account.change", "factor.reset", "session.end"] as const;
  await addPerson(world, { login: "admin", duty: "system", permissions: [...permissions] });
  await signInEnrolling(world, administrator, "admin");

  await t.step("a password is reset while its owner changes it", async () => {
    const id = await addPerson(world, { login: "changing" });
    const owner = browser();
    await owner.signIn("changing");
    const held = await holdTable(world, "account_password");
    const resetting = administrator.call("POST", `/accounts/${id}/password-reset`);
    await waiting(db, 1);
    const body = { password: PASSWORD, newPassword: NEW_PASSWORD };
    const changing = owner.call("POST", "/own/password", { body });
    await waiting(db, 2);
    await held.letGo();
    assert.deepEqual([(await resetting).status, (await changing).status], [200, 401]);
    assert.equal((await owner.call("GET", "/session")).status, 401);
  });

  await t.step("somebody begins to sign in anew while a factor is enrolled", async () => {
    const id = await addPerson(world, { login: "enrolling", duty: "audit" });
    const first = browser();
    await first.signIn("enrolling");
    const { secret } = await (await first.call("POST", "/sign-in/totp")).json();
    const held = await holdTable(world, "recovery_code");
    const confirming = first.call("POST", "/sign-in/totp/confirm", {
      body: { code: codeNow(world, secret) },
    });
    await waiting(db, 1);
    const others = [browser(), browser()].map((other) =>
      other.call("POST", "/sign-in", { body: { login: "enrolling", password: PASSWORD } })
    );
    await waiting(db, 2);
    await held.letGo();
    const statuses = [await confirming, ...await Promise.all(others)].map(({ status }) => status);
    assert.ok(statuses.every((status) => status !== 500), String(statuses));
    const kept = await db.selectFrom("totp_factor").select("account_id")
      .where("account_id", "=", id).execute();
    assert.equal(kept.length, 1);
  });

  await t.step("new recovery codes twice leave one list", async () => {
    const id = await addPerson(world, { login: "codes", duty: "audit" });
    const owner = browser();
    await signInEnrolling(world, owner, "codes");
    const twin = browser();
    for (const [name, value] of owner.cookies) twin.cookies.set(name, value);
    twin.csrfToken = owner.csrfToken;
    const held = await holdTable(world, "recovery_code");
    const both = [owner, twin].map((one) => one.call("POST", "/own/recovery-codes"));
    await waiting(db, 2);
    await held.letGo();
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200]);
    const codes = await db.selectFrom("recovery_code").select("hash")
      .where("account_id", "=", id).execute();
    assert.equal(codes.length, 10);
  });

  await t.step("somebody guesses while somebody else signs in, from one address", async () => {
    await addPerson(world, { login: "guessed" });
    const from = { "x-forwarded-for": "172.21.9.9" };
    const statuses: number[] = [];
    for (let round = 0; round < 8; round++) {
      const bodies = [PASSWORD, "guess", PASSWORD, "guess"].map((password) => ({
        login: "guessed",
        password,
      }));
      const replies = await Promise.all(
        bodies.map((body, at) =>
          new Browser({ app: apps[at % 2] ?? world.app }, from).call("POST", "/sign-in", { body })
        ),
      );
      statuses.push(...replies.map(({ status }) => status));
      world.clock.advance(20_000);
    }
    assert.ok(statuses.every((status) => status !== 500), String(statuses));
  });

  await t.step("rights are asked for, decided and shaped", async () => {
    const security = browser();
    const asked = await addPerson(world, { login: "asked" });
    const rights = ["rights.request", "rights.approve", "rights.read"] as const;
    await addPerson(world, { login: "decides", duty: "security", permissions: [...rights] });
    await signInEnrolling(world, security, "decides");
    const asking = browser();
    const changing = browser();
    await addPerson(world, { login: "shapes", duty: "security", permissions: ["role.change"] });
    await signInEnrolling(world, changing, "shapes");
    await addPerson(world, { login: "asks", duty: "system", permissions: [...rights] });
    await signInEnrolling(world, asking, "asks");
    const roles = await db.selectFrom("role").select("id").where("duty", "=", "business")
      .where("name", "not like", "%asked").orderBy("id").limit(2).execute();
    const city = await db.selectFrom("organisation").select("id").where("kind", "=", "city")
      .executeTakeFirstOrThrow();
    const request = (roleId: string) => ({
      kind: "grant",
      id: newId(world.clock.now()),
      accountId: asked,
      roleId,
      organisationId: city.id,
      expiresAt: null,
      reason: "新来的同事",
    });
    const [first, second] = roles.map(({ id }) => request(id));
    const made = await asking.call("POST", "/rights-requests", { body: first });
    assert.equal(made.status, 201, await made.clone().text());
    const held = await holdRowsOf(world, { table: "account_grant", accountId: asked });
    const more = asking.call("POST", "/rights-requests", { body: second });
    await waiting(db, 1);
    const decided = security.call("POST", `/rights-requests/${first?.id}/approve`, {
      body: { note: null },
    });
    await waiting(db, 2);
    await held.letGo();
    assert.deepEqual([(await more).status, (await decided).status], [201, 200]);

    const { role_id } = await db.selectFrom("account_grant").select("role_id")
      .where("account_id", "=", asked).where("role_id", "not in", roles.map(({ id }) => id))
      .executeTakeFirstOrThrow();
    const town = await db.selectFrom("organisation").select("id").where("kind", "=", "town")
      .limit(1).executeTakeFirstOrThrow();
    const elsewhere = { ...request(role_id), organisationId: town.id };
    const wanted = await asking.call("POST", "/rights-requests", { body: elsewhere });
    assert.equal(wanted.status, 201, await wanted.clone().text());
    const heldAgain = await holdRowsOf(world, { table: "account_grant", accountId: asked });
    const approved = security.call("POST", `/rights-requests/${elsewhere.id}/approve`, {
      body: { note: null },
    });
    await waiting(db, 1);
    const changed = changing.call("PATCH", `/roles/${role_id}`, { body: { addresses: null } });
    await waiting(db, 2);
    await heldAgain.letGo();
    assert.deepEqual([(await approved).status, (await changed).status], [200, 200]);
  });
});
