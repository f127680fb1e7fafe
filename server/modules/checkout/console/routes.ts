import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { askAgain, askForAct, decideAct, type StaffDeps } from "./act_on_order.ts";
import {
  consoleOrderSchema,
  inFlightQuerySchema,
  inFlightReplySchema,
  orderActBodySchema,
  orderPageSchema,
  orderQuerySchema,
} from "./contract.ts";
import { readInFlight } from "./read_in_flight.ts";
import { listOrders, readConsoleOrder } from "./read_orders.ts";

const params = z.strictObject({ id: idField });
const actParams = z.strictObject({ id: idField, actId: idField });
const view = { 200: jsonReply(consoleOrderSchema, "The order"), ...PROBLEM_REPLIES };

const listRoute = createRoute({
  method: "get",
  path: "/orders",
  summary: "Orders of the last three months, newest first",
  ...needs("order.read"),
  request: { query: orderQuerySchema },
  responses: { 200: jsonReply(orderPageSchema, "A page"), ...PROBLEM_REPLIES },
});
const inFlightRoute = createRoute({
  method: "get",
  path: "/orders/in-flight",
  summary: "Orders and refunds that are not at their end, by state (R-BIL-17)",
  ...needs("order.read"),
  request: { query: inFlightQuerySchema },
  responses: { 200: jsonReply(inFlightReplySchema, "By state"), ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path: "/orders/{id}",
  summary: "Everything that is known of an order, but of its patient",
  ...needs("order.read"),
  request: { params },
  responses: view,
});
const askAgainRoute = createRoute({
  method: "post",
  path: "/orders/{id}/ask-again",
  summary: "Asks the parties now, whatever the schedule says",
  ...needs("order.work"),
  request: { params },
  responses: view,
});
const actRoute = createRoute({
  method: "post",
  path: "/orders/{id}/acts",
  summary: "Asks for an order to be turned back, or for an outcome to be stated; another decides",
  ...needs("order.work", { confirmed: true }),
  request: { params, ...jsonBody(orderActBodySchema) },
  responses: view,
});
const approveRoute = createRoute({
  method: "post",
  path: "/orders/{id}/acts/{actId}/approve",
  ...needs("order.approve", { confirmed: true }),
  request: { params: actParams },
  responses: view,
});
const rejectRoute = createRoute({
  method: "post",
  path: "/orders/{id}/acts/{actId}/reject",
  ...needs("order.approve", { confirmed: true }),
  request: { params: actParams },
  responses: view,
});

export function orderConsoleRoutes(deps: StaffDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    listRoute,
    async (c) => c.json(await listOrders(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  // Before the order of an id, which its path would be taken for.
  routes.openapi(
    inFlightRoute,
    async (c) => c.json(await readInFlight(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    readRoute,
    async (c) =>
      c.json(await readConsoleOrder(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(askAgainRoute, async (c) => {
    const { id } = c.req.valid("param");
    await askAgain(deps, c.get("caller"), id);
    return c.json(await readConsoleOrder(deps, c.get("caller"), id), 200);
  });
  routes.openapi(actRoute, async (c) => {
    const { id } = c.req.valid("param");
    await askForAct(deps, c.get("caller"), { orderId: id, body: c.req.valid("json") });
    return c.json(await readConsoleOrder(deps, c.get("caller"), id), 200);
  });
  for (const [route, verdict] of [[approveRoute, "done"], [rejectRoute, "rejected"]] as const) {
    routes.openapi(route, async (c) => {
      const { id, actId } = c.req.valid("param");
      await decideAct(deps, c.get("caller"), { orderId: id, actId, verdict });
      return c.json(await readConsoleOrder(deps, c.get("caller"), id), 200);
    });
  }
  return routes;
}
