import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { addressOf } from "../../../platform/client_address.ts";
import {
  createRoutes,
  jsonBody,
  jsonReply,
  PROBLEM_REPLIES,
  traceIdOf,
} from "../../../platform/http.ts";
import { authenticateProgram, type AuthenticateProgramDeps } from "./authenticate_program.ts";
import { programTokenBodySchema, programTokenSchema } from "./contract.ts";
import { issueToken, type IssueTokenDeps } from "./issue_token.ts";
import { readProgramRequest } from "./read_request.ts";

const tokenRoute = createRoute({
  method: "post",
  path: "/tokens",
  summary: "A token for a few minutes, for a signed request",
  request: jsonBody(programTokenBodySchema),
  responses: { 200: jsonReply(programTokenSchema, "The token"), ...PROBLEM_REPLIES },
});

/** In front of the console's door: who asks shows a key, never a token. */
export function programTokenRoutes(
  deps: AuthenticateProgramDeps & IssueTokenDeps,
): OpenAPIHono {
  const routes = createRoutes();
  routes.openapi(tokenRoute, async (c) => {
    const address = addressOf(c);
    const request = await readProgramRequest(c.req.raw, { address, traceId: traceIdOf(c) });
    const program = await authenticateProgram(deps, request);
    return c.json(await issueToken(deps, { program, address }, c.req.valid("json")), 200);
  });
  return routes;
}
