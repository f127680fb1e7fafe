import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { scopeOf } from "../caller.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { importQuerySchema, importReportSchema } from "../imports/contract.ts";
import { CSV_BODY, readImportBody } from "../import_body.ts";
import {
  checkOrganisationImport,
  importOrganisations,
  type ImportOrganisationsDeps,
} from "./import_organisations.ts";

const checkRoute = createRoute({
  method: "post",
  path: "/organisations/import/check",
  summary: "What importing a CSV file would do, and every error by its line",
  request: CSV_BODY,
  responses: { 200: jsonReply(importReportSchema, "Nothing is changed"), ...PROBLEM_REPLIES },
  ...needs("organisation.change"),
});

const importRoute = createRoute({
  method: "post",
  path: "/organisations/import",
  summary: "Imports the file a check has shown",
  request: { query: importQuerySchema, ...CSV_BODY },
  responses: { 200: jsonReply(importReportSchema, "Done"), ...PROBLEM_REPLIES },
  ...needs("organisation.change", { confirmed: true }),
});

export function organisationImportRoutes(
  deps: ImportOrganisationsDeps,
): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(checkRoute, async (c) => {
    const scope = scopeOf(c.get("caller"), "organisation.change");
    const bytes = await readImportBody(c.req.raw);
    return c.json(await checkOrganisationImport(deps, { bytes, scope }), 200);
  });
  routes.openapi(importRoute, async (c) => {
    const caller = c.get("caller");
    const scope = scopeOf(caller, "organisation.change");
    const bytes = await readImportBody(c.req.raw);
    const asked = { bytes, scope, shown: c.req.valid("query"), actor: caller.actor };
    return c.json(await importOrganisations(deps, asked), 200);
  });
  return routes;
}
