import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import type { Actor } from "../../audit/actor.ts";
import type { TerminalEnv } from "../../fleet/terminal_door.ts";
import type { TerminalSite } from "../../fleet/terminal_site.ts";
import type { AtTerminal } from "../../identity/identify.ts";
import {
  giveConsentBodySchema,
  givenConsentSchema,
  relativesSchema,
  withdrawRelativeBodySchema,
} from "./contract.ts";
import { giveConsent, type RelativeDeps } from "./give_consent.ts";
import { listRelatives, withdrawRelative } from "./withdraw_consent.ts";

export interface RelativeRoutesDeps {
  /** The ports speak to the parties in the name of the caller's institution. */
  readonly at: (site: TerminalSite, actor: Actor) => RelativeDeps;
}

const params = z.object({ id: idField });

const giveRoute = createRoute({
  method: "post",
  path: "/relatives",
  summary: "A relative lets the patient's fees be paid from his account (R-PAY-03)",
  request: jsonBody(giveConsentBodySchema),
  responses: { 200: jsonReply(givenConsentSchema, "Given"), ...PROBLEM_REPLIES },
});
const listRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/relatives",
  summary: "Whose accounts the patient may use now",
  request: { params },
  responses: { 200: jsonReply(relativesSchema, "Newest first"), ...PROBLEM_REPLIES },
});
const withdrawRoute = createRoute({
  method: "post",
  path: "/relatives/{id}/withdrawal",
  summary: "The patient, or the relative, takes the consent back",
  request: { params, ...jsonBody(withdrawRelativeBodySchema) },
  responses: { 204: { description: "No longer in force" }, ...PROBLEM_REPLIES },
});

export function relativeRoutes(deps: RelativeRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(giveRoute, async (c) => {
    const site = c.get("site");
    const ports = deps.at(site, c.get("actor"));
    return c.json(await giveConsent(ports, c.req.valid("json"), placeOf(site)), 200);
  });
  routes.openapi(listRoute, async (c) => {
    const site = c.get("site");
    const ports = deps.at(site, c.get("actor"));
    const relatives = await listRelatives(ports, c.req.valid("param").id, placeOf(site));
    return c.json({ relatives }, 200);
  });
  routes.openapi(withdrawRoute, async (c) => {
    const site = c.get("site");
    const ports = deps.at(site, c.get("actor"));
    const { identificationId } = c.req.valid("json");
    const which = { consentId: c.req.valid("param").id, identificationId };
    await withdrawRelative(ports, which, placeOf(site));
    return c.body(null, 204);
  });
  return routes;
}

function placeOf({ terminal, institution }: TerminalSite): AtTerminal {
  return { terminalId: terminal.id, institutionId: institution.id };
}
