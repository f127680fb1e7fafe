import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addressOf } from "../../../platform/client_address.ts";
import { DomainError } from "../../../platform/errors.ts";
import { traceIdOf } from "../../../platform/http.ts";
import { isId, newId } from "../../../platform/ids.ts";
import { unknownActor } from "../../audit/actor.ts";
import { chooseTender } from "../act_on_order.ts";
import type { CreateOrderDeps } from "../create_order.ts";
import type { OrderKey } from "../order.ts";
import { readOrder, type ReadOrderDeps } from "../read_order.ts";
import { findOrder } from "../store.ts";
import { goneAwayPage, PAY_CSS, payPage } from "./page.ts";
import { orderOfToken } from "./pay_link.ts";
import { phoneProgram } from "./phone.ts";

export interface PayPageDeps extends CreateOrderDeps, Omit<ReadOrderDeps, "db"> {}

const FORM_BYTES_MAX = 1_024;
const CSS_CACHE = "public, max-age=3600";

/** Nothing inline, no script at all, in no frame. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Opened by phones, outside the terminals' door: the address is the right, to this one order. */
export function payPageRoutes(deps: PayPageDeps): Hono {
  const routes = new Hono();
  routes.use("/m/*", pageHeaders());
  routes.get(
    "/m/pay.css",
    (c) => c.body(PAY_CSS, 200, { "content-type": "text/css", "cache-control": CSS_CACHE }),
  );
  routes.get("/m/pay/:token", (c) => show(c, deps));
  routes.post(
    "/m/pay/:token",
    bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => c.text("", 413) }),
    async (c) => {
      const key = await orderOfToken(deps, c.req.param("token"));
      if (key) await choose(c, deps, key);
      return c.redirect(c.req.path, 303);
    },
  );
  return routes;
}

async function show(c: Context, deps: PayPageDeps): Promise<Response> {
  const key = await orderOfToken(deps, c.req.param("token") ?? "");
  const known = key && await findOrder(deps.db, deps.tags, key);
  if (!known) return c.html(goneAwayPage(), 404);
  const [order, where] = await Promise.all([
    readOrder(deps, known.id, known.terminalId),
    deps.siteOf(known),
  ]);
  return c.html(payPage({
    order,
    institution: where.site.name,
    program: phoneProgram(c.req.header("user-agent") ?? ""),
    ways: ["show_code"],
    choiceId: newId(deps.clock.now()),
  }));
}

/** What can no longer be chosen is no error here: the page shows where the order stands. */
async function choose(c: Context, deps: PayPageDeps, key: OrderKey): Promise<void> {
  const form = await c.req.parseBody();
  const id = String(form["id"] ?? "");
  const known = await findOrder(deps.db, deps.tags, key);
  if (!known || form["way"] !== "show_code" || !isId(id)) return;
  const from = { name: "pay_page", address: addressOf(c), traceId: traceIdOf(c) };
  const of = { id: known.id, terminalId: known.terminalId, actor: unknownActor(from) };
  try {
    await chooseTender(deps, of, { id, mode: "show_code" });
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
  }
}

function pageHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header("content-security-policy", POLICY);
    c.header("referrer-policy", "no-referrer");
    c.header("x-content-type-options", "nosniff");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  };
}
