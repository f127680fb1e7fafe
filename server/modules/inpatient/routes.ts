import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import type { TerminalEnv } from "../fleet/terminal_door.ts";
import { requireOpen } from "../fleet/terminal_settings.ts";
import type { TerminalSite } from "../fleet/terminal_site.ts";
import { type FindIdentificationDeps, getIdentification } from "../identity/find_identification.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import { askDischargeBodySchema, dischargeViewSchema, inpatientViewSchema } from "./contract.ts";
import { findAccount } from "./find_account.ts";
import { dischargeNotFound, getDischarge, readDischarge } from "./read_discharge.ts";
import {
  type AskedPatient,
  beginParts,
  type DischargeDeps,
  requestDischarge,
} from "./request_discharge.ts";
import { viewAccount } from "./view_account.ts";

export interface InpatientRoutesDeps extends DischargeDeps {
  readonly identities: FindIdentificationDeps;
  readonly insuranceSiteOf: (site: TerminalSite) => InsuranceSite;
}

const params = z.object({ id: idField });
const view = jsonReply(dischargeViewSchema, "The request as its refunds stand");

const accountRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/inpatient",
  summary: "The patient's stay: what can be paid in, and what is due back (R-PAY-18, R-REF-07)",
  request: { params },
  responses: { 200: jsonReply(inpatientViewSchema, "The stay, masked"), ...PROBLEM_REPLIES },
});
const askRoute = createRoute({
  method: "post",
  path: "/discharge-refunds",
  summary: "Asks for what is due after a stay; the same id is the same request (R-REF-07)",
  request: jsonBody(askDischargeBodySchema),
  responses: { 200: view, 201: view, ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path: "/discharge-refunds/{id}",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
});

export function inpatientRoutes(deps: InpatientRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(accountRoute, async (c) => {
    const site = c.get("site");
    const patient = await patientAt(deps, site, c.req.valid("param").id);
    const account = await findAccount(deps, patient);
    const terms = site.settings.get("inpatient.deposits");
    const shown = account && await viewAccount(deps, account, { whose: patient, terms });
    return c.json({ account: shown }, 200);
  });
  routes.openapi(askRoute, async (c) => {
    const { id, identificationId } = c.req.valid("json");
    const site = c.get("site");
    const { isNew } = await requestDischarge(deps, {
      id,
      actor: c.get("actor"),
      asker: { by: "patient", terminalId: site.terminal.id },
      authorise: () => patientAt(deps, site, identificationId),
    });
    return c.json(await readDischarge(deps, await getDischarge(deps, id)), isNew ? 201 : 200);
  });
  routes.openapi(readRoute, async (c) => {
    const row = await getDischarge(deps, c.req.valid("param").id);
    if (row.terminal_id !== c.get("site").terminal.id) throw dischargeNotFound(row.id);
    await beginParts(deps, row, c.get("actor"));
    return c.json(await readDischarge(deps, row), 200);
  });
  return routes;
}

/** The patient in front of a terminal that serves in-patients. */
async function patientAt(
  deps: InpatientRoutesDeps,
  site: TerminalSite,
  identificationId: string,
): Promise<AskedPatient> {
  requireOpen(site, "inpatient", deps.clock.now());
  const { terminal, institution, settings } = site;
  const where = { terminalId: terminal.id, institutionId: institution.id };
  const { patientId, hisPatientId } = await getIdentification(
    deps.identities,
    identificationId,
    where,
  );
  return {
    patientId,
    hisPatientId,
    institutionId: institution.id,
    site: deps.insuranceSiteOf(site),
    fenMax: BigInt(settings.get("inpatient.deposits").refundFenMax),
    approvalOverFen: null,
  };
}
