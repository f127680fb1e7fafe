import type { OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes } from "../../../platform/http.ts";
import type { ConsoleEnv } from "../console_routes.ts";
import { administerRoutes } from "./administer_routes.ts";
import { ownRoutes } from "./own_routes.ts";
import type { SignInDeps } from "./sign_in_deps.ts";

/** Behind the door; the way in is `sign_in_routes.ts`. */
export function sessionRoutes(deps: SignInDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.route("/", ownRoutes(deps));
  routes.route("/", administerRoutes(deps));
  return routes;
}
