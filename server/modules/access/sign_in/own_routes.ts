import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { certificateChallengeSchema } from "../certificates/contract.ts";
import { type ConsoleEnv, OWN, requireConfirmed } from "../console_routes.ts";
import {
  changePasswordBodySchema,
  confirmBodySchema,
  endOwnSessionsBodySchema,
  passwordRulesSchema,
  secondFactorStateSchema,
  sessionInfoSchema,
  sessionListSchema,
  sessionsEndedSchema,
  totpConfirmBodySchema,
  totpEnrolledSchema,
  totpEnrolmentSchema,
} from "./contract.ts";
import { giveSession, sessionTokenOf, takeCookies } from "./cookies.ts";
import { renewRecoveryCodes } from "./enrol_totp.ts";
import { changeOwnPassword, confirmSession } from "./confirm_session.ts";
import { beginOwnTotp, confirmOwnTotp, ownSecondFactor } from "./own_factor.ts";
import { endOwnSessions, getOwnSession, signOut } from "./own_session.ts";
import { sessionInfo } from "./session_info.ts";
import { listOwnSessions } from "./list_sessions.ts";
import { passwordRules } from "./password_rules.ts";
import { certificateChallenge } from "./sign_in_routes.ts";
import type { SignInDeps } from "./sign_in_deps.ts";
import { visitOf } from "./visit.ts";

const info = { 200: jsonReply(sessionInfoSchema, "The session"), ...PROBLEM_REPLIES };
const enrolled = { 200: jsonReply(totpEnrolledSchema, "Recovery codes"), ...PROBLEM_REPLIES };

const sessionRoute = createRoute({ method: "get", path: "/session", ...OWN, responses: info });
const confirmRoute = createRoute({
  method: "post",
  path: "/session/confirm",
  ...OWN,
  request: jsonBody(confirmBodySchema),
  responses: info,
});
const challengeRoute = createRoute({
  method: "post",
  path: "/session/certificate-challenge",
  ...OWN,
  responses: { 200: jsonReply(certificateChallengeSchema, "Challenge"), ...PROBLEM_REPLIES },
});
const endRoute = createRoute({
  method: "post",
  path: "/session/end",
  ...OWN,
  responses: { 204: { description: "Signed out" }, ...PROBLEM_REPLIES },
});
const listRoute = createRoute({
  method: "get",
  path: "/own/sessions",
  ...OWN,
  responses: { 200: jsonReply(sessionListSchema, "Sessions"), ...PROBLEM_REPLIES },
});
const endAllRoute = createRoute({
  method: "post",
  path: "/own/sessions/end",
  ...OWN,
  request: jsonBody(endOwnSessionsBodySchema),
  responses: { 200: jsonReply(sessionsEndedSchema, "Ended"), ...PROBLEM_REPLIES },
});
const passwordRoute = createRoute({
  method: "post",
  path: "/own/password",
  ...OWN,
  request: jsonBody(changePasswordBodySchema),
  responses: info,
});
const rulesRoute = createRoute({
  method: "get",
  path: "/own/password-rules",
  ...OWN,
  responses: { 200: jsonReply(passwordRulesSchema, "For the next password"), ...PROBLEM_REPLIES },
});
const factorRoute = createRoute({
  method: "get",
  path: "/own/second-factor",
  ...OWN,
  responses: { 200: jsonReply(secondFactorStateSchema, "State"), ...PROBLEM_REPLIES },
});
const totpRoute = createRoute({
  method: "post",
  path: "/own/totp",
  ...OWN,
  responses: { 200: jsonReply(totpEnrolmentSchema, "Secret"), ...PROBLEM_REPLIES },
});
const totpConfirmRoute = createRoute({
  method: "post",
  path: "/own/totp/confirm",
  ...OWN,
  request: jsonBody(totpConfirmBodySchema),
  responses: enrolled,
});
const codesRoute = createRoute({
  method: "post",
  path: "/own/recovery-codes",
  ...OWN,
  responses: enrolled,
});

/** What a person does about his own session, password and second factor. */
export function ownRoutes(deps: SignInDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  const ownOf = (c: Context<ConsoleEnv>) => getOwnSession(deps, sessionTokenOf(c), c.get("caller"));
  routes.openapi(sessionRoute, async (c) => {
    const own = await ownOf(c);
    return c.json(await sessionInfo(deps, own, visitOf(c)), 200);
  });
  routes.openapi(confirmRoute, async (c) => {
    const own = await ownOf(c);
    const { password, factor } = c.req.valid("json");
    const renewed = await confirmSession(deps, own, { password, factor, visit: visitOf(c) });
    giveSession(c, renewed.token);
    return c.json(renewed.info, 200);
  });
  routes.openapi(challengeRoute, async (c) => {
    const { session, account } = await ownOf(c);
    const boundTo = session.id;
    return c.json(await certificateChallenge(deps, { accountId: account.id, boundTo }), 200);
  });
  routes.openapi(endRoute, async (c) => {
    await signOut(deps, await ownOf(c), visitOf(c));
    takeCookies(c);
    return c.body(null, 204);
  });
  routes.openapi(listRoute, async (c) => {
    return c.json(await listOwnSessions(deps, await ownOf(c)), 200);
  });
  routes.openapi(endAllRoute, async (c) => {
    const own = await ownOf(c);
    const { others } = c.req.valid("json");
    const ended = await endOwnSessions(deps, own, { others, visit: visitOf(c) });
    if (!others) takeCookies(c);
    return c.json({ ended }, 200);
  });
  routes.openapi(passwordRoute, async (c) => {
    const own = await ownOf(c);
    const renewed = await changeOwnPassword(deps, own, {
      ...c.req.valid("json"),
      visit: visitOf(c),
    });
    giveSession(c, renewed.token);
    return c.json(renewed.info, 200);
  });
  routes.openapi(
    rulesRoute,
    async (c) => c.json(passwordRules(await deps.policies.get("person")), 200),
  );
  routes.openapi(factorRoute, async (c) => {
    return c.json(await ownSecondFactor(deps, await ownOf(c)), 200);
  });
  routes.openapi(totpRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    const made = await beginOwnTotp(deps, await ownOf(c));
    return c.json({ otpauthUrl: made.otpauthUrl, secret: made.secret }, 200);
  });
  routes.openapi(totpConfirmRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    const own = await ownOf(c);
    const { code } = c.req.valid("json");
    const recoveryCodes = await confirmOwnTotp(deps, own, { code, visit: visitOf(c) });
    return c.json({ recoveryCodes }, 200);
  });
  routes.openapi(codesRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    const recoveryCodes = await renewRecoveryCodes(deps, c.get("caller"));
    return c.json({ recoveryCodes }, 200);
  });
  return routes;
}
