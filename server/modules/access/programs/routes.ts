import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { addKey } from "./add_key.ts";
import {
  addedProgramKeySchema,
  addProgramKeyBodySchema,
  programKeyListSchema,
  programKeyViewSchema,
} from "./contract.ts";
import { endKey } from "./end_key.ts";
import { listKeys } from "./list_keys.ts";
import type { ManageKeysDeps } from "./manage_keys.ts";

const ofAccount = z.object({ id: idField });
const ofKey = z.object({ id: idField, keyId: idField });

const listRoute = createRoute({
  method: "get",
  path: "/accounts/{id}/program-keys",
  summary: "Keys of a program account",
  request: { params: ofAccount },
  responses: { 200: jsonReply(programKeyListSchema, "Keys, newest first"), ...PROBLEM_REPLIES },
  ...needs("account.read"),
});

const addRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/program-keys",
  summary: "Another key; a secret is shown in this answer only",
  request: { params: ofAccount, ...jsonBody(addProgramKeyBodySchema) },
  responses: { 201: jsonReply(addedProgramKeySchema, "The key"), ...PROBLEM_REPLIES },
  ...needs("program.change", { confirmed: true }),
});

const endRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/program-keys/{keyId}/end",
  summary: "Nothing signed with the key is taken from now on",
  request: { params: ofKey },
  responses: { 200: jsonReply(programKeyViewSchema, "The key"), ...PROBLEM_REPLIES },
  ...needs("program.change", { confirmed: true }),
});

export function programKeyRoutes(deps: ManageKeysDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(listRoute, async (c) => {
    const keys = await listKeys(deps, c.get("caller"), c.req.valid("param").id);
    return c.json({ keys }, 200);
  });
  routes.openapi(addRoute, async (c) => {
    const asked = { accountId: c.req.valid("param").id, body: c.req.valid("json") };
    return c.json(await addKey(deps, c.get("caller"), asked), 201);
  });
  routes.openapi(endRoute, async (c) => {
    const { id: accountId, keyId } = c.req.valid("param");
    return c.json(await endKey(deps, c.get("caller"), { accountId, keyId }), 200);
  });
  return routes;
}
