import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { requireOrder } from "../../refund/read_refund.ts";
import { dischargeOfferSchema, dischargeViewSchema } from "../contract.ts";
import { findAccount } from "../find_account.ts";
import { planDischarge } from "../plan_discharge.ts";
import { getDischarge, readDischarge } from "../read_discharge.ts";
import { type AskedPatient, type DischargeDeps, requestDischarge } from "../request_discharge.ts";
import { viewPlan } from "../view_account.ts";
import { staffDischargeBodySchema } from "./contract.ts";

export interface InpatientConsoleDeps {
  readonly db: Kysely<AccessTables>;
  readonly inpatient: DischargeDeps;
}

const params = z.strictObject({ id: idField });
const view = jsonReply(dischargeViewSchema, "The request as its refunds stand");

const offerRoute = createRoute({
  method: "get",
  path: "/orders/{id}/discharge",
  summary: "What is due after the stay a deposit was paid for, and how it goes back (R-REF-07)",
  request: { params },
  responses: { 200: jsonReply(dischargeOfferSchema, "By way it was paid"), ...PROBLEM_REPLIES },
  ...needs("refund.request"),
});
const askRoute = createRoute({
  method: "post",
  path: "/discharge-refunds",
  summary: "Gives what is due after a stay back at the window, over a limit once another approves",
  request: jsonBody(staffDischargeBodySchema),
  responses: { 200: view, 201: view, ...PROBLEM_REPLIES },
  ...needs("refund.request", { confirmed: true }),
});
const readRoute = createRoute({
  method: "get",
  path: "/discharge-refunds/{id}",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
  ...needs("refund.request"),
});

export function inpatientConsoleRoutes(deps: InpatientConsoleDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  const { inpatient } = deps;
  routes.openapi(offerRoute, async (c) => {
    const patient = await patientOf(deps, c.req.valid("param").id, c.get("caller"));
    const account = await findAccount(inpatient, patient);
    const plan = account && await planDischarge(inpatient, account, patient);
    if (!plan) {
      throw new DomainError("inpatient.not_settled", "Cannot refund: the stay is not settled");
    }
    return c.json(await viewPlan(inpatient, plan), 200);
  });
  routes.openapi(askRoute, async (c) => {
    const { id, orderId } = c.req.valid("json");
    const caller = c.get("caller");
    const { isNew } = await requestDischarge(inpatient, {
      id,
      actor: caller.actor,
      asker: { by: "staff", accountId: caller.accountId },
      authorise: () => patientOf(deps, orderId, caller),
    });
    return c.json(await viewIn(deps, id, caller), isNew ? 201 : 200);
  });
  routes.openapi(readRoute, async (c) => {
    return c.json(await viewIn(deps, c.req.valid("param").id, c.get("caller")), 200);
  });
  return routes;
}

async function viewIn(deps: InpatientConsoleDeps, id: string, caller: Caller) {
  const row = await getDischarge(deps.inpatient, id);
  await requireIn(deps, row.institution_id, caller);
  return await readDischarge(deps.inpatient, row);
}

/** Who paid a deposit, and where; of another place it is as if it were not there. */
async function patientOf(
  deps: InpatientConsoleDeps,
  orderId: string,
  caller: Caller,
): Promise<AskedPatient> {
  const { inpatient } = deps;
  const order = await requireOrder(inpatient, orderId);
  await requireIn(deps, order.institutionId, caller);
  const { patientId, hisPatientId } = await inpatient.patientIdsOf(order.identificationId);
  if (hisPatientId === null || order.payable.kind !== "deposit") {
    throw new DomainError("refund.needs_person", `Cannot refund order "${orderId}": no deposit`);
  }
  const { site } = await inpatient.siteOf(order);
  const { staffFenMax } = await inpatient.limitsAt(order.terminalId);
  return {
    patientId,
    hisPatientId,
    institutionId: order.institutionId,
    site,
    fenMax: null,
    approvalOverFen: BigInt(staffFenMax),
  };
}

async function requireIn({ db }: InpatientConsoleDeps, id: string, caller: Caller) {
  await getOrganisationIn(db, { id, scope: scopeOf(caller, "refund.request") });
}
