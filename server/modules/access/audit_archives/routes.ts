import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import {
  archiveListSchema,
  chainViewSchema,
  monthField,
  requestDeletionSchema,
} from "../../audit/archive/contract.ts";
import {
  confirmDeletion,
  type DeleteMonthDeps,
  requestDeletion,
  withdrawDeletion,
} from "../../audit/archive/delete_month.ts";
import { viewArchives, viewChain } from "../../audit/archive/view_archives.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type Caller, requireAt } from "../caller.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { findCity } from "../find_organisation.ts";
import type { AccessTables } from "../tables.ts";

const params = z.object({ month: monthField });
const DONE = { 204: { description: "Done" }, ...PROBLEM_REPLIES };

const chainRoute = createRoute({
  method: "get",
  path: "/audit/chain",
  ...needs("audit.read"),
  responses: { 200: jsonReply(chainViewSchema, "How far the chain is"), ...PROBLEM_REPLIES },
});
const archivesRoute = createRoute({
  method: "get",
  path: "/audit/archives",
  ...needs("audit.read"),
  responses: { 200: jsonReply(archiveListSchema, "Archived months"), ...PROBLEM_REPLIES },
});
const requestRoute = createRoute({
  method: "post",
  path: "/audit/archives/{month}/deletion",
  ...needs("audit.delete", { confirmed: true, wholeCity: true }),
  request: { params, ...jsonBody(requestDeletionSchema) },
  responses: DONE,
});
const confirmRoute = createRoute({
  method: "post",
  path: "/audit/archives/{month}/deletion/confirmation",
  ...needs("audit.delete", { confirmed: true, wholeCity: true }),
  request: { params },
  responses: DONE,
});
const withdrawRoute = createRoute({
  method: "post",
  path: "/audit/archives/{month}/deletion/withdrawal",
  ...needs("audit.delete", { wholeCity: true }),
  request: { params },
  responses: DONE,
});

export interface AuditArchiveDeps extends DeleteMonthDeps {
  readonly db: Kysely<AuditTables & AccessTables>;
}

/** A month is of the whole city: its deletion takes the permission at the root of the tree. */
async function requireAtRoot({ db }: AuditArchiveDeps, caller: Caller): Promise<void> {
  const city = await findCity({ db });
  requireAt(caller, { permission: "audit.delete", path: city?.path ?? "/" });
}

export function auditArchiveRoutes(deps: AuditArchiveDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(chainRoute, async (c) => c.json(await viewChain(deps), 200));
  routes.openapi(archivesRoute, async (c) => {
    return c.json({ archives: await viewArchives(deps) }, 200);
  });
  routes.openapi(requestRoute, async (c) => {
    const { month } = c.req.valid("param");
    await requireAtRoot(deps, c.get("caller"));
    await requestDeletion(deps, c.get("caller"), { month, ...c.req.valid("json") });
    return c.body(null, 204);
  });
  routes.openapi(confirmRoute, async (c) => {
    await requireAtRoot(deps, c.get("caller"));
    await confirmDeletion(deps, c.get("caller"), c.req.valid("param").month);
    return c.body(null, 204);
  });
  routes.openapi(withdrawRoute, async (c) => {
    await requireAtRoot(deps, c.get("caller"));
    await withdrawDeletion(deps, c.get("caller"), c.req.valid("param").month);
    return c.body(null, 204);
  });
  return routes;
}
