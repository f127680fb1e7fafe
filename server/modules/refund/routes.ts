import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import type { TerminalEnv } from "../fleet/terminal_door.ts";
import { type FindIdentificationDeps, getIdentification } from "../identity/find_identification.ts";
import { requireOpen } from "../fleet/terminal_settings.ts";
import type { TerminalSite } from "../fleet/terminal_site.ts";
import type { Order } from "../checkout/order.ts";
import {
  refundableListSchema,
  refundableSchema,
  refundViewSchema,
  requestRefundBodySchema,
} from "./contract.ts";
import { findRefundable } from "./find_refundable.ts";
import { listRefundable } from "./list_refundable.ts";
import {
  getRequest,
  notFound,
  readRefund,
  type ReadRefundDeps,
  requireOrder,
} from "./read_refund.ts";
import { requestRefund } from "./request_refund.ts";

export interface RefundRoutesDeps extends ReadRefundDeps {
  readonly identities: FindIdentificationDeps;
}

const view = jsonReply(refundViewSchema, "The refund as it stands");
const ofPatient = z.object({ id: idField });

const listRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/refundable",
  summary: "What the patient paid here lately",
  request: { params: ofPatient },
  responses: { 200: jsonReply(refundableListSchema, "Newest first"), ...PROBLEM_REPLIES },
});
const eligibilityRoute = createRoute({
  method: "get",
  path: "/identifications/{id}/refundable/{orderId}",
  summary: "Whether and how far an order can be given back, and why not",
  request: { params: ofPatient.extend({ orderId: idField }) },
  responses: { 200: jsonReply(refundableSchema, "The order's lines"), ...PROBLEM_REPLIES },
});
const requestRoute = createRoute({
  method: "post",
  path: "/refunds",
  summary:
    "Asks for money back under the terminal's id; the same id and content is the same refund",
  request: jsonBody(requestRefundBodySchema),
  responses: { 200: view, 201: view, ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path: "/refunds/{id}",
  request: { params: ofPatient },
  responses: { 200: view, ...PROBLEM_REPLIES },
});

export function refundRoutes(deps: RefundRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(listRoute, async (c) => {
    const site = c.get("site");
    const { patientId } = await patientAt(deps, site, c.req.valid("param").id);
    const of = { patientId, institutionId: site.institution.id, terminalId: site.terminal.id };
    return c.json(await listRefundable(deps, of), 200);
  });
  routes.openapi(eligibilityRoute, async (c) => {
    const { id: identificationId, orderId } = c.req.valid("param");
    const site = c.get("site");
    const order = await ownOrder(deps, site, { identificationId, orderId });
    const who = { by: "patient", terminalId: site.terminal.id } as const;
    return c.json((await findRefundable(deps, order, who)).refundable, 200);
  });
  routes.openapi(requestRoute, async (c) => {
    const { identificationId, orderId, ...body } = c.req.valid("json");
    const site = c.get("site");
    const authorise = () => {
      requireOpen(site, "pay", deps.clock.now());
      return ownOrder(deps, site, { identificationId, orderId });
    };
    const asker = { by: "patient", terminalId: site.terminal.id } as const;
    const request = { ...body, orderId, note: null, actor: c.get("actor"), asker, authorise };
    const { isNew } = await requestRefund(deps, request);
    return c.json(await readRefund(deps, await getRequest(deps, body.id)), isNew ? 201 : 200);
  });
  routes.openapi(readRoute, async (c) => {
    const row = await getRequest(deps, c.req.valid("param").id);
    if (row.terminal_id !== c.get("site").terminal.id) throw notFound(row.id);
    return c.json(await readRefund(deps, row), 200);
  });
  return routes;
}

function patientAt(deps: RefundRoutesDeps, { terminal, institution }: TerminalSite, id: string) {
  const where = { terminalId: terminal.id, institutionId: institution.id };
  return getIdentification(deps.identities, id, where);
}

/** An order of somebody else, or of another institution, is as if it were not there. */
async function ownOrder(
  deps: RefundRoutesDeps,
  site: TerminalSite,
  { identificationId, orderId }: { readonly identificationId: string; readonly orderId: string },
): Promise<Order> {
  const { patientId } = await patientAt(deps, site, identificationId);
  const order = await requireOrder(deps, orderId);
  const owner = await deps.patientIdsOf(order.identificationId);
  if (owner.patientId !== patientId || order.institutionId !== site.institution.id) {
    throw notFound(orderId);
  }
  return order;
}
