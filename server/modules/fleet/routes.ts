import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../platform/http.ts";
import type { Log } from "../../platform/log.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import { terminalSettingsSchema } from "../settings/contract.ts";
import { callStaff } from "./call_staff.ts";
import {
  callStaffBodySchema,
  callStaffReplySchema,
  heartbeatBodySchema,
  terminalEventsBodySchema,
  terminalEventsReplySchema,
} from "./contract.ts";
import { receiveEvents } from "./health/receive_events.ts";
import { receiveHeartbeat } from "./health/receive_heartbeat.ts";
import type { FleetDb } from "./tables.ts";
import type { TerminalEnv } from "./terminal_door.ts";
import { terminalSettings } from "./terminal_settings.ts";

export interface FleetRoutesDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
}

const settingsRoute = createRoute({
  method: "get",
  path: "/settings",
  summary: "What the terminal shows and offers now",
  responses: { 200: jsonReply(terminalSettingsSchema, "Settings"), ...PROBLEM_REPLIES },
});

const callRoute = createRoute({
  method: "post",
  path: "/calls",
  summary: "A patient asks for staff",
  request: jsonBody(callStaffBodySchema),
  responses: { 200: jsonReply(callStaffReplySchema, "Staff is called"), ...PROBLEM_REPLIES },
});

const heartbeatRoute = createRoute({
  method: "post",
  path: "/heartbeats",
  summary: "How the terminal and its devices are",
  request: jsonBody(heartbeatBodySchema),
  responses: { 204: { description: "Kept" }, ...PROBLEM_REPLIES },
});

const eventsRoute = createRoute({
  method: "post",
  path: "/events",
  summary: "A part of the terminal's journal, in order",
  request: jsonBody(terminalEventsBodySchema),
  responses: {
    200: jsonReply(terminalEventsReplySchema, "How far it is kept"),
    ...PROBLEM_REPLIES,
  },
});

export function fleetRoutes(deps: FleetRoutesDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(
    settingsRoute,
    (c) => c.json(terminalSettings(c.get("site"), deps.clock.now()), 200),
  );
  routes.openapi(callRoute, async (c) => {
    const { terminal } = c.get("site");
    await callStaff(deps, { terminal, actor: c.get("actor") }, c.req.valid("json"));
    return c.json({ number: terminal.number }, 200);
  });
  routes.openapi(heartbeatRoute, async (c) => {
    await receiveHeartbeat(deps, c.get("caller").terminalId, c.req.valid("json"));
    return c.body(null, 204);
  });
  routes.openapi(eventsRoute, async (c) => {
    const { events } = c.req.valid("json");
    const caller = { ...c.get("caller"), actor: c.get("actor") };
    return c.json(await receiveEvents(deps, caller, events), 200);
  });
  return routes;
}
