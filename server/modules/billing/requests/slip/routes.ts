import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addressOf } from "../../../../platform/client_address.ts";
import { traceIdOf } from "../../../../platform/http.ts";
import { newId } from "../../../../platform/ids.ts";
import { unknownActor } from "../../../audit/actor.ts";
import { phoneProgram } from "../../../checkout/pay_page/phone.ts";
import { phoneErrors, sentForm } from "../../../checkout/pay_page/phone_page.ts";
import { isToken } from "../link.ts";
import { openSlip, type Slip } from "./open_slip.ts";
import { slipPage } from "./page.ts";
import { paySlip } from "./pay_slip.ts";
import type { SlipDeps } from "./slip_deps.ts";

const FORM_BYTES_MAX = 1_024;
const IN_PAYMENT = "in_payment";

/** Opened by phones that scanned a slip: the address is the right, to this one request. */
export function slipRoutes(deps: SlipDeps): Hono {
  const routes = new Hono();
  routes.onError(phoneErrors(deps.checkout.log));
  routes.get("/m/slip/:token", (c) => show(c, deps));
  routes.post(
    "/m/slip/:token",
    bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => c.text("", 413) }),
    (c) => pay(c, deps),
  );
  return routes;
}

async function show(c: Context, deps: SlipDeps): Promise<Response> {
  return answer(c, deps, await openSlip(deps, c.req.param("token") ?? ""));
}

function answer(c: Context, deps: SlipDeps, slip: Slip): Response | Promise<Response> {
  const markup = slipPage({
    slip,
    program: phoneProgram(c.req.header("user-agent") ?? ""),
    choiceId: newId(deps.clock.now()),
    inPayment: c.req.query("note") === IN_PAYMENT,
  });
  return c.html(markup, slip.kind === "unknown" ? 404 : 200);
}

async function pay(c: Context, deps: SlipDeps): Promise<Response> {
  const token = c.req.param("token") ?? "";
  // Only what is an address goes into the one it is sent on to.
  if (!isToken(token)) return await answer(c, deps, { kind: "unknown" });
  const sent = await sentForm(c);
  const form = {
    id: String(sent["id"] ?? ""),
    way: String(sent["way"] ?? ""),
    shownFen: String(sent["shown"] ?? ""),
  };
  const actor = unknownActor({
    name: "slip_page",
    address: addressOf(c),
    traceId: traceIdOf(c),
  });
  const paying = await paySlip(deps, token, { form, actor });
  const note = paying === "in_payment" ? `?note=${IN_PAYMENT}` : "";
  return c.redirect(`/m/slip/${token}${note}`, 303);
}
