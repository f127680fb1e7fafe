import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { HisClient } from "../../gateways/his/client.ts";
import type { Clock } from "../../platform/clock.ts";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import type { TerminalEnv } from "../fleet/terminal_door.ts";
import type { TerminalSite } from "../fleet/terminal_site.ts";
import { requireOpen } from "../fleet/terminal_settings.ts";
import { type FindIdentificationDeps, getIdentification } from "../identity/find_identification.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import { billListSchema } from "./contract.ts";
import { listBills } from "./list_bills.ts";

export interface BillingRoutesDeps extends FindIdentificationDeps {
  readonly his: HisClient;
  readonly clock: Clock;
  readonly siteOf: (site: TerminalSite) => InsuranceSite;
}

const billsRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/bills",
  summary: "The patient's unpaid bills here with their lines (R-BIL-01)",
  request: { params: z.object({ id: idField }) },
  responses: { 200: jsonReply(billListSchema, "Unpaid bills"), ...PROBLEM_REPLIES },
});

export function billingRoutes(deps: BillingRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(billsRoute, async (c) => {
    const site = c.get("site");
    requireOpen(site, "pay", deps.clock.now());
    const where = { terminalId: site.terminal.id, institutionId: site.institution.id };
    const { hisPatientId } = await getIdentification(deps, c.req.valid("param").id, where);
    const bills = await listBills(deps, { site: deps.siteOf(site), hisPatientId });
    return c.json({ bills }, 200);
  });
  return routes;
}
