import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "hono";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import {
  acceptanceReplySchema,
  enrolmentBodySchema,
  enrolmentNonceBodySchema,
  enrolmentReplySchema,
  enrolmentStateBodySchema,
  enrolmentStateSchema,
  openingBodySchema,
} from "../contract.ts";
import { enrolmentState } from "../enrolment/enrolment_state.ts";
import { requestEnrolment } from "../enrolment/request_enrolment.ts";
import { revealNonce } from "../enrolment/reveal_nonce.ts";
import {
  retirementBodySchema,
  retirementIntentBodySchema,
  retirementReplySchema,
} from "../retire/contract.ts";
import { checkIntent, receiveCertificate } from "../retire/receive_certificate.ts";
import type { FleetLine } from "./fleet_line.ts";
import { openSession } from "./open_session.ts";
import type { RateBound } from "./rate_bound.ts";
import { tooBusy, unavailable } from "./refusals.ts";

const ofEnrolment = { params: z.object({ id: idField }) };

const enrolRoute = createRoute({
  method: "post",
  path: "/enrolments",
  summary: "A terminal asks to be known by its keys",
  request: jsonBody(enrolmentBodySchema),
  responses: { 200: jsonReply(enrolmentReplySchema, "Asked"), ...PROBLEM_REPLIES },
});

const nonceRoute = createRoute({
  method: "post",
  path: "/enrolments/{id}/nonce",
  summary: "The number the terminal had committed to",
  request: { ...ofEnrolment, ...jsonBody(enrolmentNonceBodySchema) },
  responses: { 204: { description: "Its code can be approved" }, ...PROBLEM_REPLIES },
});

const stateRoute = createRoute({
  method: "post",
  path: "/enrolments/{id}/state",
  summary: "How an enrolment stands",
  request: { ...ofEnrolment, ...jsonBody(enrolmentStateBodySchema) },
  responses: { 200: jsonReply(enrolmentStateSchema, "State"), ...PROBLEM_REPLIES },
});

const openRoute = createRoute({
  method: "post",
  path: "/sessions",
  summary: "Opens a session of a signed line",
  request: jsonBody(openingBodySchema),
  responses: { 200: jsonReply(acceptanceReplySchema, "Opened"), ...PROBLEM_REPLIES },
});

const intentRoute = createRoute({
  method: "post",
  path: "/retirements/intent",
  summary: "Whether a terminal may be wiped and retired now",
  request: jsonBody(retirementIntentBodySchema),
  responses: { 204: { description: "It may" }, ...PROBLEM_REPLIES },
});

const retireRoute = createRoute({
  method: "post",
  path: "/retirements",
  summary: "A wiped terminal's certificate; it is never let in again",
  request: jsonBody(retirementBodySchema),
  responses: { 200: jsonReply(retirementReplySchema, "Countersigned"), ...PROBLEM_REPLIES },
});

/** What a terminal may ask before it has a session; open to anybody, so all of it is bounded. */
export function lineRoutes(line: FleetLine | null): OpenAPIHono<Env> {
  const routes = createRoutes<Env>();
  routes.openapi(enrolRoute, async (c) => {
    const open = within(line, "enrolments");
    return c.json(await requestEnrolment(open, c.req.valid("json")), 200);
  });
  routes.openapi(nonceRoute, async (c) => {
    const { id } = c.req.valid("param");
    await revealNonce(within(line, "enrolmentSteps"), { id, nonce: c.req.valid("json").nonce });
    return c.body(null, 204);
  });
  routes.openapi(stateRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(
      await enrolmentState(within(line, "enrolmentSteps"), id, c.req.valid("json")),
      200,
    );
  });
  routes.openapi(openRoute, async (c) => {
    if (!line) throw unavailable();
    return c.json(await openSession(line, c.req.valid("json")), 200);
  });
  routes.openapi(intentRoute, async (c) => {
    await checkIntent(within(line, "enrolmentSteps"), c.req.valid("json"));
    return c.body(null, 204);
  });
  routes.openapi(retireRoute, async (c) => {
    return c.json(
      await receiveCertificate(within(line, "enrolments"), c.req.valid("json")),
      200,
    );
  });
  return routes;
}

function within(line: FleetLine | null, bound: "enrolments" | "enrolmentSteps"): FleetLine {
  if (!line) throw unavailable();
  const rate: RateBound = line[bound];
  if (!rate.take()) throw tooBusy();
  return line;
}
