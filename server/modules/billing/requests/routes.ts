import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import {
  paymentRequestSchema,
  requestBodySchema,
  requestPageSchema,
  requestParamsSchema,
  requestQuerySchema,
  staffRequestPageSchema,
  staffRequestQuerySchema,
} from "./contract.ts";
import { listForStaff } from "./list_for_staff.ts";
import { getRequest, institutionOf, listRequests, viewRequest } from "./read_request.ts";
import { requestPayment } from "./request_payment.ts";
import type { RequestDeps } from "./request_row.ts";
import { withdrawRequest } from "./withdraw_request.ts";

const view = { 200: jsonReply(paymentRequestSchema, "The request"), ...PROBLEM_REPLIES };
const path = "/payment-requests/{institution}/{number}";

const requestRoute = createRoute({
  method: "post",
  path: "/payment-requests",
  summary: "A hospital's own system asks for a payment of a patient's bills; an address for a QR",
  ...needs("payment.request"),
  request: jsonBody(requestBodySchema),
  responses: { ...view, 201: jsonReply(paymentRequestSchema, "It is new") },
});
const staffRoute = createRoute({
  method: "get",
  path: "/payment-requests",
  summary:
    "What hospitals' systems asked for, newest first, for staff; without the slips' addresses",
  ...needs("order.read"),
  request: { query: staffRequestQuerySchema },
  responses: { 200: jsonReply(staffRequestPageSchema, "A page"), ...PROBLEM_REPLIES },
});
const listRoute = createRoute({
  method: "get",
  path: "/payment-requests/{institution}",
  summary: "Of one institution, newest first, while they are kept",
  ...needs("payment.request"),
  request: { params: requestParamsSchema.pick({ institution: true }), query: requestQuerySchema },
  responses: { 200: jsonReply(requestPageSchema, "A page"), ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path,
  ...needs("payment.request"),
  request: { params: requestParamsSchema },
  responses: view,
});
const withdrawRoute = createRoute({
  method: "delete",
  path,
  summary: "No phone begins to pay it any more; an order on its way goes on",
  ...needs("payment.request"),
  request: { params: requestParamsSchema },
  responses: view,
});

/** For programs, and a list for staff; the phone's side is in `slip/`. */
export function paymentRequestRoutes(deps: RequestDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(requestRoute, async (c) => {
    const body = c.req.valid("json");
    const caller = c.get("caller");
    const institution = await institutionOf(deps, caller, body.institution);
    const { row, isNew } = await requestPayment(deps, caller, { institution, body });
    return c.json(await viewRequest(deps, institution, row), isNew ? 201 : 200);
  });
  routes.openapi(
    staffRoute,
    async (c) => c.json(await listForStaff(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(listRoute, async (c) => {
    const { institution: code } = c.req.valid("param");
    const institution = await institutionOf(deps, c.get("caller"), code);
    return c.json(await listRequests(deps, institution, c.req.valid("query")), 200);
  });
  routes.openapi(readRoute, async (c) => {
    const { institution: code, number } = c.req.valid("param");
    const institution = await institutionOf(deps, c.get("caller"), code);
    const row = await getRequest(deps, institution, number);
    return c.json(await viewRequest(deps, institution, row), 200);
  });
  routes.openapi(withdrawRoute, async (c) => {
    const { institution: code, number } = c.req.valid("param");
    const caller = c.get("caller");
    const institution = await institutionOf(deps, caller, code);
    const known = await getRequest(deps, institution, number);
    return c.json(
      await viewRequest(deps, institution, await withdrawRequest(deps, caller, known)),
      200,
    );
  });
  return routes;
}
