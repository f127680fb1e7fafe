import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addressOf } from "../../../platform/client_address.ts";
import { DomainError } from "../../../platform/errors.ts";
import { traceIdOf } from "../../../platform/http.ts";
import { isId, newId } from "../../../platform/ids.ts";
import { unknownActor } from "../../audit/actor.ts";
import { chooseTender } from "../act_on_order.ts";
import type { CreateOrderDeps } from "../create_order.ts";
import type { Order, OrderKey, OrderSite } from "../order.ts";
import { readOrder, type ReadOrderDeps } from "../read_order.ts";
import { findOrder } from "../store.ts";
import { goneAwayPage, payPage, type PhoneWay } from "./page.ts";
import { orderOfToken } from "./pay_link.ts";
import { phoneProgram } from "./phone.ts";
import { phoneErrors, sentForm } from "./phone_page.ts";
import { PHONE_CSS } from "./style.ts";

export interface PayPageDeps extends CreateOrderDeps, Omit<ReadOrderDeps, "db"> {}

const FORM_BYTES_MAX = 1_024;
const PHONE_WAYS: readonly PhoneWay[] = ["show_code", "medical_mix"];
const CSS_CACHE = "public, max-age=3600";

/** Opened by phones, outside the terminals' door: the address is the right, to this one order. */
export function payPageRoutes(deps: PayPageDeps): Hono {
  const routes = new Hono();
  routes.onError(phoneErrors(deps.log));
  routes.get(
    "/m/pay.css",
    (c) => c.body(PHONE_CSS, 200, { "content-type": "text/css", "cache-control": CSS_CACHE }),
  );
  routes.get("/m/pay/:token", (c) => show(c, deps));
  routes.post(
    "/m/pay/:token",
    bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => c.text("", 413) }),
    async (c) => {
      const key = await orderOfToken(deps, c.req.param("token"));
      if (!key) return c.html(goneAwayPage(), 404);
      await choose(c, deps, key);
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
    ways: waysOf(known, where),
    choiceId: newId(deps.clock.now()),
  }));
}

/** The payment centre knows only what insurance has a part in. */
function waysOf(
  { settlement }: Pick<Order, "settlement">,
  { modes }: Pick<OrderSite, "modes">,
): readonly PhoneWay[] {
  return PHONE_WAYS.filter((way) =>
    modes.includes(way) && (way !== "medical_mix" || settlement === "insurance")
  );
}

/** What can no longer be chosen is no error here: the page shows where the order stands. */
async function choose(c: Context, deps: PayPageDeps, key: OrderKey): Promise<void> {
  const form = await sentForm(c);
  const id = String(form["id"] ?? "");
  const known = await findOrder(deps.db, deps.tags, key);
  if (!known || !isId(id)) return;
  const mode = waysOf(known, await deps.siteOf(known)).find((way) => way === form["way"]);
  if (!mode) return;
  const from = { name: "pay_page", address: addressOf(c), traceId: traceIdOf(c) };
  const of = { id: known.id, terminalId: known.terminalId, actor: unknownActor(from) };
  try {
    await chooseTender(deps, of, { id, mode });
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
  }
}
