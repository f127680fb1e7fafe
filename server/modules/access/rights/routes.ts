import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import type { RequestRightsDeps } from "./request_rights.ts";
import {
  explanationQuerySchema,
  grantPageSchema,
  grantQuerySchema,
  permissionListSchema,
  rightsExplanationSchema,
} from "./contract.ts";
import { explainRights } from "./explain_rights.ts";
import { listGrants, listPermissions } from "./list_rights.ts";
import { requestRoutes } from "./request_routes.ts";
import { roleRoutes } from "./role_routes.ts";

const permissionsRoute = createRoute({
  method: "get",
  path: "/permissions",
  summary: "Every permission with its title and duties",
  responses: { 200: jsonReply(permissionListSchema, "All"), ...PROBLEM_REPLIES },
  ...needs("rights.read"),
});

const grantsRoute = createRoute({
  method: "get",
  path: "/grants",
  summary: "Who holds which role where, and who held it",
  request: { query: grantQuerySchema },
  responses: { 200: jsonReply(grantPageSchema, "A page"), ...PROBLEM_REPLIES },
  ...needs("rights.read"),
});

const explanationRoute = createRoute({
  method: "get",
  path: "/rights-explanations",
  summary: "Why an account can do what it can at a node, and why not the rest",
  request: { query: explanationQuerySchema },
  responses: { 200: jsonReply(rightsExplanationSchema, "Every permission"), ...PROBLEM_REPLIES },
  ...needs("rights.read"),
});

export function rightsRoutes(deps: RequestRightsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(permissionsRoute, (c) => c.json(listPermissions(), 200));
  routes.openapi(
    grantsRoute,
    async (c) => c.json(await listGrants(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    explanationRoute,
    async (c) => c.json(await explainRights(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.route("/", roleRoutes(deps));
  routes.route("/", requestRoutes(deps));
  return routes;
}
