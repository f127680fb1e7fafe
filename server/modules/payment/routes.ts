import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addressOf } from "../../platform/client_address.ts";
import { traceIdOf } from "../../platform/http.ts";
import { receiveMedicalReport, type ReceiveReportDeps } from "./receive_medical_report.ts";
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

/** Called by the centre for mobile payment (6302); absent where there is no line to it. */
export function medicalReportRoutes(deps: ReceiveReportDeps | null): Hono {
  const routes = new Hono();
  routes.post(
    "/api/notify/mobile-insurance",
    bodyLimit({ maxSize: NOTICE_BYTES_MAX, onError: (c) => c.text("FAILED", 413) }),
    async (c) => {
      if (!deps) return c.text("FAILED", 404);
      const from = { address: addressOf(c), traceId: traceIdOf(c) };
      const { answer } = await receiveMedicalReport(deps, { body: await c.req.text(), from });
      return c.json(answer);
    },
  );
  return routes;
}
