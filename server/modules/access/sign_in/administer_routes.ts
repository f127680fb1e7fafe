import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { isWholeCity, scopeOf } from "../caller.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import {
  endSessionOfOther,
  endSessionsOfOther,
  resetPassword,
  resetSecondFactor,
  unlock,
} from "./administer.ts";
import {
  lockListSchema,
  oneTimePasswordSchema,
  secondFactorResetSchema,
  sessionListSchema,
  sessionQuerySchema,
  sessionsEndedSchema,
  unlockBodySchema,
} from "./contract.ts";
import { listLocks, listSessions } from "./list_sessions.ts";
import type { SignInDeps } from "./sign_in_deps.ts";

const params = z.object({ id: idField });
const done = { 204: { description: "Done" }, ...PROBLEM_REPLIES };

const listRoute = createRoute({
  method: "get",
  path: "/sessions",
  ...needs("session.read"),
  request: { query: sessionQuerySchema },
  responses: { 200: jsonReply(sessionListSchema, "Sessions"), ...PROBLEM_REPLIES },
});
const endRoute = createRoute({
  method: "post",
  path: "/sessions/{id}/end",
  ...needs("session.end"),
  request: { params },
  responses: done,
});
const endAllRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/sessions/end",
  ...needs("session.end"),
  request: { params },
  responses: { 200: jsonReply(sessionsEndedSchema, "Ended"), ...PROBLEM_REPLIES },
});
const locksRoute = createRoute({
  method: "get",
  path: "/locks",
  ...needs("session.read"),
  responses: { 200: jsonReply(lockListSchema, "Locks and failures"), ...PROBLEM_REPLIES },
});
const unlockRoute = createRoute({
  method: "post",
  path: "/locks/end",
  ...needs("session.end", { confirmed: true }),
  request: jsonBody(unlockBodySchema),
  responses: done,
});
const passwordRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/password-reset",
  ...needs("account.change", { confirmed: true }),
  request: { params },
  responses: { 200: jsonReply(oneTimePasswordSchema, "Told once"), ...PROBLEM_REPLIES },
});
const factorRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/second-factor/reset",
  ...needs("factor.reset", { confirmed: true }),
  request: { params },
  responses: { 200: jsonReply(secondFactorResetSchema, "What was reset"), ...PROBLEM_REPLIES },
});

/** What administrators do about other people's sessions, locks, passwords and factors. */
export function administerRoutes(deps: SignInDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(listRoute, async (c) => {
    const caller = c.get("caller");
    const { accountId, after } = c.req.valid("query");
    const scope = scopeOf(caller, "session.read");
    const ownId = caller.sessionId;
    return c.json(await listSessions(deps, { scope, accountId, after, ownId }), 200);
  });
  routes.openapi(endRoute, async (c) => {
    await endSessionOfOther(deps, c.get("caller"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  routes.openapi(endAllRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ ended: await endSessionsOfOther(deps, c.get("caller"), id) }, 200);
  });
  routes.openapi(locksRoute, async (c) => {
    const caller = c.get("caller");
    const scope = scopeOf(caller, "session.read");
    const addresses = isWholeCity(caller, "session.read");
    return c.json({ locks: await listLocks(deps, { scope, addresses }) }, 200);
  });
  routes.openapi(unlockRoute, async (c) => {
    await unlock(deps, c.get("caller"), c.req.valid("json"));
    return c.body(null, 204);
  });
  routes.openapi(passwordRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { text, until } = await resetPassword(deps, c.get("caller"), id);
    return c.json({ oneTimePassword: text, expiresAt: until.toISOString() }, 200);
  });
  routes.openapi(factorRoute, async (c) => {
    const { kinds, ...counts } = await resetSecondFactor(
      deps,
      c.get("caller"),
      c.req.valid("param").id,
    );
    return c.json({ kinds: [...kinds], ...counts }, 200);
  });
  return routes;
}
