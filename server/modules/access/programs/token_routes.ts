import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { addressOf } from "../../../platform/client_address.ts";
import {
  createRoutes,
  jsonBody,
  jsonReply,
  PROBLEM_REPLIES,
  traceIdOf,
} from "../../../platform/http.ts";
import {
  authenticateProgram,
  type AuthenticateProgramDeps,
  type ProgramCaller,
} from "./authenticate_program.ts";
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

interface TokenEnv {
  Variables: { program: ProgramCaller };
}

/** In front of the console's door: who asks shows a key, never a token. */
export function programTokenRoutes(
  deps: AuthenticateProgramDeps & IssueTokenDeps,
): OpenAPIHono<TokenEnv> {
  const routes = createRoutes<TokenEnv>();
  // Before the body is parsed: what is signed are its bytes.
  routes.use("/tokens", async (c, next) => {
    const from = { address: addressOf(c), traceId: traceIdOf(c) };
    c.set("program", await authenticateProgram(deps, await readProgramRequest(c.req.raw, from)));
    await next();
  });
  routes.openapi(tokenRoute, async (c) => {
    const asked = { program: c.get("program"), address: addressOf(c) };
    return c.json(await issueToken(deps, asked, c.req.valid("json")), 200);
  });
  return routes;
}
