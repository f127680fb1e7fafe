import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../console_routes.ts";
import { getAccountView, listAccountViews } from "./account_view.ts";
import { changeAccount } from "./change_account.ts";
import {
  accountPageSchema,
  accountQuerySchema,
  accountStateBodySchema,
  accountViewSchema,
  changeAccountBodySchema,
  createAccountBodySchema,
  createdAccountSchema,
} from "./contract.ts";
import { createAccount, type CreateAccountDeps } from "./create_account.ts";
import { setAccountState } from "./set_account_state.ts";

const params = z.strictObject({ id: idField });
const view = { 200: jsonReply(accountViewSchema, "The account"), ...PROBLEM_REPLIES };

/** Nothing has to be sent. */
const stateRequest = {
  params,
  body: { content: { "application/json": { schema: accountStateBodySchema } } },
} as const;

const listRoute = createRoute({
  method: "get",
  path: "/accounts",
  summary: "Accounts by login",
  request: { query: accountQuerySchema },
  responses: { 200: jsonReply(accountPageSchema, "A page"), ...PROBLEM_REPLIES },
  ...needs("account.read"),
});

const getRoute = createRoute({
  method: "get",
  path: "/accounts/{id}",
  summary: "One account",
  request: { params },
  responses: view,
  ...needs("account.read"),
});

const createAccountRoute = createRoute({
  method: "post",
  path: "/accounts",
  summary: "A new account, disabled and without rights",
  request: jsonBody(createAccountBodySchema),
  responses: {
    201: jsonReply(createdAccountSchema, "With the one-time password, told this once"),
    ...PROBLEM_REPLIES,
  },
  ...needs("account.change"),
});

const changeRoute = createRoute({
  method: "patch",
  path: "/accounts/{id}",
  summary: "Changes name or expiry",
  request: { params, ...jsonBody(changeAccountBodySchema) },
  responses: view,
  ...needs("account.change"),
});

const enableRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/enable",
  summary: "Lets it sign in",
  request: stateRequest,
  responses: view,
  ...needs("account.change", { confirmed: true }),
});

const disableRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/disable",
  summary: "Ends its sessions and lets it in no more",
  request: stateRequest,
  responses: view,
  ...needs("account.change", { confirmed: true }),
});

const closeRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/close",
  summary: "Ends it for good, with all it holds",
  request: stateRequest,
  responses: view,
  ...needs("account.change", { confirmed: true }),
});

export function accountRoutes(deps: CreateAccountDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    listRoute,
    async (c) => c.json(await listAccountViews(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(
    getRoute,
    async (c) => c.json(await getAccountView(deps, c.get("caller"), c.req.valid("param").id), 200),
  );
  routes.openapi(createAccountRoute, async (c) => {
    c.header("cache-control", "no-store");
    return c.json(await createAccount(deps, c.get("caller"), c.req.valid("json")), 201);
  });
  routes.openapi(changeRoute, async (c) => {
    const change = { ...c.req.valid("param"), body: c.req.valid("json") };
    return c.json(await changeAccount(deps, c.get("caller"), change), 200);
  });
  for (
    const [verb, route] of [["enable", enableRoute], ["disable", disableRoute], [
      "close",
      closeRoute,
    ]] as const
  ) {
    routes.openapi(route, async (c) => {
      const change = { ...c.req.valid("param"), ...c.req.valid("json"), verb };
      return c.json(await setAccountState(deps, c.get("caller"), change), 200);
    });
  }
  return routes;
}
