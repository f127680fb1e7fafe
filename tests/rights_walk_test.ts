/**
 * Every console route × every built-in role, held in one town, against what belongs to another:
 * what is there is not shown, not changed, and not told to be there. A route that is new is walked
 * too, or fails here until it has a body in BODIES.
 */
import assert from "node:assert/strict";
import type { Caller } from "../server/modules/access/caller.ts";
import { isPermission, type Permission } from "../server/modules/access/permission.ts";
import type { RoleList, RoleView } from "../server/modules/access/rights/contract.ts";
import type { CreatedAccount } from "../server/modules/access/accounts/contract.ts";
import { newId } from "../server/platform/ids.ts";
import {
  ADMINISTRATORS,
  answered,
  type CallConsole,
  callerOf,
  callerWith,
  consoleAs,
  consoleRoutes,
  initialiseWorld,
} from "./console_callers.ts";
import { openWorld, START, type World } from "./world.ts";

interface Foreign {
  readonly organisationId: string;
  readonly accountId: string;
  readonly grantId: string;
  readonly requestId: string;
  readonly terminalId: string;
  readonly roleId: string;
  readonly patientId: string;
}

const REASON = { reason: "工作需要，已经批准" };
const NOW = START.toISOString();
const id = () => newId(START);

/** Right in themselves, about what is foreign; of every route that takes one. */
const BODIES: Readonly<Record<string, (foreign: Foreign) => unknown>> = {
  "POST /organisations": ({ organisationId }) => ({
    id: id(),
    parentId: organisationId,
    kind: "centre",
    type: "hospital",
    code: "H44199000099",
    name: "越权医院",
    staffPhone: null,
  }),
  "PATCH /organisations/{id}": () => ({ name: "越权改名" }),
  "POST /organisations/import/check": () => "编码,名称,级别,上级编码,机构类型,电话\n",
  "POST /organisations/import": () => "编码,名称,级别,上级编码,机构类型,电话\n",
  "POST /accounts": ({ organisationId }) => ({
    id: id(),
    kind: "person",
    login: "over.reach",
    name: "越权",
    organisationId,
    duty: "business",
    expiresAt: null,
  }),
  "PATCH /accounts/{id}": () => ({ name: "越权改名" }),
  "POST /accounts/{id}/enable": () => REASON,
  "POST /accounts/{id}/disable": () => REASON,
  "POST /accounts/{id}/close": () => REASON,
  "POST /accounts/{id}/program-keys": () => ({ id: id(), kind: "hmac", days: 30 }),
  "POST /accounts/{id}/sso-links": () => ({ id: id(), provider: "oidc", subject: "over-reach" }),
  "POST /roles": () => ({
    id: id(),
    name: "越权角色",
    duty: "business",
    permissions: ["order.read"],
    addresses: null,
  }),
  "PATCH /roles/{id}": () => ({ addresses: ["10.0.0.0/8", "192.0.2.0/24"] }),
  "POST /rights-requests": ({ organisationId, accountId, roleId }) => ({
    id: id(),
    kind: "grant",
    accountId,
    roleId,
    organisationId,
    expiresAt: null,
    ...REASON,
  }),
  "POST /rights-requests/{id}/approve": () => ({ note: null }),
  "POST /rights-requests/{id}/refuse": () => ({ note: null }),
  "POST /settings": ({ organisationId }) => ({
    organisationId,
    version: 0,
    setting: { name: "terminal.suspended", value: true },
  }),
  "POST /settings/reset": ({ organisationId }) => ({
    organisationId,
    version: 0,
    name: "terminal.suspended",
  }),
  "POST /terminals/import/check": () => "终端编号,机构编码\n",
  "POST /terminals/import": () => "终端编号,机构编码\n",
  "POST /terminals/{id}/revoke": () => REASON,
  "POST /terminals/{id}/suspend": () => REASON,
  "POST /terminals/{id}/resume": () => REASON,
  "POST /persons/{id}/reveal": () => ({ fields: ["name"], ...REASON }),
  "POST /persons/{id}/export": () => REASON,
  "POST /persons/{id}/erase": () => REASON,
  "POST /persons/{id}/consents/withdraw": () => ({
    purpose: "treatment",
    evidence: "表单 2026-001",
  }),
  "POST /audit/verifications": () => ({ id: id() }),
  "POST /audit/checkpoints/{number}/countersignatures": () => ({
    party: "越权单位",
    publicKey: "-",
    signature: "-",
  }),
  "POST /orders/{id}/acts": () => ({
    id: id(),
    kind: "close",
    evidence: "越权关闭",
    evidenceNumber: null,
    evidenceDigest: null,
  }),
  "POST /payment-requests": ({ organisationId }) => ({
    institution: organisationId,
    number: "SLIP-1",
    patientNumber: "P1",
    bills: { billIds: ["B1"] },
  }),
  "POST /refunds": ({ terminalId }) => ({
    id: id(),
    orderId: terminalId,
    lines: null,
    why: "other",
    note: null,
  }),
  "POST /discharge-refunds": ({ terminalId }) => ({ id: id(), orderId: terminalId }),
  "POST /refunds/{id}/decide": () => ({ verdict: "approved", note: null }),
  "POST /refunds/{id}/acts": () => ({ id: id(), kind: "suspend", evidence: "越权" }),
  "POST /refunds/{id}/acts/{actId}/decide": () => ({ verdict: "done" }),
  "POST /relative-consents/search": () => ({}),
  "POST /relative-consents/{id}/withdraw": () => REASON,
  "POST /audit/search": () => ({ filter: { from: "2026-11-01T00:00:00Z", to: NOW } }),
};

/** Their bodies name nothing that stands in the tree; walked without a right to them only. */
const NOT_OF_THE_TREE: ReadonlySet<string> = new Set([
  "POST /locks/end",
  "POST /compliance/packs",
  "POST /audit/exports",
  "POST /terminal-enrolments/find",
  "POST /terminal-enrolments/approve",
  "POST /persons/search",
]);

/** One for the whole city, so refused to who holds the permission in a town. */
const OF_THE_CITY = new RegExp(
  [
    "^(POST|PATCH|DELETE) /roles",
    "^POST /(policies|protection|audit/archives)/",
    "^GET /metrics$",
    "^[A-Z]+ /compliance/",
    "^[A-Z]+ /audit/(verifications|checkpoints)",
  ].join("|"),
);

interface Route {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly permission: Permission;
  readonly params: readonly string[];
  readonly query: readonly string[];
  readonly hasBody: boolean;
}

function routesOf(world: World, caller: Caller): readonly Route[] {
  const { definitions } = consoleRoutes(world.services, caller, world.clock).openAPIRegistry;
  return definitions.flatMap((definition): Route[] => {
    if (definition.type !== "route") return [];
    const { route } = definition;
    const permission = "x-permission" in route ? String(route["x-permission"]) : "";
    if (!isPermission(permission)) {
      assert.equal(permission, "own", `${route.method} ${route.path}`);
      return [];
    }
    const method = route.method.toUpperCase();
    const query = route.request?.query;
    return [{
      method,
      path: route.path,
      name: `${method} ${route.path}`,
      permission,
      params: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, param = ""]) => param),
      query: query && "shape" in query ? Object.keys(query.shape ?? {}) : [],
      hasBody: route.request?.body !== undefined,
    }];
  });
}

interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly here: { readonly id: string; readonly path: string };
  readonly there: { readonly id: string; readonly path: string };
  readonly foreign: Foreign;
  /** What stands in the other town, by which a leak is known. */
  readonly marks: readonly string[];
  readonly roles: readonly RoleView[];
  readonly caller: Caller;
}

async function openGround(): Promise<Ground> {
  const world = await openWorld();
  await initialiseWorld(world);
  const { db } = world.own;
  const [here, there] = await db.selectFrom("organisation").select(["id", "path"])
    .where("kind", "=", "town").orderBy("code").execute();
  assert.ok(here && there);
  const system = consoleAs(world, await callerOf(world, ADMINISTRATORS.system));
  const security = consoleAs(world, await callerOf(world, ADMINISTRATORS.security));
  const { roles } = await answered<RoleList>(security("GET", "/roles"));
  const roleId = roles.find(({ name }) => name === "运维人员")?.id ?? "";
  const account = async (login: string, organisationId: string) => {
    const body = {
      id: world.id(),
      kind: "person",
      login,
      name: "某人",
      organisationId,
      duty: "business",
      expiresAt: null,
    };
    await answered<CreatedAccount>(system("POST", "/accounts", body), 201);
    await answered(system("POST", `/accounts/${body.id}/enable`));
    return body.id;
  };
  const accountId = await account("foreign.one", there.id);
  await account("own.one", here.id);
  const ask = async (of: string) => {
    const body = {
      id: world.id(),
      kind: "grant",
      accountId,
      roleId: of,
      organisationId: there.id,
      expiresAt: null,
      ...REASON,
    };
    await answered(system("POST", "/rights-requests", body), 201);
    return body.id;
  };
  const grantId = await ask(roleId);
  await answered(security("POST", `/rights-requests/${grantId}/approve`, { note: null }));
  const requestId = await ask(roles.find(({ name }) => name === "财务人员")?.id ?? "");
  const below = await db.selectFrom("organisation").select("id").where(
    "path",
    "like",
    `${there.path}%`,
  )
    .execute();
  const terminals = await db.selectFrom("terminal").selectAll()
    .where("institution_id", "in", below.map((node) => node.id)).execute();
  const terminal = terminals[0];
  assert.ok(terminal, "the other town has a terminal");
  const patientId = await identifyAt(world, terminal);
  const foreign = {
    organisationId: there.id,
    accountId,
    grantId,
    requestId,
    terminalId: terminal.id,
    roleId,
    patientId,
  };
  const marks = [
    ...below.map((node) => node.id),
    ...terminals.map((one) => one.id),
    "foreign.one",
    accountId,
    grantId,
    requestId,
    patientId,
  ];
  const caller = await callerOf(world, "own.one");
  return {
    world,
    here,
    there,
    foreign,
    marks,
    roles,
    caller,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function identifyAt(
  world: World,
  terminal: { readonly id: string; readonly number: string },
): Promise<string> {
  const person = world.city.persons.find(({ story, card }) => story && card);
  assert.ok(person?.card);
  const body = {
    id: world.id(),
    credential: {
      kind: "id_card",
      idNumber: person.idNumber,
      name: person.name,
      validUntil: person.idCardValidUntil,
    },
  };
  const full = { ...world.terminal, ...terminal };
  const reply = await world.call("POST", "/identifications", body, full);
  assert.equal(reply.status, 200, await reply.text());
  const row = await world.own.db.selectFrom("patient").select("id").executeTakeFirst();
  assert.ok(row);
  return row.id;
}

/** Every way to ask this route about what is foreign. */
function visitsOf(route: Route, foreign: Foreign): readonly string[] {
  const { roleId: _ofTheCity, ...ids } = foreign;
  const places = Object.values(ids);
  if (route.params.length > 0) {
    return places.map((place) =>
      route.params.reduce(
        (path, param, at) => path.replace(`{${param}}`, at ? id() : place),
        route.path,
      )
    );
  }
  const asked = route.query.filter((name) => name.endsWith("Id"));
  if (route.name === "GET /rights-explanations") {
    const { accountId, organisationId } = foreign;
    return [`${route.path}?accountId=${accountId}&organisationId=${organisationId}`];
  }
  if (route.path.endsWith("/import")) {
    return [`${route.path}?digest=${"0".repeat(64)}&plan=${"0".repeat(64)}`];
  }
  return [
    route.path,
    ...asked.flatMap((name) => places.map((place) => `${route.path}?${name}=${place}`)),
  ];
}

Deno.test("rights: no route shows or changes anything of another town (R-ORG-03)", async (t) => {
  await using ground = await openGround();
  const { world, here, foreign, marks, roles, caller } = ground;
  const routes = routesOf(world, caller);
  assert.ok(routes.length > 50, String(routes.length));
  const before = await snapshot(ground);

  await t.step("every route that takes a body is walked with one", () => {
    const missing = routes.filter(({ name, hasBody }) =>
      hasBody && !(name in BODIES) && !NOT_OF_THE_TREE.has(name) && !OF_THE_CITY.test(name)
    );
    assert.deepEqual(missing.map(({ name }) => name), []);
  });

  for (const role of roles) {
    const permissions = role.permissions.filter(isPermission);
    const holder = { ...callerWith(caller, permissions, here.path), duty: role.duty };
    const call = consoleAs(world, holder);
    await t.step(`${role.name} without the permission is refused, whatever he asks`, async () => {
      const wrong: string[] = [];
      for (const route of routes.filter(({ permission }) => !permissions.includes(permission))) {
        for (const path of visitsOf(route, foreign).slice(0, 2)) {
          const code = await codeOf(call(route.method, path, BODIES[route.name]?.(foreign)));
          if (code !== "403 access.forbidden") wrong.push(`${route.method} ${path}: ${code}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
    await t.step(`${role.name} of one town finds nothing of another`, async () => {
      const wrong: string[] = [];
      for (const route of routes.filter(({ permission }) => permissions.includes(permission))) {
        if (NOT_OF_THE_TREE.has(route.name)) continue;
        for (const path of visitsOf(route, foreign)) {
          const trouble = await troubleOf({ call, route, path, foreign, marks });
          if (trouble) wrong.push(`${route.method} ${path}: ${trouble}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  await t.step("everything of the other town is as it was", async () => {
    assert.deepEqual(await snapshot(ground), before);
  });

  await t.step("the same questions about the own town are answered", async () => {
    const all = consoleAs(
      world,
      callerWith(caller, ["organisation.read", "account.read", "rights.read"], here.path),
    );
    assert.equal((await all("GET", `/organisations/${here.id}`)).status, 200);
    assert.equal((await all("GET", `/accounts/${caller.accountId}`)).status, 200);
    const why = `/rights-explanations?accountId=${caller.accountId}&organisationId=${here.id}`;
    assert.equal((await all("GET", why)).status, 200);
  });
});

async function troubleOf({ call, route, path, foreign, marks }: {
  readonly call: CallConsole;
  readonly route: Route;
  readonly path: string;
  readonly foreign: Foreign;
  readonly marks: readonly string[];
}): Promise<string | null> {
  const reply = await call(route.method, path, BODIES[route.name]?.(foreign));
  const text = await reply.text();
  const asked = path + JSON.stringify(BODIES[route.name]?.(foreign) ?? "");
  const leaked = marks.find((mark) => text.includes(mark) && !asked.includes(mark));
  if (leaked) return `shows ${leaked}`;
  if (reply.status >= 500) return text;
  if (reply.ok) {
    const isAbout = route.params.length > 0 || path.includes("/rights-explanations");
    if (isAbout) return `answers ${reply.status} ${text.slice(0, 200)}`;
    const echoed = marks.find((mark) => text.includes(mark));
    return echoed ? `shows ${echoed}` : null;
  }
  const { status, code }: { status: number; code: string } = JSON.parse(text);
  const refusal = `${status} ${code}`;
  if (/^404 \w+\.not_found$/.test(refusal)) return null;
  // What is one for the whole city is refused to who holds it in a town.
  if (OF_THE_CITY.test(route.name) && refusal === "403 access.forbidden") return null;
  if (refusal === "409 access.import_differs") return null;
  return text;
}

async function codeOf(reply: Promise<Response>): Promise<string> {
  const response = await reply;
  const text = await response.text();
  if (response.ok) return String(response.status);
  const { status, code }: { status: number; code: string } = JSON.parse(text);
  return `${status} ${code}`;
}

async function snapshot({ world, there }: Ground): Promise<unknown> {
  const { db } = world.own;
  const nodes = await db.selectFrom("organisation").selectAll().where(
    "path",
    "like",
    `${there.path}%`,
  )
    .orderBy("id").execute();
  const ids = nodes.map((node) => node.id);
  return {
    nodes,
    accounts: await db.selectFrom("account").selectAll().where("organisation_id", "in", ids)
      .orderBy("id").execute(),
    grants: await db.selectFrom("account_grant").selectAll().where("organisation_id", "in", ids)
      .orderBy("id").execute(),
    requests: await db.selectFrom("rights_request").selectAll().where("organisation_id", "in", ids)
      .orderBy("id").execute(),
    terminals: await db.selectFrom("terminal").selectAll().where("institution_id", "in", ids)
      .orderBy("id").execute(),
    roles: await db.selectFrom("role").selectAll().orderBy("id").execute(),
    patients: await db.selectFrom("patient").selectAll().orderBy("id").execute(),
  };
}
