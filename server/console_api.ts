import type { OpenAPIHono } from "@hono/zod-openapi";
import { consoleDoor } from "./modules/access/sign_in/console_door.ts";
import { type ConsoleEnv, requirePermissions } from "./modules/access/console_routes.ts";
import { createRoutes } from "./platform/http.ts";
import type { Services } from "./services.ts";

export const CONSOLE_PREFIX = "/api/console/v1";

/**
 * What the console and programs call. First what anybody may ask (signing in), then the door, then
 * every module's routes; a route that does not say what it needs stops the start.
 */
export function consoleApi(services: Services): OpenAPIHono<ConsoleEnv> {
  const api = createRoutes<ConsoleEnv>();
  api.use(consoleDoor(services.console));
  const routes = behindTheDoor(services);
  requirePermissions(routes);
  api.route("/", routes);
  return api;
}

/** One line a module. */
function behindTheDoor(_services: Services): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  return routes;
}
