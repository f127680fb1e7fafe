import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { scopeOf } from "../../access/caller.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { type ChangeSettingsDeps, resetSetting, setSetting } from "./change_settings.ts";
import {
  changeSettingBodySchema,
  resetSettingBodySchema,
  settingsQuerySchema,
  settingsReplySchema,
} from "./contract.ts";
import { viewSettings } from "./view_settings.ts";

const responses = {
  200: jsonReply(settingsReplySchema, "What holds at the node"),
  ...PROBLEM_REPLIES,
};

const viewRoute = createRoute({
  method: "get",
  path: "/settings",
  summary: "What holds at a node of the tree, and where it comes from",
  request: { query: settingsQuerySchema },
  responses,
  ...needs("setting.read"),
});

/** Each reaches every terminal below, so each is confirmed. */
const changeRoute = createRoute({
  method: "post",
  path: "/settings",
  summary: "Sets one for a node and all below it",
  request: jsonBody(changeSettingBodySchema),
  responses,
  ...needs("setting.change", { confirmed: true }),
});

const resetRoute = createRoute({
  method: "post",
  path: "/settings/reset",
  summary: "A node takes what comes from above",
  request: jsonBody(resetSettingBodySchema),
  responses,
  ...needs("setting.change", { confirmed: true }),
});

export function settingRoutes(deps: ChangeSettingsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(viewRoute, async (c) => {
    const scope = scopeOf(c.get("caller"), "setting.read");
    return c.json(await viewSettings(deps, scope, c.req.valid("query")), 200);
  });
  routes.openapi(
    changeRoute,
    async (c) => c.json(await setSetting(deps, c.get("caller"), c.req.valid("json")), 200),
  );
  routes.openapi(
    resetRoute,
    async (c) => c.json(await resetSetting(deps, c.get("caller"), c.req.valid("json")), 200),
  );
  return routes;
}
