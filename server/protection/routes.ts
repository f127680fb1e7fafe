import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { type ConsoleEnv, needs } from "../modules/access/console_routes.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../platform/http.ts";
import { integrityReplySchema, sealsReplySchema, upkeepActionSchema } from "./contract.ts";
import { actOnUpkeep, readIntegrity, readSeals } from "./protection.ts";
import type { ProtectionDeps } from "./upkeep_works.ts";

const sealsRoute = createRoute({
  method: "get",
  path: "/protection/seals",
  summary: "Under which key versions personal data lies",
  responses: { 200: jsonReply(sealsReplySchema, "Key versions"), ...PROBLEM_REPLIES },
  ...needs("integrity.read"),
});

const resealRoute = createRoute({
  method: "post",
  path: "/protection/seals",
  summary: "Starts, pauses, resumes or cancels sealing anew",
  request: jsonBody(upkeepActionSchema),
  responses: { 200: jsonReply(sealsReplySchema, "Key versions"), ...PROBLEM_REPLIES },
  ...needs("integrity.check", { confirmed: true, wholeCity: true }),
});

const integrityRoute = createRoute({
  method: "get",
  path: "/protection/integrity",
  summary: "The last check of rows that decide money or rights",
  responses: { 200: jsonReply(integrityReplySchema, "What it found"), ...PROBLEM_REPLIES },
  ...needs("integrity.read"),
});

const checkRoute = createRoute({
  method: "post",
  path: "/protection/integrity",
  summary: "Starts, pauses, resumes or cancels a check of rows",
  request: jsonBody(upkeepActionSchema),
  responses: { 200: jsonReply(integrityReplySchema, "What it found"), ...PROBLEM_REPLIES },
  ...needs("integrity.check", { confirmed: true, wholeCity: true }),
});

export function protectionRoutes(deps: ProtectionDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(sealsRoute, async (c) => c.json(await readSeals(deps), 200));
  routes.openapi(resealRoute, async (c) => {
    const { action } = c.req.valid("json");
    await actOnUpkeep(deps, c.get("caller").actor, { kind: "reseal", action });
    return c.json(await readSeals(deps), 200);
  });
  routes.openapi(integrityRoute, async (c) => c.json(await readIntegrity(deps), 200));
  routes.openapi(checkRoute, async (c) => {
    const { action } = c.req.valid("json");
    await actOnUpkeep(deps, c.get("caller").actor, { kind: "integrity", action });
    return c.json(await readIntegrity(deps), 200);
  });
  return routes;
}
