import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import {
  checkpointNumberField,
  checkpointTextSchema,
  countersignBodySchema,
} from "../../audit/countersigning/contract.ts";
import {
  readCheckpointText,
  takeCountersignature,
} from "../../audit/countersigning/read_checkpoint.ts";
import type { CountersignDeps } from "../../audit/chain/countersign.ts";
import {
  startVerifyRunBodySchema,
  verifyRunListSchema,
  verifyRunViewSchema,
} from "../../audit/verify_runs/contract.ts";
import {
  cancelRun,
  readRun,
  startRun,
  type VerifyRunsDeps,
  viewRuns,
} from "../../audit/verify_runs/start_run.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";

export type AuditVerifyRoutesDeps = VerifyRunsDeps & CountersignDeps;

const idParams = z.object({ id: idField });
const numberParams = z.object({ number: checkpointNumberField });
const runReply = jsonReply(verifyRunViewSchema, "How far it is");

const startRoute = createRoute({
  method: "post",
  path: "/audit/verifications",
  summary: "Asks for a check of the chain; a worker does it",
  ...needs("audit.verify", { wholeCity: true }),
  request: jsonBody(startVerifyRunBodySchema),
  responses: { 201: runReply, ...PROBLEM_REPLIES },
});
const listRoute = createRoute({
  method: "get",
  path: "/audit/verifications",
  ...needs("audit.verify", { wholeCity: true }),
  request: { query: z.object({ before: idField.optional() }) },
  responses: { 200: jsonReply(verifyRunListSchema, "Newest first"), ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path: "/audit/verifications/{id}",
  ...needs("audit.verify", { wholeCity: true }),
  request: { params: idParams },
  responses: { 200: runReply, ...PROBLEM_REPLIES },
});
const cancelRoute = createRoute({
  method: "post",
  path: "/audit/verifications/{id}/cancel",
  ...needs("audit.verify", { wholeCity: true }),
  request: { params: idParams },
  responses: { 200: runReply, ...PROBLEM_REPLIES },
});
const checkpointRoute = createRoute({
  method: "get",
  path: "/audit/checkpoints/{number}",
  summary: "What the owner of a second key signs",
  ...needs("audit.countersign", { wholeCity: true }),
  request: { params: numberParams },
  responses: { 200: jsonReply(checkpointTextSchema, "The checkpoint"), ...PROBLEM_REPLIES },
});
const countersignRoute = createRoute({
  method: "post",
  path: "/audit/checkpoints/{number}/countersignatures",
  summary: "Takes a signature that was made elsewhere",
  ...needs("audit.countersign", { confirmed: true, wholeCity: true }),
  request: { params: numberParams, ...jsonBody(countersignBodySchema) },
  responses: { 204: { description: "Kept" }, ...PROBLEM_REPLIES },
});

/** Checks of the chain and second signatures: of the whole city, as the chain is. */
export function auditVerifyRoutes(deps: AuditVerifyRoutesDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(startRoute, async (c) => {
    const { actor } = c.get("caller");
    return c.json(await startRun(deps, actor, c.req.valid("json")), 201);
  });
  routes.openapi(listRoute, async (c) => {
    const { before = null } = c.req.valid("query");
    return c.json(await viewRuns(deps, { before }), 200);
  });
  routes.openapi(readRoute, async (c) => {
    return c.json(await readRun(deps, c.req.valid("param").id), 200);
  });
  routes.openapi(cancelRoute, async (c) => {
    return c.json(await cancelRun(deps, c.get("caller").actor, c.req.valid("param").id), 200);
  });
  routes.openapi(checkpointRoute, async (c) => {
    return c.json(await readCheckpointText(deps, BigInt(c.req.valid("param").number)), 200);
  });
  routes.openapi(countersignRoute, async (c) => {
    const number = BigInt(c.req.valid("param").number);
    const body = c.req.valid("json");
    await takeCountersignature(deps, c.get("caller").actor, { number, body });
    return c.body(null, 204);
  });
  return routes;
}
