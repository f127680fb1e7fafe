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
import { departmentListSchema, scheduleListSchema, slotListSchema } from "./contract.ts";
import { listDepartments } from "./list_departments.ts";
import { listSchedules } from "./list_schedules.ts";
import { listSlots } from "./list_slots.ts";

export interface RegistrationRoutesDeps extends FindIdentificationDeps {
  readonly his: HisClient;
  readonly clock: Clock;
  readonly siteOf: (site: TerminalSite) => InsuranceSite;
}

const params = z.object({ id: idField });
const code = z.string().min(1).max(64);

const departmentsRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/departments",
  summary: "Departments with slots, and where this patient usually goes (R-REG-01, R-REG-06)",
  request: { params },
  responses: { 200: jsonReply(departmentListSchema, "Departments"), ...PROBLEM_REPLIES },
});

const schedulesRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/schedules",
  summary: "A department's doctors by half-day (R-REG-02)",
  request: { params, query: z.object({ department: code }) },
  responses: { 200: jsonReply(scheduleListSchema, "Schedules"), ...PROBLEM_REPLIES },
});

const slotsRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/slots",
  summary: "The slots of one half-day",
  request: { params, query: z.object({ schedule: code }) },
  responses: { 200: jsonReply(slotListSchema, "Slots"), ...PROBLEM_REPLIES },
});

export function registrationRoutes(deps: RegistrationRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(departmentsRoute, async (c) => {
    const asked = await patientAt(deps, c.get("site"), c.req.valid("param").id);
    return c.json(await listDepartments(deps, asked), 200);
  });
  routes.openapi(schedulesRoute, async (c) => {
    const { site } = await patientAt(deps, c.get("site"), c.req.valid("param").id);
    const departmentCode = c.req.valid("query").department;
    return c.json(await listSchedules(deps, { site, departmentCode }), 200);
  });
  routes.openapi(slotsRoute, async (c) => {
    const { site } = await patientAt(deps, c.get("site"), c.req.valid("param").id);
    return c.json(await listSlots(deps, { site, scheduleId: c.req.valid("query").schedule }), 200);
  });
  return routes;
}

/** The patient in front of a terminal that may register them. */
async function patientAt(
  deps: RegistrationRoutesDeps,
  site: TerminalSite,
  identificationId: string,
): Promise<{ site: InsuranceSite; hisPatientId: string }> {
  requireOpen(site, "register", deps.clock.now());
  const where = { terminalId: site.terminal.id, institutionId: site.institution.id };
  const { hisPatientId } = await getIdentification(deps, identificationId, where);
  return { site: deps.siteOf(site), hisPatientId };
}
