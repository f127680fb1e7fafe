import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import type { AuditTables } from "../../audit/tables.ts";
import {
  auditCatalogueSchema,
  auditEventViewSchema,
  exportViewSchema,
  searchBodySchema,
  searchReplySchema,
  startExportBodySchema,
} from "../../audit/viewer/contract.ts";
import { auditCatalogue } from "../../audit/viewer/event_view.ts";
import {
  cancelExport,
  type ExportsDeps,
  getExport,
  readExport,
  startExport,
} from "../../audit/viewer/export/start_export.ts";
import { streamExport } from "../../audit/viewer/export/stream_export.ts";
import type { AuditExportTables } from "../../audit/viewer/export/tables.ts";
import { readEvent, searchEvents } from "../../audit/viewer/search_events.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { listNames } from "../organisations/store.ts";
import type { AccessTables } from "../tables.ts";
import { readableStreams } from "./readable_streams.ts";

export interface AuditConsoleDeps extends Omit<ExportsDeps, "db" | "organisationNames"> {
  readonly db: Kysely<AccessTables & AuditTables & AuditExportTables>;
}

const params = z.object({ id: idField });
const exportReply = jsonReply(exportViewSchema, "How far it is");

const catalogueRoute = createRoute({
  method: "get",
  path: "/audit/catalogue",
  summary: "Every kind of event",
  ...needs("audit.read"),
  responses: { 200: jsonReply(auditCatalogueSchema, "Kinds"), ...PROBLEM_REPLIES },
});
const searchRoute = createRoute({
  method: "post",
  path: "/audit/search",
  summary: "Events, newest first; a search leaves an event itself",
  ...needs("audit.read"),
  request: jsonBody(searchBodySchema),
  responses: { 200: jsonReply(searchReplySchema, "A page"), ...PROBLEM_REPLIES },
});
const eventRoute = createRoute({
  method: "get",
  path: "/audit/events/{id}",
  ...needs("audit.read"),
  request: { params },
  responses: { 200: jsonReply(auditEventViewSchema, "The event"), ...PROBLEM_REPLIES },
});
const startRoute = createRoute({
  method: "post",
  path: "/audit/exports",
  summary: "Asks for a file; it is made while it is fetched",
  ...needs("audit.export"),
  request: jsonBody(startExportBodySchema),
  responses: { 201: exportReply, ...PROBLEM_REPLIES },
});
const progressRoute = createRoute({
  method: "get",
  path: "/audit/exports/{id}",
  ...needs("audit.export"),
  request: { params },
  responses: { 200: exportReply, ...PROBLEM_REPLIES },
});
const fileRoute = createRoute({
  method: "get",
  path: "/audit/exports/{id}/file",
  summary: "The file, once",
  ...needs("audit.export"),
  request: { params },
  responses: { 200: { description: "CSV or XLSX" }, ...PROBLEM_REPLIES },
});
const cancelRoute = createRoute({
  method: "post",
  path: "/audit/exports/{id}/cancel",
  ...needs("audit.export"),
  request: { params },
  responses: { 204: { description: "It breaks off" }, ...PROBLEM_REPLIES },
});

/**
 * The audit viewer. Its use cases are the audit module's; they stand here because rights come after
 * the trail in the order of modules. No route changes an event.
 */
export function auditConsoleRoutes(given: AuditConsoleDeps): OpenAPIHono<ConsoleEnv> {
  const deps = {
    ...given,
    organisationNames: (ids: readonly string[]) => listNames(given.db, ids),
  };
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(catalogueRoute, (c) => c.json(auditCatalogue(), 200));
  routes.openapi(searchRoute, async (c) => {
    const caller = c.get("caller");
    const body = c.req.valid("json");
    const { organisationId } = body.filter;
    const at = { caller, permission: "audit.read", organisationId } as const;
    const streams = await readableStreams(deps.db, at);
    return c.json(await searchEvents(deps, { actor: caller.actor, streams }, body), 200);
  });
  routes.openapi(eventRoute, async (c) => {
    const caller = c.get("caller");
    const at = { caller, permission: "audit.read", organisationId: undefined } as const;
    const streams = await readableStreams(deps.db, at);
    const { id } = c.req.valid("param");
    return c.json(await readEvent(deps, { actor: caller.actor, streams }, id), 200);
  });
  addExports(routes, deps);
  return routes;
}

function addExports(
  routes: OpenAPIHono<ConsoleEnv>,
  deps: AuditConsoleDeps & Pick<ExportsDeps, "organisationNames">,
): void {
  routes.openapi(startRoute, async (c) => {
    const caller = c.get("caller");
    const body = c.req.valid("json");
    const { organisationId } = body.filter;
    // Only to refuse a foreign organisation now, and not when the file is fetched.
    await readableStreams(deps.db, { caller, permission: "audit.export", organisationId });
    return c.json(await startExport(deps, caller, body), 201);
  });
  routes.openapi(progressRoute, async (c) => {
    const { accountId } = c.get("caller");
    return c.json(await readExport(deps, { id: c.req.valid("param").id, accountId }), 200);
  });
  routes.openapi(fileRoute, async (c) => {
    const exporter = c.get("caller");
    const { id } = c.req.valid("param");
    const row = await getExport(deps, { id, accountId: exporter.accountId });
    const organisationId = row.organisation_id ?? undefined;
    const at = { caller: exporter, permission: "audit.export", organisationId } as const;
    const streams = await readableStreams(deps.db, at);
    const { name, type, bytes } = await streamExport(deps, { id, exporter, streams });
    const disposition = `attachment; filename="${name}"`;
    return c.body(bytes, 200, { "content-type": type, "content-disposition": disposition });
  });
  routes.openapi(cancelRoute, async (c) => {
    await cancelExport(deps, c.get("caller"), c.req.valid("param").id);
    return c.body(null, 204);
  });
}
