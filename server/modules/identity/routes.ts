import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import type { Actor } from "../audit/actor.ts";
import type { TerminalEnv } from "../fleet/terminal_door.ts";
import type { TerminalSite } from "../fleet/terminal_site.ts";
import { recordConsentBodySchema } from "./consent/contract.ts";
import { recordConsent } from "./consent/record_consent.ts";
import {
  createProfileBodySchema,
  identifyBodySchema,
  identifyReplySchema,
  insuranceViewSchema,
  presentAgainBodySchema,
} from "./contract.ts";
import { createProfile, type CreateProfileDeps } from "./create_profile.ts";
import { endIdentification } from "./find_identification.ts";
import { type AtTerminal, identify, type IdentifyDeps } from "./identify.ts";
import { presentAgain } from "./present_again.ts";

export interface IdentityRoutesDeps {
  /** The ports speak to the parties in the name of the caller's institution. */
  readonly at: (site: TerminalSite, actor: Actor) => IdentifyDeps & CreateProfileDeps;
}

const params = z.object({ id: idField });

const identifyRoute = createRoute({
  method: "post",
  path: "/identifications",
  summary: "Who presents this card or code (R-IDN-01)",
  request: jsonBody(identifyBodySchema),
  responses: { 200: jsonReply(identifyReplySchema, "Who it is"), ...PROBLEM_REPLIES },
});

const profileRoute = createRoute({
  method: "post",
  path: "/identifications/{id}/profile",
  summary: "Makes a real-name record in HIS (R-IDN-04)",
  request: { params, ...jsonBody(createProfileBodySchema) },
  responses: { 200: jsonReply(identifyReplySchema, "Known now"), ...PROBLEM_REPLIES },
});

const presentRoute = createRoute({
  method: "post",
  path: "/identifications/{id}/presentation",
  summary: "The same person shows another medium, or a fresh code (R-BIL-14)",
  request: { params, ...jsonBody(presentAgainBodySchema) },
  responses: { 200: jsonReply(insuranceViewSchema, "How insured"), ...PROBLEM_REPLIES },
});

const endRoute = createRoute({
  method: "delete",
  path: "/identifications/{id}",
  summary: "The patient has left",
  request: { params },
  responses: { 204: { description: "Nothing can be asked under the id any more" } },
});

const consentRoute = createRoute({
  method: "post",
  path: "/consents",
  summary: "What the patient agreed to, or withdrew, after reading a notice",
  request: jsonBody(recordConsentBodySchema),
  responses: { 204: { description: "Kept" }, ...PROBLEM_REPLIES },
});

export function identityRoutes(deps: IdentityRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(identifyRoute, async (c) => {
    const site = c.get("site");
    const ports = deps.at(site, c.get("actor"));
    return c.json(await identify(ports, c.req.valid("json"), placeOf(site)), 200);
  });
  routes.openapi(profileRoute, async (c) => {
    const site = c.get("site");
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    const ports = deps.at(site, c.get("actor"));
    return c.json(await createProfile(ports, { id, body, where: placeOf(site) }), 200);
  });
  routes.openapi(presentRoute, async (c) => {
    const site = c.get("site");
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    const ports = deps.at(site, c.get("actor"));
    return c.json(await presentAgain(ports, { id, body, where: placeOf(site) }), 200);
  });
  routes.openapi(endRoute, async (c) => {
    const site = c.get("site");
    const ports = deps.at(site, c.get("actor"));
    await endIdentification(ports, c.req.valid("param").id, placeOf(site));
    return c.body(null, 204);
  });
  routes.openapi(consentRoute, async (c) => {
    const site = c.get("site");
    await recordConsent(deps.at(site, c.get("actor")), c.req.valid("json"), placeOf(site));
    return c.body(null, 204);
  });
  return routes;
}

export function placeOf({ terminal, institution }: TerminalSite): AtTerminal {
  return { terminalId: terminal.id, institutionId: institution.id };
}
