import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../access/console_routes.ts";
import {
  packClausesSchema,
  packListSchema,
  packViewSchema,
  startPackBodySchema,
} from "./contract.ts";
import {
  cancelPack,
  type CancelPackDeps,
  listPacks,
  openPack,
  readClauses,
  readPack,
} from "./packs/read_packs.ts";
import { startPack, type StartPackDeps } from "./packs/start_pack.ts";

export type ComplianceRoutesDeps = StartPackDeps & CancelPackDeps;

const onePack = { params: z.object({ id: idField }) };

const startRoute = createRoute({
  method: "post",
  path: "/compliance/packs",
  summary: "Starts an evidence pack of GB/T 22239 level 3",
  request: jsonBody(startPackBodySchema),
  responses: { 202: jsonReply(packViewSchema, "Waits for a worker"), ...PROBLEM_REPLIES },
  ...needs("audit.export", { confirmed: true }),
});

const listRoute = createRoute({
  method: "get",
  path: "/compliance/packs",
  summary: "Evidence packs, newest first",
  request: { query: z.object({ before: idField.optional() }) },
  responses: { 200: jsonReply(packListSchema, "Packs"), ...PROBLEM_REPLIES },
  ...needs("audit.export"),
});

const readRoute = createRoute({
  method: "get",
  path: "/compliance/packs/{id}",
  summary: "How far an evidence pack is",
  request: onePack,
  responses: { 200: jsonReply(packViewSchema, "Pack"), ...PROBLEM_REPLIES },
  ...needs("audit.export"),
});

const clausesRoute = createRoute({
  method: "get",
  path: "/compliance/packs/{id}/clauses",
  summary: "What an evidence pack says of each clause",
  request: onePack,
  responses: { 200: jsonReply(packClausesSchema, "Clauses"), ...PROBLEM_REPLIES },
  ...needs("audit.export"),
});

const cancelRoute = createRoute({
  method: "post",
  path: "/compliance/packs/{id}/cancel",
  summary: "Gives an evidence pack up",
  request: onePack,
  responses: { 200: jsonReply(packViewSchema, "Pack"), ...PROBLEM_REPLIES },
  ...needs("audit.export"),
});

const fileRoute = createRoute({
  method: "get",
  path: "/compliance/packs/{id}/file",
  summary: "The evidence pack itself",
  request: onePack,
  responses: {
    200: { description: "A ZIP", content: { "application/zip": { schema: z.any() } } },
    ...PROBLEM_REPLIES,
  },
  ...needs("audit.export", { confirmed: true }),
});

export function complianceRoutes(deps: ComplianceRoutesDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    startRoute,
    async (c) => c.json(await startPack(deps, c.get("caller"), c.req.valid("json")), 202),
  );
  routes.openapi(listRoute, async (c) => {
    const { before = null } = c.req.valid("query");
    return c.json(await listPacks(deps, c.get("caller"), { before }), 200);
  });
  routes.openapi(
    readRoute,
    async (c) => c.json(await readPack(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(
    clausesRoute,
    async (c) => c.json(await readClauses(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(
    cancelRoute,
    async (c) => c.json(await cancelPack(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(fileRoute, async (c) => {
    const { name, bytes, content } = await openPack(deps, c.get("caller"), c.req.valid("param").id);
    return c.body(content, 200, {
      "content-type": "application/zip",
      "content-length": String(bytes),
      "content-disposition": `attachment; filename="${name}"`,
    });
  });
  return routes;
}
