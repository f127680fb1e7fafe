import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
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
  type JudgedHead,
  judgeHead,
  type ProgramCaller,
} from "./authenticate_program.ts";
import { programTokenBodySchema, programTokenSchema } from "./contract.ts";
import { issueToken, type IssueTokenDeps } from "./issue_token.ts";
import { programBody, programHead } from "./read_request.ts";

const tokenRoute = createRoute({
  method: "post",
  path: "/tokens",
  summary: "A token for a few minutes, for a signed request",
  request: jsonBody(programTokenBodySchema),
  responses: { 200: jsonReply(programTokenSchema, "The token"), ...PROBLEM_REPLIES },
});

interface TokenEnv {
  Variables: { head: JudgedHead; program: ProgramCaller };
}

/** In front of the console's door: who asks shows a key, never a token. */
export function programTokenRoutes(
  deps: AuthenticateProgramDeps & IssueTokenDeps,
  limitedBody: MiddlewareHandler,
): OpenAPIHono<TokenEnv> {
  const routes = createRoutes<TokenEnv>();
  routes.use("/tokens", async (c, next) => {
    const from = { address: addressOf(c), traceId: traceIdOf(c) };
    c.set("head", await judgeHead(deps, programHead(c.req.raw, from)));
    await next();
  });
  // Read before it is parsed, for what is signed are its bytes; and of a known key's requests only.
  routes.use("/tokens", limitedBody, async (c, next) => {
    const body = () => programBody(c.req.raw);
    c.set("program", await authenticateProgram(deps, c.get("head"), { body }));
    await next();
  });
  routes.openapi(tokenRoute, async (c) => {
    const asked = { program: c.get("program"), address: addressOf(c) };
    return c.json(await issueToken(deps, asked, c.req.valid("json")), 200);
  });
  return routes;
}
