import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import { type ConsoleEnv, needs } from "../modules/access/console_routes.ts";
import type { Clock } from "../platform/clock.ts";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../platform/http.ts";
import { type PartyHealthTables, selectPartyHealth } from "../platform/party_health_rows.ts";
import { partyHealthReplySchema } from "./contract.ts";

export interface PartyHealthDeps {
  readonly db: Kysely<PartyHealthTables>;
  readonly clock: Clock;
}

const healthRoute = createRoute({
  method: "get",
  path: "/parties/health",
  summary: "How the lines to the outside parties do, as every process sees it",
  ...needs("party.read"),
  responses: { 200: jsonReply(partyHealthReplySchema, "By party"), ...PROBLEM_REPLIES },
});

export function partyHealthRoutes({ db, clock }: PartyHealthDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(healthRoute, async (c) => {
    const rows = await selectPartyHealth(db, clock.now());
    const parties = rows.map(({ not_sent, mean_ms, max_ms, seen_at, ...row }) => ({
      ...row,
      notSent: not_sent,
      meanMs: mean_ms,
      maxMs: max_ms,
      seenAt: seen_at.toISOString(),
    }));
    return c.json({ parties }, 200);
  });
  return routes;
}
