import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { DomainError } from "../../../platform/errors.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { certificateChallengeSchema } from "../certificates/contract.ts";
import type { ConsoleEnv } from "../console_routes.ts";
import {
  beginTotpInSignIn,
  changePasswordInSignIn,
  confirmTotpInSignIn,
  getAttempt,
  showSecondFactor,
} from "./attempt_steps.ts";
import {
  newPasswordBodySchema,
  secondFactorBodySchema,
  signInBodySchema,
  type SignInReply,
  signInReplySchema,
  totpConfirmBodySchema,
  totpEnrolledInSignInSchema,
  totpEnrolmentSchema,
} from "./contract.ts";
import { attemptTicketOf, giveAttempt, giveSession } from "./cookies.ts";
import { requireOwnSite } from "./csrf.ts";
import type { FactorOf } from "./factors/second_factor.ts";
import type { WentOn } from "./go_on.ts";
import { signIn } from "./sign_in.ts";
import type { SignInDeps } from "./sign_in_deps.ts";
import { visitOf } from "./visit.ts";

const next = { 200: jsonReply(signInReplySchema, "The next step"), ...PROBLEM_REPLIES };

const signInRoute = createRoute({
  method: "post",
  path: "/sign-in",
  summary: "Shows login and password",
  request: jsonBody(signInBodySchema),
  responses: next,
});
const passwordRoute = createRoute({
  method: "post",
  path: "/sign-in/password",
  summary: "Chooses a new password where the old one is one-time or expired",
  request: jsonBody(newPasswordBodySchema),
  responses: next,
});
const factorRoute = createRoute({
  method: "post",
  path: "/sign-in/second-factor",
  summary: "Shows the second factor",
  request: jsonBody(secondFactorBodySchema),
  responses: next,
});
const challengeRoute = createRoute({
  method: "post",
  path: "/sign-in/certificate-challenge",
  summary: "Text to be signed by a certificate's key",
  responses: { 200: jsonReply(certificateChallengeSchema, "Challenge"), ...PROBLEM_REPLIES },
});
const totpRoute = createRoute({
  method: "post",
  path: "/sign-in/totp",
  summary: "A new TOTP secret, where the policy asks for a second factor",
  responses: { 200: jsonReply(totpEnrolmentSchema, "Secret"), ...PROBLEM_REPLIES },
});
const totpConfirmRoute = createRoute({
  method: "post",
  path: "/sign-in/totp/confirm",
  summary: "The first code of it",
  request: jsonBody(totpConfirmBodySchema),
  responses: { 200: jsonReply(totpEnrolledInSignInSchema, "Enrolled"), ...PROBLEM_REPLIES },
});

/** The way in; open to anybody, but to our own pages only. */
export function signInRoutes(deps: SignInDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.use("/sign-in", ownSite);
  routes.use("/sign-in/*", ownSite);
  routes.openapi(signInRoute, async (c) => {
    return c.json(handOut(c, await signIn(deps, c.req.valid("json"), visitOf(c))), 200);
  });
  routes.openapi(passwordRoute, async (c) => {
    const visit = visitOf(c);
    const open = await getAttempt(deps, attemptTicketOf(c), { step: "password_change", visit });
    const { newPassword } = c.req.valid("json");
    return c.json(
      handOut(c, await changePasswordInSignIn(deps, open, { newPassword, visit })),
      200,
    );
  });
  routes.openapi(factorRoute, async (c) => {
    const visit = visitOf(c);
    const open = await getAttempt(deps, attemptTicketOf(c), { step: "second_factor", visit });
    const body = c.req.valid("json");
    return c.json(handOut(c, await showSecondFactor(deps, open, { body, visit })), 200);
  });
  routes.openapi(challengeRoute, async (c) => {
    const visit = visitOf(c);
    const open = await getAttempt(deps, attemptTicketOf(c), { step: "second_factor", visit });
    const of = { accountId: open.account.id, boundTo: open.attempt.id };
    return c.json(await certificateChallenge(deps, of), 200);
  });
  routes.openapi(totpRoute, async (c) => {
    const visit = visitOf(c);
    const of = { step: "second_factor_enrolment", visit } as const;
    const open = await getAttempt(deps, attemptTicketOf(c), of);
    const { otpauthUrl, secret } = await beginTotpInSignIn(deps, open);
    return c.json({ otpauthUrl, secret }, 200);
  });
  routes.openapi(totpConfirmRoute, async (c) => {
    const visit = visitOf(c);
    const of = { step: "second_factor_enrolment", visit } as const;
    const open = await getAttempt(deps, attemptTicketOf(c), of);
    const { code } = c.req.valid("json");
    const { recoveryCodes, gone } = await confirmTotpInSignIn(deps, open, { code, visit });
    return c.json({ recoveryCodes: [...recoveryCodes], next: handOut(c, gone) }, 200);
  });
  return routes;
}

const ownSite: MiddlewareHandler = async (c, next) => {
  requireOwnSite(c);
  await next();
};

function handOut(c: Context, { token, reply }: WentOn): SignInReply {
  if (reply.step === "signed_in") giveSession(c, token);
  else giveAttempt(c, token);
  return reply;
}

export async function certificateChallenge(
  { certificates }: SignInDeps,
  of: FactorOf,
): ReturnType<NonNullable<SignInDeps["certificates"]>["challenge"]> {
  if (certificates) return await certificates.challenge(of);
  throw new DomainError(
    "access.certificates_unavailable",
    "Cannot ask for a certificate: no authorities are configured",
  );
}
