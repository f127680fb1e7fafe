import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { scopeOf } from "../../access/caller.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { CSV_BODY, readImportBody } from "../../access/import_body.ts";
import { importQuerySchema, importReportSchema } from "../../access/imports/contract.ts";
import {
  checkTerminalImport,
  importTerminals,
  type ImportTerminalsDeps,
} from "./import_terminals.ts";

const checkRoute = createRoute({
  method: "post",
  path: "/terminals/import/check",
  summary: "What importing a register of terminals would do, and every error by its line",
  request: CSV_BODY,
  responses: { 200: jsonReply(importReportSchema, "Nothing is changed"), ...PROBLEM_REPLIES },
  ...needs("terminal.change"),
});

const importRoute = createRoute({
  method: "post",
  path: "/terminals/import",
  summary: "Registers the terminals a check has shown",
  request: { query: importQuerySchema, ...CSV_BODY },
  responses: { 200: jsonReply(importReportSchema, "Done"), ...PROBLEM_REPLIES },
  ...needs("terminal.change", { confirmed: true }),
});

export function terminalImportRoutes(deps: ImportTerminalsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(checkRoute, async (c) => {
    const scope = scopeOf(c.get("caller"), "terminal.change");
    const bytes = await readImportBody(c.req.raw);
    return c.json(await checkTerminalImport(deps, { bytes, scope }), 200);
  });
  routes.openapi(importRoute, async (c) => {
    const caller = c.get("caller");
    const scope = scopeOf(caller, "terminal.change");
    const bytes = await readImportBody(c.req.raw);
    const asked = { bytes, scope, shown: c.req.valid("query"), actor: caller.actor };
    return c.json(await importTerminals(deps, asked), 200);
  });
  return routes;
}
