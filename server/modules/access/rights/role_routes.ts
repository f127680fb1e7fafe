import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { changeRole, type ChangeRolesDeps, createRole, deleteRole } from "./change_role.ts";
import {
  changeRoleBodySchema,
  createRoleBodySchema,
  roleListSchema,
  roleViewSchema,
} from "./contract.ts";
import { listRoles } from "./list_rights.ts";

const params = z.strictObject({ id: idField });

const listRoute = createRoute({
  method: "get",
  path: "/roles",
  summary: "All roles",
  responses: { 200: jsonReply(roleListSchema, "All"), ...PROBLEM_REPLIES },
  ...needs("rights.read"),
});

const createRoleRoute = createRoute({
  method: "post",
  path: "/roles",
  summary: "A new role of one duty",
  request: jsonBody(createRoleBodySchema),
  responses: { 201: jsonReply(roleViewSchema, "Made"), ...PROBLEM_REPLIES },
  ...needs("role.change", { confirmed: true, wholeCity: true }),
});

const changeRoute = createRoute({
  method: "patch",
  path: "/roles/{id}",
  summary: "Changes a role for all who hold it",
  request: { params, ...jsonBody(changeRoleBodySchema) },
  responses: { 200: jsonReply(roleViewSchema, "The role"), ...PROBLEM_REPLIES },
  ...needs("role.change", { confirmed: true, wholeCity: true }),
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/roles/{id}",
  summary: "Deletes a role that was never granted",
  request: { params },
  responses: { 204: { description: "Deleted" }, ...PROBLEM_REPLIES },
  ...needs("role.change", { confirmed: true, wholeCity: true }),
});

export function roleRoutes(deps: ChangeRolesDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(listRoute, async (c) => c.json(await listRoles(deps), 200));
  routes.openapi(
    createRoleRoute,
    async (c) => c.json(await createRole(deps, c.get("caller"), c.req.valid("json")), 201),
  );
  routes.openapi(changeRoute, async (c) => {
    const change = { ...c.req.valid("param"), body: c.req.valid("json") };
    return c.json(await changeRole(deps, c.get("caller"), change), 200);
  });
  routes.openapi(deleteRoute, async (c) => {
    await deleteRole(deps, c.get("caller"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
