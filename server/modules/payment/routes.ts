import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { receiveNotify, type ReceiveNotifyDeps } from "./receive_notify.ts";

const NOTICE_BYTES_MAX = 16 * 1024;

/** Called by the bank, outside the terminals' door; the literal answers are its own. */
export function paymentNotifyRoutes(deps: ReceiveNotifyDeps): Hono {
  const routes = new Hono();
  routes.post(
    "/api/notify/aggregate-pay",
    bodyLimit({ maxSize: NOTICE_BYTES_MAX, onError: (c) => c.text("FAILED", 413) }),
    async (c) => {
      const { verdict } = await receiveNotify(deps, c.req.raw.headers, await c.req.text());
      const isTaken = verdict === "reported" || verdict === "mismatch";
      return c.text(isTaken ? "SUCCESS" : "FAILED");
    },
  );
  return routes;
}
