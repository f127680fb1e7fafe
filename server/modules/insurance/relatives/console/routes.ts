import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../../platform/http.ts";
import { idField } from "../../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../../../access/console_routes.ts";
import {
  relativeConsentPageSchema,
  relativeConsentSchema,
  searchConsentsBodySchema,
  withdrawByStaffBodySchema,
} from "./contract.ts";
import { searchConsents } from "./search_consents.ts";
import { withdrawByStaff, type WithdrawByStaffDeps } from "./withdraw_by_staff.ts";

const params = z.strictObject({ id: idField });

const searchRoute = createRoute({
  method: "post",
  path: "/relative-consents/search",
  summary: "Relatives' consents, newest first, masked; of one person by the whole ID number",
  request: jsonBody(searchConsentsBodySchema),
  responses: { 200: jsonReply(relativeConsentPageSchema, "A page"), ...PROBLEM_REPLIES },
  ...needs("relative.read"),
});
const withdrawRoute = createRoute({
  method: "post",
  path: "/relative-consents/{id}/withdraw",
  summary: "The patient or the relative takes it back at a counter",
  request: { params, ...jsonBody(withdrawByStaffBodySchema) },
  responses: { 200: jsonReply(relativeConsentSchema, "As it stands now"), ...PROBLEM_REPLIES },
  ...needs("relative.withdraw", { confirmed: true }),
});

export function relativeConsoleRoutes(deps: WithdrawByStaffDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(searchRoute, async (c) => {
    return c.json(await searchConsents(deps, c.get("caller"), c.req.valid("json")), 200);
  });
  routes.openapi(withdrawRoute, async (c) => {
    const wanted = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(await withdrawByStaff(deps, c.get("caller"), wanted), 200);
  });
  return routes;
}
