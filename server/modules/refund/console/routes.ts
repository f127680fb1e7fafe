import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import type { Permission } from "../../access/permission.ts";
import type { Order } from "../../checkout/order.ts";
import { decideAct, requestAct } from "../act_on_refund.ts";
import { refundableSchema } from "../contract.ts";
import { decideRefund } from "../decide_refund.ts";
import { findRefundable } from "../find_refundable.ts";
import { getRequest, requireOrder } from "../read_refund.ts";
import { requestRefund } from "../request_refund.ts";
import type { RequestRow } from "../store.ts";
import {
  consoleRefundSchema,
  decideActBodySchema,
  decideRefundBodySchema,
  refundActBodySchema,
  refundPageSchema,
  refundQuerySchema,
  staffRefundBodySchema,
} from "./contract.ts";
import { listRefunds } from "./list_refunds.ts";
import { type RefundConsoleDeps, viewRefundOf } from "./view_refund.ts";

const params = z.strictObject({ id: idField });
const view = { 200: jsonReply(consoleRefundSchema, "The refund"), ...PROBLEM_REPLIES };

const listRoute = createRoute({
  method: "get",
  path: "/refunds",
  summary: "Refunds, newest first",
  request: { query: refundQuerySchema },
  responses: { 200: jsonReply(refundPageSchema, "A page"), ...PROBLEM_REPLIES },
  ...needs("refund.read"),
});
const readRoute = createRoute({
  method: "get",
  path: "/refunds/{id}",
  request: { params },
  responses: view,
  ...needs("refund.read"),
});
const refundableRoute = createRoute({
  method: "get",
  path: "/orders/{id}/refundable",
  summary: "Whether and how far an order can be given back, and why not",
  request: { params },
  responses: { 200: jsonReply(refundableSchema, "The order's lines"), ...PROBLEM_REPLIES },
  ...needs("refund.request"),
});
const requestRoute = createRoute({
  method: "post",
  path: "/refunds",
  summary: "Gives back at the window; over the limit it waits for another's approval",
  request: jsonBody(staffRefundBodySchema),
  responses: { ...view, 201: jsonReply(consoleRefundSchema, "It began, or waits") },
  ...needs("refund.request", { confirmed: true }),
});
const decideRoute = createRoute({
  method: "post",
  path: "/refunds/{id}/decide",
  summary: "Approves or rejects what another asked for",
  request: { params, ...jsonBody(decideRefundBodySchema) },
  responses: view,
  ...needs("refund.approve", { confirmed: true }),
});
const withdrawRoute = createRoute({
  method: "post",
  path: "/refunds/{id}/withdraw",
  summary: "Takes back what the caller asked for, while it waits",
  request: { params },
  responses: view,
  ...needs("refund.request"),
});
const actRoute = createRoute({
  method: "post",
  path: "/refunds/{id}/acts",
  summary: "Asks, with evidence, for what a person has to do",
  request: { params, ...jsonBody(refundActBodySchema) },
  responses: view,
  ...needs("refund.request", { confirmed: true }),
});
const decideActRoute = createRoute({
  method: "post",
  path: "/refunds/{id}/acts/{actId}/decide",
  summary: "Does or rejects what another asked for",
  request: { params: params.extend({ actId: idField }), ...jsonBody(decideActBodySchema) },
  responses: view,
  ...needs("refund.approve", { confirmed: true }),
});

export function refundConsoleRoutes(deps: RefundConsoleDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  const { refunds } = deps;
  routes.openapi(listRoute, async (c) => {
    return c.json(await listRefunds(deps, c.get("caller"), c.req.valid("query")), 200);
  });
  routes.openapi(readRoute, async (c) => {
    const caller = c.get("caller");
    const row = await rowIn(deps, c.req.valid("param").id, { caller, permission: "refund.read" });
    return c.json(await viewRefundOf(deps, caller, row), 200);
  });
  routes.openapi(refundableRoute, async (c) => {
    const of = { caller: c.get("caller"), permission: "refund.request" } as const;
    const order = await orderIn(deps, c.req.valid("param").id, of);
    return c.json((await findRefundable(refunds, order, { by: "staff" })).refundable, 200);
  });
  routes.openapi(requestRoute, async (c) => {
    const body = c.req.valid("json");
    const caller = c.get("caller");
    const of = { caller, permission: "refund.request" } as const;
    const { isNew } = await requestRefund(refunds, {
      ...body,
      actor: caller.actor,
      asker: { by: "staff", accountId: caller.accountId },
      authorise: () => orderIn(deps, body.orderId, of),
    });
    return c.json(
      await viewRefundOf(deps, caller, await rowIn(deps, body.id, of)),
      isNew ? 201 : 200,
    );
  });
  routes.openapi(decideRoute, async (c) => {
    const { id } = c.req.valid("param");
    const caller = c.get("caller");
    await rowIn(deps, id, { caller, permission: "refund.approve" });
    await decideRefund(refunds, caller, { id, ...c.req.valid("json") });
    return c.json(await viewRefundOf(deps, caller, await getRequest(refunds, id)), 200);
  });
  routes.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid("param");
    const caller = c.get("caller");
    await rowIn(deps, id, { caller, permission: "refund.request" });
    await decideRefund(refunds, caller, { id, verdict: "withdrawn", note: null });
    return c.json(await viewRefundOf(deps, caller, await getRequest(refunds, id)), 200);
  });
  routes.openapi(actRoute, async (c) => {
    const { id: refundId } = c.req.valid("param");
    const caller = c.get("caller");
    const row = await rowIn(deps, refundId, { caller, permission: "refund.request" });
    await requestAct(refunds, caller, { refundId, ...c.req.valid("json") });
    return c.json(await viewRefundOf(deps, caller, row), 200);
  });
  routes.openapi(decideActRoute, async (c) => {
    const { id: refundId, actId } = c.req.valid("param");
    const caller = c.get("caller");
    const row = await rowIn(deps, refundId, { caller, permission: "refund.approve" });
    const { verdict } = c.req.valid("json");
    await decideAct(refunds, caller, { refundId, actId, verdict });
    return c.json(await viewRefundOf(deps, caller, row), 200);
  });
  return routes;
}

interface Whose {
  readonly caller: Caller;
  readonly permission: Permission;
}

/** Of another place it is as if it were not there. */
async function rowIn(deps: RefundConsoleDeps, id: string, whose: Whose): Promise<RequestRow> {
  const row = await getRequest(deps.refunds, id);
  await requireIn(deps, row.institution_id, whose);
  return row;
}

async function orderIn(deps: RefundConsoleDeps, id: string, whose: Whose): Promise<Order> {
  const order = await requireOrder(deps.refunds, id);
  await requireIn(deps, order.institutionId, whose);
  return order;
}

async function requireIn({ db }: RefundConsoleDeps, id: string, { caller, permission }: Whose) {
  await getOrganisationIn(db, { id, scope: scopeOf(caller, permission) });
}
