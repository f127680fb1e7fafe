import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import {
  approveEnrolment,
  type ChangeTerminalsDeps,
  findEnrolment,
  revokeKey,
  setService,
} from "./change_terminals.ts";
import {
  approveBodySchema,
  codeBodySchema,
  enrolmentsReplySchema,
  enrolmentToApproveSchema,
  reasonBodySchema,
  retirementReplySchema,
  terminalDetailSchema,
  terminalEventsPageSchema,
  terminalEventsQuerySchema,
  terminalReleasesPageSchema,
  terminalReleasesQuerySchema,
  terminalsQuerySchema,
  terminalsReplySchema,
} from "./contract.ts";
import { readRetirement, type RetirementDeps, takeRetirement } from "./read_retirement.ts";
import {
  readEnrolments,
  readTerminal,
  readTerminalEvents,
  readTerminalReleases,
  readTerminals,
} from "./read_terminals.ts";

const params = z.object({ id: idField });
const detail = { 200: jsonReply(terminalDetailSchema, "The terminal"), ...PROBLEM_REPLIES };

const listRoute = createRoute({
  method: "get",
  path: "/terminals",
  ...needs("terminal.read"),
  request: { query: terminalsQuerySchema },
  responses: { 200: jsonReply(terminalsReplySchema, "By number"), ...PROBLEM_REPLIES },
});
const detailRoute = createRoute({
  method: "get",
  path: "/terminals/{id}",
  ...needs("terminal.read"),
  request: { params },
  responses: detail,
});
const eventsRoute = createRoute({
  method: "get",
  path: "/terminals/{id}/events",
  ...needs("terminal.read"),
  request: { params, query: terminalEventsQuerySchema },
  responses: { 200: jsonReply(terminalEventsPageSchema, "Newest first"), ...PROBLEM_REPLIES },
});
const releasesRoute = createRoute({
  method: "get",
  path: "/terminals/{id}/releases",
  summary: "What became of releases on the terminal",
  ...needs("terminal.read"),
  request: { params, query: terminalReleasesQuerySchema },
  responses: { 200: jsonReply(terminalReleasesPageSchema, "Newest first"), ...PROBLEM_REPLIES },
});
const retirementRoute = createRoute({
  method: "get",
  path: "/terminals/{id}/retirement",
  summary: "How the terminal went, and whether its certificate is genuine",
  ...needs("terminal.read"),
  request: { params },
  responses: { 200: jsonReply(retirementReplySchema, "Or null"), ...PROBLEM_REPLIES },
});
const retirementFileRoute = createRoute({
  method: "post",
  path: "/terminals/{id}/retirement/file",
  summary: "The certificate as it is signed; the audit trail tells who took it",
  ...needs("terminal.read"),
  request: { params },
  responses: {
    // A file to be kept as it is, though it is JSON inside.
    200: { description: "A file", content: { "application/octet-stream": { schema: z.any() } } },
    ...PROBLEM_REPLIES,
  },
});
const enrolmentsRoute = createRoute({
  method: "get",
  path: "/terminal-enrolments",
  ...needs("terminal.approve"),
  responses: { 200: jsonReply(enrolmentsReplySchema, "What waits"), ...PROBLEM_REPLIES },
});
const findRoute = createRoute({
  method: "post",
  path: "/terminal-enrolments/find",
  summary: "What to compare with the terminal's screen",
  ...needs("terminal.approve"),
  request: jsonBody(codeBodySchema),
  responses: { 200: jsonReply(enrolmentToApproveSchema, "The enrolment"), ...PROBLEM_REPLIES },
});
const approveRoute = createRoute({
  method: "post",
  path: "/terminal-enrolments/approve",
  summary: "Binds the keys to the terminal; its earlier ones end",
  ...needs("terminal.approve", { confirmed: true }),
  request: jsonBody(approveBodySchema),
  responses: detail,
});
const revokeRoute = createRoute({
  method: "post",
  path: "/terminals/{id}/revoke",
  ...needs("terminal.approve", { confirmed: true }),
  request: { params, ...jsonBody(reasonBodySchema) },
  responses: detail,
});
const suspendRoute = createRoute({
  method: "post",
  path: "/terminals/{id}/suspend",
  ...needs("terminal.approve"),
  request: { params, ...jsonBody(reasonBodySchema) },
  responses: detail,
});
const resumeRoute = createRoute({
  method: "post",
  path: "/terminals/{id}/resume",
  ...needs("terminal.approve"),
  request: { params, ...jsonBody(reasonBodySchema) },
  responses: detail,
});

/** Whoever may approve terminals may read them: both are of the system administrator's duty. */
export function terminalConsoleRoutes(deps: RetirementDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    listRoute,
    async (c) => c.json(await readTerminals(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    detailRoute,
    async (c) => c.json(await readTerminal(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(eventsRoute, async (c) => {
    const { before, limit } = c.req.valid("query");
    const wanted = { ...c.req.valid("param"), before, limit };
    return c.json(await readTerminalEvents(deps, c.get("caller"), wanted), 200);
  });
  routes.openapi(releasesRoute, async (c) => {
    const { before, limit } = c.req.valid("query");
    const wanted = { ...c.req.valid("param"), before, limit };
    return c.json(await readTerminalReleases(deps, c.get("caller"), wanted), 200);
  });
  routes.openapi(retirementRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ retirement: await readRetirement(deps, c.get("caller"), id) }, 200);
  });
  routes.openapi(retirementFileRoute, async (c) => {
    const { name, text } = await takeRetirement(deps, c.get("caller"), c.req.valid("param").id);
    return c.body(text, 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${name}"`,
    });
  });
  routes.openapi(
    enrolmentsRoute,
    async (c) => c.json(await readEnrolments(deps, c.get("caller")), 200),
  );
  routes.openapi(
    findRoute,
    async (c) => c.json(await findEnrolment(deps, c.get("caller"), c.req.valid("json").code), 200),
  );
  addChanges(routes, deps);
  return routes;
}

function addChanges(routes: OpenAPIHono<ConsoleEnv>, deps: ChangeTerminalsDeps): void {
  routes.openapi(approveRoute, async (c) => {
    const id = await approveEnrolment(deps, c.get("caller"), c.req.valid("json"));
    return c.json(await readTerminal(deps, c.get("caller"), id), 200);
  });
  routes.openapi(revokeRoute, async (c) => {
    const { id } = c.req.valid("param");
    await revokeKey(deps, c.get("caller"), { id, ...c.req.valid("json") });
    return c.json(await readTerminal(deps, c.get("caller"), id), 200);
  });
  routes.openapi(suspendRoute, async (c) => {
    const { id } = c.req.valid("param");
    await setService(deps, c.get("caller"), { id, to: "suspended", ...c.req.valid("json") });
    return c.json(await readTerminal(deps, c.get("caller"), id), 200);
  });
  routes.openapi(resumeRoute, async (c) => {
    const { id } = c.req.valid("param");
    await setService(deps, c.get("caller"), { id, to: "active", ...c.req.valid("json") });
    return c.json(await readTerminal(deps, c.get("caller"), id), 200);
  });
}
