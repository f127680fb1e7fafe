import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addressOf } from "../../platform/client_address.ts";
import { traceIdOf } from "../../platform/http.ts";
import { receiveNotify, type ReceiveNotifyDeps } from "./receive_notify.ts";

const NOTICE_BYTES_MAX = 16 * 1024;

/** Called by the bank, outside the terminals' door; the literal answers are its own. */
export function paymentNotifyRoutes(deps: ReceiveNotifyDeps): Hono {
  const routes = new Hono();
  routes.post(
    "/api/notify/aggregate-pay",
    bodyLimit({ maxSize: NOTICE_BYTES_MAX, onError: (c) => c.text("FAILED", 413) }),
    async (c) => {
      const { verdict } = await receiveNotify(deps, {
        headers: c.req.raw.headers,
        body: await c.req.text(),
        from: { address: addressOf(c), traceId: traceIdOf(c) },
      });
      const isTaken = verdict === "reported" || verdict === "mismatch";
      return c.text(isTaken ? "SUCCESS" : "FAILED");
    },
  );
  return routes;
}
