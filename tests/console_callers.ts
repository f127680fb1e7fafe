import assert from "node:assert/strict";
import { OpenAPIHono } from "@hono/zod-openapi";
import { behindTheDoor } from "../server/console_api.ts";
import { initialise } from "../server/modules/access/accounts/initialise.ts";
import type { Caller } from "../server/modules/access/caller.ts";
import type { ConsoleEnv } from "../server/modules/access/console_routes.ts";
import type { Permission } from "../server/modules/access/permission.ts";
import { BrokenRows } from "../server/modules/access/rights/broken_rows.ts";
import {
  type EffectiveRights,
  effectiveRights,
} from "../server/modules/access/rights/effective_rights.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { errorAnswers } from "../server/platform/http.ts";
import type { Services } from "../server/services.ts";
import type { World } from "./world.ts";

/** The console's routes without their door: who calls is what the test says. */

const ADDRESS = "192.0.2.7";

export type CallConsole = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Who calls has always just shown his password. Text goes as a CSV file, anything else as JSON. */
export function consoleAs({ services, clock }: World, caller: Caller): CallConsole {
  const app = consoleRoutes(services, caller, clock);
  return async (method, path, body) => {
    const isFile = typeof body === "string" || body instanceof Uint8Array;
    const type = isFile ? "text/csv" : "application/json";
    return await app.request(path, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": type },
        body: isFile ? body as BodyInit : JSON.stringify(body),
      }),
    });
  };
}

export function consoleRoutes(
  services: Services,
  caller: Caller,
  clock: World["clock"],
): OpenAPIHono<ConsoleEnv> {
  const app = new OpenAPIHono<ConsoleEnv>();
  app.onError(errorAnswers(services.platform.log));
  app.use(async (c, next) => {
    c.set("clock", clock);
    c.set("traceId", "of-a-test");
    c.set("caller", { ...caller, confirmedAt: clock.now() });
    await next();
  });
  app.route("/", behindTheDoor(services));
  return app;
}

/** Somebody just confirmed, with the rights the database gives the account. */
export async function callerOf(
  world: World,
  login: string,
  { address = ADDRESS }: { readonly address?: string | null } = {},
): Promise<Caller> {
  const { id } = await world.own.db.selectFrom("account").select("id").where("login", "=", login)
    .executeTakeFirstOrThrow();
  const { account, rights } = await rightsOf(world, id, address);
  return {
    actor: {
      kind: "user",
      id,
      name: login,
      organisationId: account.organisation_id,
      sessionId: null,
      address,
      traceId: "of-a-test",
    },
    accountId: id,
    kind: "person",
    duty: account.duty,
    sessionId: null,
    confirmedAt: world.clock.now(),
    rights,
  };
}

export async function rightsOf(
  { services, clock, own }: World,
  accountId: string,
  address: string | null = ADDRESS,
): Promise<EffectiveRights> {
  const { audit, rowTags } = services;
  const brokenRows = new BrokenRows({ db: own.db, clock, audit, log: services.platform.log });
  const deps = { db: own.db, clock, rowTags, brokenRows };
  const found = await effectiveRights(deps, { accountId, address });
  assert.ok(found, `no account ${accountId}`);
  return found;
}

/** A hospital's own system that holds nothing. */
export const PROGRAM: Caller = {
  actor: {
    kind: "program",
    id: "019a8f3e-5c00-7abc-8def-0123456789ab",
    name: "his-bridge",
    organisationId: null,
    sessionId: null,
    address: null,
    traceId: null,
  },
  accountId: "019a8f3e-5c00-7abc-8def-0123456789ab",
  kind: "program",
  duty: "business",
  sessionId: null,
  confirmedAt: null,
  rights: new Map(),
};

/** A caller who holds just these, and nothing in the database. */
export function callerWith(
  caller: Caller,
  permissions: readonly Permission[],
  path: string,
): Caller {
  return { ...caller, rights: new Map(permissions.map((name) => [name, { paths: [path] }])) };
}

export const ADMINISTRATORS = {
  system: "zhang.wei",
  security: "li.na",
  audit: "wang.fang",
} as const;

export async function initialiseWorld({ services }: World): Promise<void> {
  await initialise({ ...services.console, ...services.platform }, {
    administrators: [
      { duty: "system", login: ADMINISTRATORS.system, name: "张伟" },
      { duty: "security", login: ADMINISTRATORS.security, name: "李娜" },
      { duty: "audit", login: ADMINISTRATORS.audit, name: "王芳" },
    ],
    city: null,
    actor: shellActor("赵工"),
  });
}

/** The body of an answer that must have this status. */
export async function answered<Body>(
  reply: Promise<Response> | Response,
  status = 200,
): Promise<Body> {
  const response = await reply;
  const text = await response.text();
  assert.equal(response.status, status, text);
  return text === "" ? undefined as Body : JSON.parse(text);
}

/** The code of a refusal. */
export async function refused(reply: Promise<Response>): Promise<string> {
  const response = await reply;
  const { status, code }: { status: number; code: string } = JSON.parse(await response.text());
  return `${status} ${code}`;
}
