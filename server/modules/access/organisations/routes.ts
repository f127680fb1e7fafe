import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { changeOrganisation } from "./change_organisation.ts";
import {
  changeOrganisationBodySchema,
  createOrganisationBodySchema,
  organisationPageSchema,
  organisationQuerySchema,
  organisationViewSchema,
} from "./contract.ts";
import { createOrganisation } from "./create_organisation.ts";
import { exportOrganisations } from "./export_organisations.ts";
import type { ImportOrganisationsDeps } from "./import_organisations.ts";
import { organisationImportRoutes } from "./import_routes.ts";
import { getOrganisationView, listOrganisations } from "./list_organisations.ts";

const params = z.strictObject({ id: idField });
const view = jsonReply(organisationViewSchema, "The organisation");

const listRoute = createRoute({
  method: "get",
  path: "/organisations",
  summary: "A part of the tree by code",
  request: { query: organisationQuerySchema },
  responses: { 200: jsonReply(organisationPageSchema, "A page"), ...PROBLEM_REPLIES },
  ...needs("organisation.read"),
});

const exportRoute = createRoute({
  method: "get",
  path: "/organisations/export",
  summary: "The caller's part of the tree as CSV",
  responses: {
    200: { description: "UTF-8", content: { "text/csv": { schema: z.string() } } },
    ...PROBLEM_REPLIES,
  },
  ...needs("organisation.read"),
});

const getRoute = createRoute({
  method: "get",
  path: "/organisations/{id}",
  summary: "One organisation",
  request: { params },
  responses: { 200: view, ...PROBLEM_REPLIES },
  ...needs("organisation.read"),
});

const createOrganisationRoute = createRoute({
  method: "post",
  path: "/organisations",
  summary: "A new node below one of the tree",
  request: jsonBody(createOrganisationBodySchema),
  responses: { 201: view, ...PROBLEM_REPLIES },
  ...needs("organisation.change"),
});

const changeRoute = createRoute({
  method: "patch",
  path: "/organisations/{id}",
  summary: "Changes name, type or phone",
  request: { params, ...jsonBody(changeOrganisationBodySchema) },
  responses: { 200: view, ...PROBLEM_REPLIES },
  ...needs("organisation.change"),
});

export function organisationRoutes(deps: ImportOrganisationsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    listRoute,
    async (c) => c.json(await listOrganisations(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(exportRoute, async (c) => {
    c.header("content-type", "text/csv; charset=utf-8");
    c.header("content-disposition", 'attachment; filename="organisations.csv"');
    return c.body(await exportOrganisations(deps, c.get("caller")), 200);
  });
  routes.route("/", organisationImportRoutes(deps));
  routes.openapi(
    getRoute,
    async (c) =>
      c.json(await getOrganisationView(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(
    createOrganisationRoute,
    async (c) => c.json(await createOrganisation(deps, c.get("caller"), c.req.valid("json")), 201),
  );
  routes.openapi(changeRoute, async (c) => {
    const change = { ...c.req.valid("param"), body: c.req.valid("json") };
    return c.json(await changeOrganisation(deps, c.get("caller"), change), 200);
  });
  return routes;
}
