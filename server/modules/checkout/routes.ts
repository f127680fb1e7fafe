import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import { idField } from "../../platform/openapi.ts";
import type { TerminalEnv } from "../fleet/terminal_door.ts";
import type { TerminalSite } from "../fleet/terminal_site.ts";
import { requireOpen } from "../fleet/terminal_settings.ts";
import { type FindIdentificationDeps, getIdentification } from "../identity/find_identification.ts";
import {
  cancelOrder,
  chooseTender,
  closeTender,
  confirmOrder,
  type OrderOf,
} from "./act_on_order.ts";
import {
  chooseTenderBodySchema,
  confirmOrderBodySchema,
  createOrderBodySchema,
  orderViewSchema,
  type Payable,
  payLinkSchema,
} from "./contract.ts";
import type { Service } from "../settings/contract.ts";
import { createOrder, type CreateOrderDeps } from "./create_order.ts";
import type { OrderSite } from "./order.ts";
import { makePayLink, type PayLinkDeps } from "./pay_page/pay_link.ts";
import { readActed, readOrder, type ReadOrderDeps } from "./read_order.ts";

export interface CheckoutRoutesDeps
  extends CreateOrderDeps, Omit<ReadOrderDeps, "db">, Omit<FindIdentificationDeps, "db"> {
  readonly identities: FindIdentificationDeps;
  readonly publicUrl: PayLinkDeps["publicUrl"];
  readonly orderSite: (site: TerminalSite) => OrderSite;
}

const SERVICE_OF = {
  bills: "pay",
  registration: "register",
  deposit: "inpatient",
} as const satisfies Record<Payable["kind"], Service>;

const params = z.object({ id: idField });
const view = jsonReply(orderViewSchema, "The order as it stands");

const createOrderRoute = createRoute({
  method: "post",
  path: "/orders",
  summary: "Begins an order under the terminal's id; the same id and content is the same order",
  request: jsonBody(createOrderBodySchema),
  responses: { 200: view, 201: view, ...PROBLEM_REPLIES },
});
const readRoute = createRoute({
  method: "get",
  path: "/orders/{id}",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
});
const confirmRoute = createRoute({
  method: "post",
  path: "/orders/{id}/confirm",
  summary: "Agrees to the figures of one quote",
  request: { params, ...jsonBody(confirmOrderBodySchema) },
  responses: { 200: view, ...PROBLEM_REPLIES },
});
const tenderRoute = createRoute({
  method: "post",
  path: "/orders/{id}/tender",
  summary: "Chooses how the cash part is paid",
  request: { params, ...jsonBody(chooseTenderBodySchema) },
  responses: { 200: view, ...PROBLEM_REPLIES },
});
const payLinkRoute = createRoute({
  method: "post",
  path: "/orders/{id}/pay-link",
  summary: "The address a phone opens to pay this order any way it can (一码付)",
  request: { params },
  responses: {
    201: jsonReply(payLinkSchema, "Good till the order's deadline"),
    ...PROBLEM_REPLIES,
  },
});
const closeTenderRoute = createRoute({
  method: "post",
  path: "/orders/{id}/tender/close",
  summary: "Wants another way to pay; the present one is closed at the channel first",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
});
const cancelRoute = createRoute({
  method: "post",
  path: "/orders/{id}/cancel",
  summary: "Turns the order back; whatever moved is moved back",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
});

export function checkoutRoutes(deps: CheckoutRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(createOrderRoute, async (c) => {
    const site = c.get("site");
    const body = c.req.valid("json");
    const terminalId = site.terminal.id;
    const institutionId = site.institution.id;
    const authorise = async () => {
      requireOpen(site, SERVICE_OF[body.payable.kind], deps.clock.now());
      const where = { terminalId, institutionId };
      await getIdentification(deps.identities, body.identificationId, where);
    };
    const where = deps.orderSite(site);
    const order = { body, terminalId, institutionId, where, actor: c.get("actor"), authorise };
    const made = await createOrder(deps, order);
    const of = { id: body.id, terminalId };
    return c.json(await readActed(deps, of, made.order), made.isNew ? 201 : 200);
  });
  routes.openapi(readRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await readOrder(deps, id, c.get("site").terminal.id), 200);
  });
  routes.openapi(confirmRoute, async (c) => {
    const of = ofTerminal(c, c.req.valid("param").id);
    const order = await confirmOrder(deps, of, c.req.valid("json"));
    return c.json(await readActed(deps, of, order), 200);
  });
  routes.openapi(tenderRoute, async (c) => {
    const of = ofTerminal(c, c.req.valid("param").id);
    const order = await chooseTender(deps, of, c.req.valid("json"));
    return c.json(await readActed(deps, of, order), 200);
  });
  routes.openapi(payLinkRoute, async (c) => {
    const of = ofTerminal(c, c.req.valid("param").id);
    return c.json(await makePayLink(deps, of), 201);
  });
  routes.openapi(closeTenderRoute, async (c) => {
    const of = ofTerminal(c, c.req.valid("param").id);
    return c.json(await readActed(deps, of, await closeTender(deps, of)), 200);
  });
  routes.openapi(cancelRoute, async (c) => {
    const of = ofTerminal(c, c.req.valid("param").id);
    return c.json(await readActed(deps, of, await cancelOrder(deps, of)), 200);
  });
  return routes;
}

function ofTerminal(c: Context<TerminalEnv>, id: string): OrderOf {
  return { id, terminalId: c.get("site").terminal.id, actor: c.get("actor") };
}
