import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DomainError } from "../../../platform/errors.ts";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import type { ConsoleEnv } from "../console_routes.ts";
import { giveAttempt, giveSession } from "../sign_in/cookies.ts";
import { visitOf } from "../sign_in/visit.ts";
import {
  SSO_RETURNS,
  type SsoOutcome,
  ssoProviderField,
  ssoProviderListSchema,
  type SsoReturn,
  ssoStartQuerySchema,
} from "./contract.ts";
import { giveWay, takeWay } from "./cookie.ts";
import { type FinishedSignOn, finishSignOn, type FinishSignOnDeps } from "./finish_sign_on.ts";
import { getClient } from "./sso_deps.ts";
import { startSignOn } from "./start_sign_on.ts";

const params = z.object({ provider: ssoProviderField });
const toThePage = { 302: { description: "To the provider, or to a page of ours" } };

const providersRoute = createRoute({
  method: "get",
  path: "/sso/providers",
  summary: "Where else somebody may sign in",
  responses: { 200: jsonReply(ssoProviderListSchema, "Those configured"), ...PROBLEM_REPLIES },
});

const startRoute = createRoute({
  method: "get",
  path: "/sso/{provider}/start",
  summary: "Sends the browser to the provider",
  request: { params, query: ssoStartQuerySchema },
  responses: { ...toThePage, ...PROBLEM_REPLIES },
});

const callbackRoute = createRoute({
  method: "get",
  path: "/sso/{provider}/callback",
  summary: "The browser comes back from the provider",
  request: { params },
  responses: { ...toThePage, ...PROBLEM_REPLIES },
});

/** Open to anybody; what is asked for here is who somebody is. */
export function signOnRoutes(deps: FinishSignOnDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(providersRoute, (c) => {
    const providers = [...deps.clients.values()].map(({ provider, title, callbackPath }) => ({
      provider,
      title,
      startUrl: callbackPath.replace(/callback$/, "start"),
    }));
    return c.json({ providers }, 200);
  });
  routes.openapi(startRoute, async (c) => {
    const { provider } = c.req.valid("param");
    const { to } = c.req.valid("query");
    const { callbackPath } = getClient(deps, provider);
    try {
      const { url, token } = await startSignOn(deps, { provider, to, linkTo: null });
      giveWay(c, token, callbackPath);
      return c.redirect(url, 302);
    } catch (thrown) {
      if (!isUnavailable(thrown)) throw thrown;
      return c.redirect(pageOf(to, "unavailable"), 302);
    }
  });
  routes.openapi(callbackRoute, async (c) => {
    const { provider } = c.req.valid("param");
    const token = takeWay(c, getClient(deps, provider).callbackPath);
    const { search } = new URL(c.req.url);
    return goBack(c, await finishSignOn(deps, { provider, token, search, visit: visitOf(c) }));
  });
  return routes;
}

function goBack(c: Context, { outcome, to, gone }: FinishedSignOn): Response {
  if (outcome === "signed_in" && gone) giveSession(c, gone.token);
  else if (gone) giveAttempt(c, gone.token);
  const options = gone?.reply.step === "second_factor" ? gone.reply.options : [];
  return c.redirect(pageOf(to, outcome, options), 302);
}

/** Of our own list, whatever was asked for. */
function pageOf(to: SsoReturn, outcome: SsoOutcome, options: readonly string[] = []): string {
  const query = { sso: outcome, ...(options.length > 0 && { options: options.join(".") }) };
  return `${SSO_RETURNS[to]}?${new URLSearchParams(query)}`;
}

function isUnavailable(thrown: unknown): boolean {
  return thrown instanceof DomainError && thrown.code === "access.unavailable";
}
