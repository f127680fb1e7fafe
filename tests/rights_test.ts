/** Accounts, requests and grants through the console's routes, on one database. */
import assert from "node:assert/strict";
import type { AccountView, CreatedAccount } from "../server/modules/access/accounts/contract.ts";
import { retireAccounts } from "../server/modules/access/accounts/jobs.ts";
import type {
  RightsExplanation,
  RightsRequestView,
  RoleList,
  RoleView,
} from "../server/modules/access/rights/contract.ts";
import type { AccessTables } from "../server/modules/access/tables.ts";
import { readIntegrity } from "../server/protection/protection.ts";
import { endExpiredGrants } from "../server/modules/access/rights/jobs.ts";
import {
  ADMINISTRATORS,
  answered,
  type CallConsole,
  callerOf,
  consoleAs,
  initialiseWorld,
  refused,
  rightsOf,
} from "./console_callers.ts";
import { checkRows } from "./check_rows.ts";
import { openWorld, type World } from "./world.ts";

type RequestRow = AccessTables["rights_request"];

const DAY_MS = 24 * 3_600_000;

interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly cityId: string;
  readonly towns: readonly { readonly id: string; readonly path: string }[];
  readonly system: CallConsole;
  readonly security: CallConsole;
  role(name: string): Promise<RoleView>;
  /** Enabled, in the city or a town. */
  account(login: string, columns?: Record<string, unknown>): Promise<AccountView>;
  ask(by: CallConsole, wanted: Record<string, unknown>): Promise<RightsRequestView>;
  grant(accountId: string, role: string, organisationId?: string): Promise<string>;
}

async function openStage(): Promise<Stage> {
  const world = await openWorld();
  await initialiseWorld(world);
  const { db } = world.own;
  const nodes = await db.selectFrom("organisation").select(["id", "path", "kind"]).orderBy("code")
    .execute();
  const cityId = nodes.find(({ kind }) => kind === "city")?.id ?? "";
  const system = consoleAs(world, await callerOf(world, ADMINISTRATORS.system));
  const security = consoleAs(world, await callerOf(world, ADMINISTRATORS.security));
  const stage: Stage = {
    world,
    cityId,
    towns: nodes.filter(({ kind }) => kind === "town"),
    system,
    security,
    async role(name) {
      const { roles } = await answered<RoleList>(security("GET", "/roles"));
      const found = roles.find((role) => role.name === name);
      assert.ok(found, name);
      return found;
    },
    async account(login, columns = {}) {
      const body = {
        id: world.id(),
        kind: "person",
        login,
        name: "某人",
        organisationId: cityId,
        duty: "business",
        expiresAt: null,
        ...columns,
      };
      const { account } = await answered<CreatedAccount>(system("POST", "/accounts", body), 201);
      return await answered(system("POST", `/accounts/${account.id}/enable`));
    },
    ask: async (by, wanted) =>
      await answered(
        by("POST", "/rights-requests", {
          id: world.id(),
          kind: "grant",
          organisationId: cityId,
          expiresAt: null,
          reason: "工作需要",
          ...wanted,
        }),
        201,
      ),
    async grant(accountId, role, organisationId = cityId) {
      const { id: roleId } = await stage.role(role);
      const { id } = await stage.ask(system, { accountId, roleId, organisationId });
      await answered(security("POST", `/rights-requests/${id}/approve`, { note: null }));
      return id;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  return stage;
}

Deno.test("accounts and rights: what three duties make of each other", async (t) => {
  await using stage = await openStage();
  const { world, system, security, cityId, towns } = stage;
  const { db } = world.own;

  await t.step("initialise() a second time is refused", async () => {
    await assert.rejects(initialiseWorld(world), { code: "access.initialised" });
  });

  await t.step("the three administrators hold what their duty is, and nothing else", async () => {
    const holders = await Promise.all(
      Object.values(ADMINISTRATORS).map((login) => callerOf(world, login)),
    );
    const [ofSystem, ofSecurity, ofAudit] = holders.map(({ rights }) => new Set(rights.keys()));
    assert.ok(ofSystem?.has("account.change") && !ofSystem.has("rights.approve"));
    assert.ok(ofSecurity?.has("rights.approve") && !ofSecurity.has("account.change"));
    assert.ok(ofAudit?.has("audit.read") && !ofAudit.has("rights.approve"));
  });

  await t.step("a new account is disabled, without rights, its name sealed", async () => {
    const body = {
      id: world.id(),
      kind: "person",
      login: "sun.li",
      name: "孙丽",
      organisationId: cityId,
      duty: "business",
      expiresAt: null,
    };
    const made = await answered<CreatedAccount>(system("POST", "/accounts", body), 201);
    assert.equal(made.account.state, "disabled");
    assert.equal(made.account.name, "孙丽");
    assert.ok((made.oneTimePassword?.length ?? 0) >= 16);
    const row = await db.selectFrom("account").selectAll().where("login", "=", "sun.li")
      .executeTakeFirstOrThrow();
    assert.ok(!new TextDecoder().decode(row.name_sealed).includes("孙丽"));
    assert.deepEqual([...(await rightsOf(world, body.id)).rights], []);
    const again = { ...body, id: world.id() };
    assert.equal(await refused(system("POST", "/accounts", again)), "409 access.login_taken");
    const same = { ...body, login: "sun.li2" };
    assert.equal(await refused(system("POST", "/accounts", same)), "409 access.id_taken");
  });

  await t.step("no field can be smuggled into an account, a role or a request", async () => {
    const account = await stage.account("mass.assignment");
    const more = {
      state: "enabled",
      duty: "security",
      rights_version: 9,
      tag: "00",
      kind: "program",
    };
    for (const [name, value] of Object.entries(more)) {
      const body = { name: "某人", [name]: value };
      const reply = system("PATCH", `/accounts/${account.id}`, body);
      assert.equal(await refused(reply), "400 request.malformed", name);
    }
    const role = await stage.role("运维人员");
    for (const name of ["builtin", "duty", "tag", "id"]) {
      const reply = security("PATCH", `/roles/${role.id}`, { addresses: null, [name]: true });
      assert.equal(await refused(reply), "400 request.malformed", name);
    }
    for (const name of ["state", "requestedBy", "decidedBy", "grantedBy"]) {
      const body = {
        id: world.id(),
        kind: "grant",
        accountId: account.id,
        roleId: role.id,
        organisationId: cityId,
        expiresAt: null,
        reason: "工作需要",
        [name]: "approved",
      };
      assert.equal(
        await refused(system("POST", "/rights-requests", body)),
        "400 request.malformed",
      );
    }
  });

  await t.step("a name every attacker tries is nobody's", async () => {
    for (const login of ["admin", "root", "Admin", "a", "中文", "a b", "x'--"]) {
      const body = {
        id: world.id(),
        kind: "person",
        login,
        name: "某人",
        organisationId: cityId,
        duty: "business",
        expiresAt: null,
      };
      assert.equal(
        await refused(system("POST", "/accounts", body)),
        "400 request.malformed",
        login,
      );
    }
  });

  await t.step("a grant is there when the security administrator approved, tagged", async () => {
    const { id } = await stage.account("li.ming");
    const before = await versionOf(world, id);
    const grantId = await stage.grant(id, "运维人员", towns[0]?.id ?? "");
    const { rights } = await rightsOf(world, id);
    assert.deepEqual([...rights.keys()].sort(), [
      "organisation.read",
      "party.read",
      "setting.read",
      "terminal.read",
    ]);
    assert.deepEqual(rights.get("terminal.read")?.paths, [towns[0]?.path]);
    assert.equal(await versionOf(world, id), before + 1n);
    const events = await db.selectFrom("audit_event").select("kind").where(
      "object_id",
      "=",
      grantId,
    )
      .execute();
    assert.deepEqual(events.map(({ kind }) => kind).sort(), [
      "access.rights_approved",
      "access.rights_requested",
    ]);
  });

  await t.step("nobody approves what he asked for or is to get", async () => {
    const other = await stage.account("zhou.jie", { duty: "security" });
    await stage.grant(other.id, "安全管理员");
    const second = consoleAs(world, await callerOf(world, "zhou.jie"));
    const custom = await answered<RoleView>(
      security("POST", "/roles", {
        id: world.id(),
        name: "安全查看",
        duty: "security",
        permissions: ["rights.read"],
        addresses: null,
      }),
      201,
    );
    const wanted = { accountId: other.id, roleId: custom.id };
    const { id } = await stage.ask(system, wanted);
    const path = `/rights-requests/${id}/approve`;
    assert.equal(await refused(second("POST", path, { note: null })), "409 access.own_request");
    const refuse = `/rights-requests/${id}/refuse`;
    assert.equal(await refused(second("POST", refuse, { note: null })), "409 access.own_request");
    await answered(security("POST", path, { note: "同意" }));
    assert.equal(
      await refused(security("POST", path, { note: null })),
      "409 access.request_decided",
    );
  });

  await t.step("a role of another duty is never granted", async () => {
    const { id } = await stage.account("wu.gang");
    const { id: roleId } = await stage.role("安全管理员");
    const body = {
      id: world.id(),
      kind: "grant",
      accountId: id,
      roleId,
      organisationId: cityId,
      expiresAt: null,
      reason: "工作需要",
    };
    const reply = system("POST", "/rights-requests", body);
    assert.equal(await refused(reply), "409 access.duty_excludes");
  });

  await t.step("an asker of business asks for business in his part alone", async () => {
    const [here, there] = towns;
    const asker = await stage.account("he.ping", { organisationId: here?.id });
    await stage.grant(asker.id, "机构负责人", here?.id);
    const by = consoleAs(world, await callerOf(world, "he.ping"));
    const mine = await stage.account("mine.one", { organisationId: here?.id });
    const foreign = await stage.account("foreign.one", { organisationId: there?.id });
    const { id: roleId } = await stage.role("运维人员");
    const wanted = (accountId: string, organisationId: string | undefined) =>
      by("POST", "/rights-requests", {
        id: world.id(),
        kind: "grant",
        accountId,
        roleId,
        organisationId,
        expiresAt: null,
        reason: "工作需要",
      });
    assert.equal(await refused(wanted(foreign.id, here?.id)), "404 access.not_found");
    assert.equal(await refused(wanted(mine.id, there?.id)), "404 access.not_found");
    assert.equal(await refused(wanted(mine.id, cityId)), "404 access.not_found");
    const administrator = await callerOf(world, ADMINISTRATORS.system);
    assert.equal(await refused(wanted(administrator.accountId, here?.id)), "404 access.not_found");
    const asked = await answered<RightsRequestView>(wanted(mine.id, here?.id), 201);
    assert.equal(await refused(wanted(mine.id, here?.id)), "409 access.already_requested");
    const withdraw = `/rights-requests/${asked.id}/withdraw`;
    assert.equal(await refused(system("POST", withdraw)), "404 access.not_found");
    assert.equal((await answered<RightsRequestView>(by("POST", withdraw))).state, "withdrawn");
    const approve = security("POST", `/rights-requests/${asked.id}/approve`, { note: null });
    assert.equal(await refused(approve), "409 access.request_decided");
    const choices = await answered<{ accounts: { login: string; duty: string }[] }>(
      by("GET", "/rights-request-choices"),
    );
    assert.deepEqual(choices.accounts.map(({ login }) => login), ["he.ping", "mine.one"]);
  });

  await t.step("a grant gives nothing after its time, and the job writes its end", async () => {
    const { id } = await stage.account("qian.duo");
    const { id: roleId } = await stage.role("财务人员");
    const expiresAt = new Date(world.clock.now().getTime() + DAY_MS).toISOString();
    const asked = await stage.ask(system, { accountId: id, roleId, expiresAt });
    await answered(security("POST", `/rights-requests/${asked.id}/approve`, { note: null }));
    assert.ok((await rightsOf(world, id)).rights.has("ledger.read"));
    world.clock.advance(DAY_MS);
    assert.equal((await rightsOf(world, id)).rights.size, 0);
    const before = await versionOf(world, id);
    assert.equal(await endExpiredGrants({ ...world.services, ...world.services.platform }), 1);
    assert.equal(await endExpiredGrants({ ...world.services, ...world.services.platform }), 0);
    assert.equal(await versionOf(world, id), before + 1n);
  });

  await t.step("a role's addresses decide where it counts; nobody locks himself out", async () => {
    const { id } = await stage.account("feng.chao");
    await stage.grant(id, "客服人员");
    const role = await stage.role("客服人员");
    const addresses = ["10.8.0.0/16", "fd00::/8"];
    await answered(security("PATCH", `/roles/${role.id}`, { addresses }));
    assert.equal((await rightsOf(world, id, "10.9.0.1")).rights.size, 0);
    assert.equal((await rightsOf(world, id, null)).rights.size, 0);
    assert.equal((await rightsOf(world, id, "10.8.255.1")).rights.size, 5);
    assert.equal((await rightsOf(world, id, "::ffff:10.8.0.1")).rights.size, 5);
    const own = await stage.role("安全管理员");
    const lock = security("PATCH", `/roles/${own.id}`, { addresses: ["10.8.0.0/16"] });
    assert.equal(await refused(lock), "409 access.locks_you_out");
    const wrong = security("PATCH", `/roles/${role.id}`, { addresses: ["010.8.0.0/16"] });
    assert.equal(await refused(wrong), "400 access.malformed");
    const rename = security("PATCH", `/roles/${role.id}`, { name: "别的" });
    assert.equal(await refused(rename), "409 access.builtin_role");
    await answered(security("PATCH", `/roles/${role.id}`, { addresses: null }));
  });

  await t.step("a role takes only what its duty may hold and goes only when unused", async () => {
    const body = {
      id: world.id(),
      name: "值班人员",
      duty: "business",
      permissions: ["terminal.read", "audit.read"],
      addresses: null,
    };
    assert.equal(await refused(security("POST", "/roles", body)), "409 access.duty_excludes");
    const fine = { ...body, permissions: ["terminal.read", "order.read", "terminal.read"] };
    const made = await answered<RoleView>(security("POST", "/roles", fine), 201);
    assert.deepEqual(made.permissions, ["order.read", "terminal.read"]);
    const { id } = await stage.account("shi.lei");
    await stage.grant(id, "值班人员");
    assert.equal(await refused(security("DELETE", `/roles/${made.id}`)), "409 access.role_in_use");
    const before = await versionOf(world, id);
    const more = security("PATCH", `/roles/${made.id}`, {
      permissions: ["order.read", "person.read", "terminal.read"],
    });
    assert.equal(await refused(more), "409 access.role_held");
    assert.ok((await rightsOf(world, id)).rights.has("order.read"));
    await answered(security("PATCH", `/roles/${made.id}`, { permissions: ["terminal.read"] }));
    assert.equal(await versionOf(world, id), before + 1n);
    assert.ok(!(await rightsOf(world, id)).rights.has("order.read"));
    const unused = { ...fine, id: world.id(), name: "没用的" };
    await answered(security("POST", "/roles", unused), 201);
    assert.equal((await security("DELETE", `/roles/${unused.id}`)).status, 204);
  });

  await t.step("closing an account ends its grants; it never comes back", async () => {
    const { id } = await stage.account("gone.one");
    const grantId = await stage.grant(id, "运维人员");
    assert.equal(
      (await answered<AccountView>(system("POST", `/accounts/${id}/close`))).state,
      "closed",
    );
    const grant = await db.selectFrom("account_grant").selectAll().where("id", "=", grantId)
      .executeTakeFirstOrThrow();
    assert.ok(grant.ended_at);
    const enable = system("POST", `/accounts/${id}/enable`);
    assert.equal(await refused(enable), "409 access.account_closed");
  });

  await t.step("the last administrator of a duty stays", async () => {
    const { accountId } = await callerOf(world, ADMINISTRATORS.audit);
    const last = "409 access.last_administrator";
    for (const verb of ["disable", "close"]) {
      assert.equal(await refused(system("POST", `/accounts/${accountId}/${verb}`)), last, verb);
    }
    const expiresAt = new Date(world.clock.now().getTime() + DAY_MS).toISOString();
    const expire = system("PATCH", `/accounts/${accountId}`, { expiresAt });
    assert.equal(await refused(expire), last);
    const { id: grantId } = await db.selectFrom("account_grant").select("id")
      .where("account_id", "=", accountId).executeTakeFirstOrThrow();
    const asked = await stage.ask(system, END(grantId));
    const path = `/rights-requests/${asked.id}/approve`;
    assert.equal(await refused(security("POST", path, { note: null })), last);

    const second = await stage.account("second.audit", { duty: "audit" });
    await stage.grant(second.id, "审计管理员");
    await answered(security("POST", path, { note: "已有接任" }));
    assert.equal((await rightsOf(world, accountId)).rights.size, 0);
    assert.equal(await refused(system("POST", `/accounts/${second.id}/disable`)), last);
    await answered(system("POST", `/accounts/${accountId}/disable`));
  });

  await t.step("accounts nobody used are disabled, the last administrators never", async () => {
    const used = await stage.account("used.one");
    world.clock.advance(91 * DAY_MS);
    await db.updateTable("account").set({ last_used_at: world.clock.now() })
      .where("id", "=", used.id).execute();
    const deps = { ...world.services.console, ...world.services.platform };
    assert.ok(await retireAccounts(deps) > 5);
    assert.equal(await retireAccounts(deps), 0);
    const enabled = await db.selectFrom("account").select("login").where("state", "=", "enabled")
      .orderBy("login").execute();
    assert.ok(enabled.some(({ login }) => login === "used.one"));
    for (const duty of ["system", "security", "audit"] as const) {
      const left = await db.selectFrom("account").select("id").where("state", "=", "enabled")
        .where("duty", "=", duty).execute();
      assert.ok(left.length >= 1, duty);
    }
    const why = await db.selectFrom("account").select("disabled_why").where("login", "=", "li.ming")
      .executeTakeFirstOrThrow();
    assert.equal(why.disabled_why, "unused");
  });
});

function END(grantId: string): Record<string, unknown> {
  return {
    kind: "end",
    grantId,
    organisationId: undefined,
    expiresAt: undefined,
  };
}

async function versionOf(world: World, id: string): Promise<bigint> {
  const row = await world.own.db.selectFrom("account").select("rights_version").where("id", "=", id)
    .executeTakeFirstOrThrow();
  return BigInt(row.rights_version);
}

Deno.test("rights: rows changed past the platform give nothing and are told", async (t) => {
  await using stage = await openStage();
  const { world, security } = stage;
  const { db } = world.own;
  const [here, there] = stage.towns;
  const { id } = await stage.account("tampered.one");
  const grantId = await stage.grant(id, "运维人员", here?.id);
  const role = await stage.role("运维人员");

  const told = async () =>
    (await db.selectFrom("audit_event").select("object_id")
      .where("kind", "=", "platform.integrity_broken").execute()).map(({ object_id }) => object_id);

  await t.step("a grant moved to another node", async () => {
    await db.updateTable("account_grant").set({ organisation_id: there?.id ?? "" })
      .where("id", "=", grantId).execute();
    assert.equal((await rightsOf(world, id)).rights.size, 0);
    assert.deepEqual(await told(), [grantId]);
    await db.updateTable("account_grant").set({ organisation_id: here?.id ?? "" })
      .where("id", "=", grantId).execute();
    assert.equal((await rightsOf(world, id)).rights.size, 4);
  });

  await t.step("the grant's node moved to the top of the tree, or below another", async () => {
    const node = here ?? assert.fail("no town");
    const put = (to: { path?: string; parent_id?: string | null; tag?: Uint8Array | null }) =>
      db.updateTable("organisation").set(to).where("id", "=", node.id).execute();
    const { parent_id, tag } = await db.selectFrom("organisation").select(["parent_id", "tag"])
      .where("id", "=", node.id).executeTakeFirstOrThrow();
    for (
      const forgery of [{ path: "/" }, { parent_id: there?.id ?? "" }, { tag: null }, {
        path: `/${stage.cityId}/0`,
        tag: (await db.selectFrom("organisation").select("tag").where("kind", "=", "city")
          .executeTakeFirstOrThrow()).tag,
      }]
    ) {
      await put(forgery);
      assert.equal((await rightsOf(world, id)).rights.size, 0, JSON.stringify(forgery));
      const { alarms } = await readIntegrity(world.services.protection);
      assert.ok(alarms.some(({ table, rowId }) => table === "organisation" && rowId === node.id));
      assert.ok((await checkRows(world)).some(({ rowId }) => rowId === node.id));
      await put({ path: node.path, parent_id, tag });
      assert.equal((await rightsOf(world, id)).rights.size, 4);
    }
    assert.deepEqual(await checkRows(world), []);
  });

  await t.step("a request that somebody wrote into after it was asked", async () => {
    const { id: roleId } = await stage.role("运维人员");
    const { id: wider } = await stage.role("个人信息保护专员");
    const [node, city] = [there?.id ?? "", stage.cityId];
    const asked = await stage.ask(stage.system, { accountId: id, roleId, organisationId: node });
    const put = (to: Partial<RequestRow>) =>
      db.updateTable("rights_request").set(to).where("id", "=", asked.id).execute();
    const decide = (verdict: string) =>
      security("POST", `/rights-requests/${asked.id}/${verdict}`, { note: null });
    const { tag } = await db.selectFrom("rights_request").select("tag").where("id", "=", asked.id)
      .executeTakeFirstOrThrow();
    const [other] = await db.selectFrom("account").select("id").where("id", "<>", id).execute();
    const forgeries = [
      [{ role_id: wider }, { role_id: roleId }],
      [{ organisation_id: city }, { organisation_id: node }],
      [{ account_id: other?.id ?? "" }, { account_id: id }],
      [{ grant_expires_at: new Date("2030-01-01") }, { grant_expires_at: null }],
      [{ tag: null }, { tag }],
    ] satisfies [Partial<RequestRow>, Partial<RequestRow>][];
    for (const [forged, asWas] of forgeries) {
      await put(forged);
      assert.equal(await refused(decide("approve")), "404 access.not_found");
      await put(asWas);
    }
    assert.ok((await told()).includes(asked.id));
    await put({ role_id: wider });
    assert.ok((await checkRows(world)).some(({ rowId }) => rowId === asked.id));
    await answered(decide("refuse"));
    const found = await db.selectFrom("account_grant").select("id").where("id", "=", asked.id)
      .execute();
    assert.deepEqual(found, []);
    await db.updateTable("rights_request").set({ state: "waiting", decided_by: null })
      .set({ decided_at: null, role_id: roleId }).where("id", "=", asked.id).execute();
    assert.equal(await refused(decide("approve")), "404 access.not_found", "asked for once");
  });

  await t.step("a grant that ended, brought back", async () => {
    const asked = await stage.ask(stage.system, END(grantId));
    await answered(security("POST", `/rights-requests/${asked.id}/approve`, { note: null }));
    await db.updateTable("account_grant").set({ ended_at: null, ended_by: null })
      .where("id", "=", grantId).execute();
    assert.equal((await rightsOf(world, id)).rights.size, 0);
  });

  await t.step("a role with a permission more, for all who hold it", async () => {
    await stage.grant(id, "客服人员", here?.id);
    await db.updateTable("role").set({ permissions: '["person.erase"]' })
      .where("name", "=", "客服人员").execute();
    assert.equal((await rightsOf(world, id)).rights.size, 0);
    assert.ok((await told()).length >= 2);
  });

  await t.step(
    "an account enabled past the platform; a later change does not make it good",
    async () => {
      await db.updateTable("account").set({ created_by: null }).where("id", "=", id).execute();
      assert.equal((await rightsOf(world, id)).trouble, "broken");
      await answered(stage.system("PATCH", `/accounts/${id}`, { name: "改名" }));
      await answered(stage.system("POST", `/accounts/${id}/disable`));
      await answered(stage.system("POST", `/accounts/${id}/enable`));
      assert.equal((await rightsOf(world, id)).trouble, "broken");
      assert.ok((await told()).includes(id));
    },
  );

  await t.step("the explanation says so, and who approved what", async () => {
    const path = `/rights-explanations?accountId=${id}&organisationId=${here?.id}`;
    const explained = await answered<RightsExplanation>(security("GET", path));
    assert.equal(explained.accountTrouble, "broken");
    assert.equal(explained.permissions.filter(({ held }) => held).length, 0);
    const grant = explained.grants.find((one) => one.id === grantId);
    assert.equal(grant?.trouble, "broken");
    assert.equal(grant?.approvedBy?.login, ADMINISTRATORS.security);
    assert.equal(grant?.requestedBy?.login, ADMINISTRATORS.system);
    const fine = await stage.account("fine.one");
    const given = await stage.grant(fine.id, "运维人员", here?.id);
    const at = (node: string | undefined) =>
      answered<RightsExplanation>(
        security("GET", `/rights-explanations?accountId=${fine.id}&organisationId=${node}`),
      );
    const read = ({ permissions }: RightsExplanation, name: string) => {
      const { held, grantIds, whyNot } = permissions.find((one) => one.permission === name) ?? {};
      return [held, grantIds, whyNot];
    };
    assert.equal(role.builtin, true);
    assert.deepEqual(read(await at(here?.id), "terminal.read"), [true, [given], null]);
    assert.deepEqual(read(await at(there?.id), "terminal.read"), [false, [given], "elsewhere"]);
    assert.deepEqual(read(await at(here?.id), "order.read"), [false, [], "not_granted"]);
    assert.deepEqual(read(await at(here?.id), "audit.read"), [false, [], "duty"]);
    await answered(stage.system("POST", `/accounts/${fine.id}/disable`));
    assert.deepEqual(read(await at(here?.id), "terminal.read"), [false, [given], "account"]);
  });
});
