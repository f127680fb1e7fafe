import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SsoUnavailable } from "../../../gateways/sso/sso_client.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs, OWN, requireConfirmed } from "../console_routes.ts";
import {
  addSsoLinkBodySchema,
  SSO_RETURNS,
  ssoLinkListSchema,
  ssoLinkViewSchema,
  ssoProviderField,
  ssoSignOutSchema,
  ssoStartSchema,
} from "./contract.ts";
import { giveWay } from "./cookie.ts";
import { addLink, endLink, linksOf, listLinks, removeLink } from "./manage_links.ts";
import { getClient, type SsoDeps } from "./sso_deps.ts";
import { startSignOn } from "./start_sign_on.ts";

const links = { 200: jsonReply(ssoLinkListSchema, "Newest first"), ...PROBLEM_REPLIES };
const gone = { 204: { description: "Removed" }, ...PROBLEM_REPLIES };

const ownLinksRoute = createRoute({
  method: "get",
  path: "/own/sso-links",
  summary: "Identities the caller signs in with",
  responses: links,
  ...OWN,
});
const ownLinkRoute = createRoute({
  method: "post",
  path: "/own/sso-links/{provider}",
  summary: "Begins to link an identity: the page goes to the address",
  request: { params: z.object({ provider: ssoProviderField }) },
  responses: { 200: jsonReply(ssoStartSchema, "Where to go"), ...PROBLEM_REPLIES },
  ...OWN,
});
const ownUnlinkRoute = createRoute({
  method: "post",
  path: "/own/sso-links/{linkId}/remove",
  summary: "The identity signs in no more",
  request: { params: z.object({ linkId: idField }) },
  responses: gone,
  ...OWN,
});
const signOutRoute = createRoute({
  method: "get",
  path: "/own/sso-sign-out",
  summary: "Where the provider's own session is ended",
  responses: { 200: jsonReply(ssoSignOutSchema, "Null for nowhere"), ...PROBLEM_REPLIES },
  ...OWN,
});
const linksRoute = createRoute({
  method: "get",
  path: "/accounts/{id}/sso-links",
  summary: "Identities an account signs in with",
  request: { params: z.object({ id: idField }) },
  responses: links,
  ...needs("account.read"),
});
const linkRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/sso-links",
  summary: "Links an identity to a person's account",
  request: { params: z.object({ id: idField }), ...jsonBody(addSsoLinkBodySchema) },
  responses: { 201: jsonReply(ssoLinkViewSchema, "Linked"), ...PROBLEM_REPLIES },
  ...needs("account.change", { confirmed: true }),
});
const unlinkRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/sso-links/{linkId}/remove",
  summary: "The identity signs in no more",
  request: { params: z.object({ id: idField, linkId: idField }) },
  responses: gone,
  ...needs("account.change", { confirmed: true }),
});

export function ssoRoutes(deps: SsoDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(ownLinksRoute, async (c) => {
    return c.json({ links: await linksOf(deps, c.get("caller").accountId) }, 200);
  });
  routes.openapi(ownLinkRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    const { provider } = c.req.valid("param");
    const wanted = { provider, to: "own", linkTo: c.get("caller") } as const;
    const { url, token } = await startSignOn(deps, wanted);
    giveWay(c, token, getClient(deps, provider).callbackPath);
    return c.json({ url }, 200);
  });
  routes.openapi(ownUnlinkRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    const { accountId } = c.get("caller");
    await endLink(deps, c.get("caller"), { accountId, linkId: c.req.valid("param").linkId });
    return c.body(null, 204);
  });
  routes.openapi(signOutRoute, async (c) => c.json({ url: await signOutUrl(deps) }, 200));
  routes.openapi(linksRoute, async (c) => {
    return c.json({ links: await listLinks(deps, c.get("caller"), c.req.valid("param").id) }, 200);
  });
  routes.openapi(linkRoute, async (c) => {
    const wanted = { accountId: c.req.valid("param").id, body: c.req.valid("json") };
    return c.json(await addLink(deps, c.get("caller"), wanted), 201);
  });
  routes.openapi(unlinkRoute, async (c) => {
    const { id: accountId, linkId } = c.req.valid("param");
    await removeLink(deps, c.get("caller"), { accountId, linkId });
    return c.body(null, 204);
  });
  return routes;
}

/** Of the first provider that has one; signing out here does not wait for it. */
async function signOutUrl({ clients }: Pick<SsoDeps, "clients">): Promise<string | null> {
  for (const client of clients.values()) {
    try {
      const url = await client.signOutUrl(SSO_RETURNS.home);
      if (url !== null) return url;
    } catch (thrown) {
      if (!(thrown instanceof SsoUnavailable)) throw thrown;
    }
  }
  return null;
}
