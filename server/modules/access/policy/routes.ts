import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { changePolicy, type PolicyDeps, viewPolicy } from "./change_policy.ts";
import {
  changePolicyBodySchema,
  POLICY_KINDS,
  policyKindSchema,
  policyListSchema,
  policyViewSchema,
} from "./contract.ts";

const listRoute = createRoute({
  method: "get",
  path: "/policies",
  ...needs("policy.read"),
  responses: { 200: jsonReply(policyListSchema, "Policies"), ...PROBLEM_REPLIES },
});
const changeRoute = createRoute({
  method: "post",
  path: "/policies/{kind}",
  ...needs("policy.change", { confirmed: true, wholeCity: true }),
  request: { params: z.object({ kind: policyKindSchema }), ...jsonBody(changePolicyBodySchema) },
  responses: { 200: jsonReply(policyViewSchema, "The policy"), ...PROBLEM_REPLIES },
});

export function policyRoutes(deps: PolicyDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(listRoute, async (c) => {
    const policies = await Promise.all(POLICY_KINDS.map((kind) => viewPolicy(deps, kind)));
    return c.json({ policies }, 200);
  });
  routes.openapi(changeRoute, async (c) => {
    const { kind } = c.req.valid("param");
    return c.json(await changePolicy(deps, c.get("caller"), { kind, ...c.req.valid("json") }), 200);
  });
  return routes;
}
