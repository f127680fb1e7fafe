import assert from "node:assert/strict";
import { ADMINISTRATORS, callerOf, consoleAs, initialiseWorld } from "../console_callers.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { openWorld } from "../world.ts";

const ROUNDS = 4;

Deno.test("two administrators who disable each other at once leave one (R-ORG-02)", async () => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  await initialiseWorld(world);
  const { db } = world.own;
  const system = consoleAs(world, await callerOf(world, ADMINISTRATORS.system));
  const security = consoleAs(world, await callerOf(world, ADMINISTRATORS.security));
  const { id: cityId } = await db.selectFrom("organisation").select("id").where("kind", "=", "city")
    .executeTakeFirstOrThrow();
  const { id: roleId } = await db.selectFrom("role").select("id").where("duty", "=", "audit")
    .where("builtin", "=", true).executeTakeFirstOrThrow();
  const second = {
    id: world.id(),
    kind: "person",
    login: "second.audit",
    name: "某人",
    organisationId: cityId,
    duty: "audit",
    expiresAt: null,
  };
  assert.equal((await system("POST", "/accounts", second)).status, 201);
  assert.equal((await system("POST", `/accounts/${second.id}/enable`)).status, 200);
  const grant = {
    id: world.id(),
    kind: "grant",
    accountId: second.id,
    roleId,
    organisationId: cityId,
    expiresAt: null,
    reason: "第二名审计管理员",
  };
  assert.equal((await system("POST", "/rights-requests", grant)).status, 201);
  const approve = `/rights-requests/${grant.id}/approve`;
  assert.equal((await security("POST", approve, { note: null })).status, 200);
  const { accountId: first } = await callerOf(world, ADMINISTRATORS.audit);

  for (let round = 0; round < ROUNDS; round++) {
    const end = { id: world.id(), kind: "end", grantId: grant.id, reason: "不再需要" };
    assert.equal((await system("POST", "/rights-requests", end)).status, 201);
    const replies = await Promise.all([
      system("POST", `/accounts/${first}/disable`),
      round % 2 === 0
        ? system("POST", `/accounts/${second.id}/disable`)
        : security("POST", `/rights-requests/${end.id}/approve`, { note: null }),
    ]);
    const statuses = replies.map(({ status }) => status).sort();
    assert.deepEqual(
      statuses,
      [200, 409],
      (await Promise.all(replies.map((one) => one.text()))).join("\n"),
    );
    const enabled = await db.selectFrom("account as a")
      .innerJoin("account_grant as g", "g.account_id", "a.id").select("a.id")
      .where("a.duty", "=", "audit").where("a.state", "=", "enabled").where(
        "g.ended_at",
        "is",
        null,
      )
      .execute();
    assert.equal(enabled.length, 1, `round ${round}`);
    if (enabled[0]?.id === first) {
      // The grant may be gone, and comes back only by a new request: nothing more to race for.
      const left = await db.selectFrom("account_grant").select("id").where("id", "=", grant.id)
        .where("ended_at", "is", null).executeTakeFirst();
      if (!left) break;
    }
    await Promise.all([first, second.id].map((id) => system("POST", `/accounts/${id}/enable`)));
    await system("POST", `/rights-requests/${end.id}/withdraw`);
  }
});

Deno.test("two first starts at once make one set of administrators", async () => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const made = await Promise.allSettled([initialiseWorld(world), initialiseWorld(world)]);
  assert.equal(made.filter(({ status }) => status === "fulfilled").length, 1);
  const rows = await world.own.db.selectFrom("account").select("login").orderBy("login").execute();
  assert.deepEqual(rows.map(({ login }) => login), Object.values(ADMINISTRATORS).sort());
});
