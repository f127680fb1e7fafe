import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import {
  decideRequestBodySchema,
  requestChoicesQuerySchema,
  requestChoicesSchema,
  requestRightsBodySchema,
  rightsRequestPageSchema,
  rightsRequestQuerySchema,
  rightsRequestViewSchema,
} from "./contract.ts";
import { decideRequest, withdrawRequest } from "./decide_request.ts";
import { listOwnRequests, listRequests } from "./list_rights.ts";
import { listRequestChoices } from "./request_choices.ts";
import { requestRights, type RequestRightsDeps } from "./request_rights.ts";

const params = z.strictObject({ id: idField });
const page = { 200: jsonReply(rightsRequestPageSchema, "A page"), ...PROBLEM_REPLIES };
const view = { 200: jsonReply(rightsRequestViewSchema, "The request"), ...PROBLEM_REPLIES };

const listRoute = createRoute({
  method: "get",
  path: "/rights-requests",
  summary: "Requests for rights, newest first",
  request: { query: rightsRequestQuerySchema },
  responses: page,
  ...needs("rights.read"),
});

const ownRoute = createRoute({
  method: "get",
  path: "/own-rights-requests",
  summary: "Those the caller made",
  request: { query: rightsRequestQuerySchema },
  responses: page,
  ...needs("rights.request"),
});

const choicesRoute = createRoute({
  method: "get",
  path: "/rights-request-choices",
  summary: "Accounts and roles the caller may ask for",
  request: { query: requestChoicesQuerySchema },
  responses: { 200: jsonReply(requestChoicesSchema, "Both by name"), ...PROBLEM_REPLIES },
  ...needs("rights.request"),
});

const requestRoute = createRoute({
  method: "post",
  path: "/rights-requests",
  summary: "Asks for a role at a node, or for the end of one",
  request: jsonBody(requestRightsBodySchema),
  responses: { 201: jsonReply(rightsRequestViewSchema, "It waits"), ...PROBLEM_REPLIES },
  ...needs("rights.request"),
});

const approveRoute = createRoute({
  method: "post",
  path: "/rights-requests/{id}/approve",
  summary: "Approves what others asked for others",
  request: { params, ...jsonBody(decideRequestBodySchema) },
  responses: view,
  ...needs("rights.approve", { confirmed: true }),
});

const refuseRoute = createRoute({
  method: "post",
  path: "/rights-requests/{id}/refuse",
  summary: "Refuses what others asked for others",
  request: { params, ...jsonBody(decideRequestBodySchema) },
  responses: view,
  ...needs("rights.approve"),
});

const withdrawRoute = createRoute({
  method: "post",
  path: "/rights-requests/{id}/withdraw",
  summary: "Takes an own request back while it waits",
  request: { params },
  responses: view,
  ...needs("rights.request"),
});

export function requestRoutes(deps: RequestRightsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    listRoute,
    async (c) => c.json(await listRequests(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    ownRoute,
    async (c) => c.json(await listOwnRequests(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    choicesRoute,
    async (c) => c.json(await listRequestChoices(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    requestRoute,
    async (c) => c.json(await requestRights(deps, c.get("caller"), c.req.valid("json")), 201),
  );
  for (const [verdict, route] of [["approved", approveRoute], ["refused", refuseRoute]] as const) {
    routes.openapi(route, async (c) => {
      const decision = { ...c.req.valid("param"), ...c.req.valid("json"), verdict };
      return c.json(await decideRequest(deps, c.get("caller"), decision), 200);
    });
  }
  routes.openapi(
    withdrawRoute,
    async (c) => c.json(await withdrawRequest(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  return routes;
}
