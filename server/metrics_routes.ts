import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ConsoleEnv, needs } from "./modules/access/console_routes.ts";
import { createRoutes, PROBLEM_REPLIES } from "./platform/http.ts";
import type { Metrics } from "./platform/metrics.ts";

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Figures of the process that answers, as Prometheus reads them",
  responses: {
    200: { content: { "text/plain": { schema: z.string() } }, description: "Figures" },
    ...PROBLEM_REPLIES,
  },
  ...needs("metrics.read", { wholeCity: true }),
});

/** The figures of `/metrics` for who shows who he is, from wherever his role lets him call. */
export function metricsRoutes(
  { metrics }: { readonly metrics: Pick<Metrics, "text"> },
): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(metricsRoute, (c) => c.text(metrics.text(), 200));
  return routes;
}
