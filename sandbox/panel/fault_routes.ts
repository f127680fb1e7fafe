import { Hono } from "hono";
import { z } from "zod";
import { FAULT_TIMES_MAX, type Faults, PARTIES } from "../faults.ts";

/**
 * | call | does |
 * |---|---|
 * | `GET    /sandbox/faults` | `{ faults }`: what is planned |
 * | `POST   /sandbox/faults` `{ party, call, fault, times? }` | plans one; 201 with it |
 * | `DELETE /sandbox/faults` | forgets all; 204 |
 * | `DELETE /sandbox/faults/{id}` | forgets one; 204 |
 */

const DELAY_MS_MAX = 180_000;
const LATE_MS_MAX = 86_400_000;
const OFF_FEN_MAX = 100_000_000;

const byFen = z.int().min(-OFF_FEN_MAX).max(OFF_FEN_MAX);

const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0).max(DELAY_MS_MAX) }),
  z.strictObject({ kind: z.literal("lose_request") }),
  z.strictObject({ kind: z.literal("lose_answer") }),
  z.strictObject({ kind: z.literal("refuse"), text: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal("gateway_error") }),
  z.strictObject({ kind: z.literal("duplicate_notify") }),
  z.strictObject({ kind: z.literal("late_notify"), ms: z.int().min(0).max(LATE_MS_MAX) }),
  z.strictObject({ kind: z.literal("duplicate_answer") }),
  z.strictObject({ kind: z.literal("late_answer"), ms: z.int().min(0).max(DELAY_MS_MAX) }),
  z.strictObject({ kind: z.literal("wrong_mac") }),
  z.strictObject({ kind: z.literal("slow_refund"), ms: z.int().min(0).max(LATE_MS_MAX) }),
  z.strictObject({ kind: z.literal("account_closed") }),
  z.strictObject({ kind: z.literal("early_notify") }),
  z.strictObject({ kind: z.literal("exp") }),
  z.strictObject({ kind: z.literal("no_amounts") }),
  z.strictObject({ kind: z.literal("wrong_amount"), byFen }),
  z.strictObject({ kind: z.literal("settle_differs"), byFen }),
]);

const planSchema = z.strictObject({
  party: z.enum(PARTIES),
  call: z.string().regex(/^(\*|[0-9A-Za-z_]{1,32})$/),
  fault: faultSchema,
  times: z.int().min(1).max(FAULT_TIMES_MAX).default(1),
});

export function faultRoutes(faults: Faults): Hono {
  const app = new Hono();
  app.get("/sandbox/faults", (c) => c.json({ faults: faults.list() }));
  app.post("/sandbox/faults", async (c) => {
    const body = planSchema.safeParse(await c.req.json().catch(() => null));
    if (!body.success) {
      return c.json({ error: "bad_request", detail: z.prettifyError(body.error) }, 400);
    }
    const { party, call, fault, times } = body.data;
    return c.json(faults.plan(party, call, fault, times), 201);
  });
  app.delete("/sandbox/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.delete("/sandbox/faults/:id", (c) => {
    faults.remove(c.req.param("id"));
    return c.body(null, 204);
  });
  return app;
}
