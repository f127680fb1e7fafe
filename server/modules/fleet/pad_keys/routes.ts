import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { padKeysLoadedBodySchema, padKeysReplySchema, padKeysStateSchema } from "../contract.ts";
import type { TerminalEnv } from "../terminal_door.ts";
import { confirmWorkKeys, type IssuePadKeysDeps, issueWorkKeys } from "./issue_pad_keys.ts";
import { padKeysState } from "./pad_key_state.ts";
import { selectPadKeys } from "./store.ts";

const stateRoute = createRoute({
  method: "get",
  path: "/pad-keys",
  summary: "Whether the terminal's PIN pad needs other keys",
  responses: { 200: jsonReply(padKeysStateSchema, "State"), ...PROBLEM_REPLIES },
});

const issueRoute = createRoute({
  method: "post",
  path: "/pad-keys",
  summary: "New work keys for the terminal's PIN pad, under the pad's master",
  responses: { 200: jsonReply(padKeysReplySchema, "Wrapped keys"), ...PROBLEM_REPLIES },
});

const loadedRoute = createRoute({
  method: "post",
  path: "/pad-keys/loaded",
  summary: "The pad has these work keys: they count from now on",
  request: jsonBody(padKeysLoadedBodySchema),
  responses: { 204: { description: "They count" }, ...PROBLEM_REPLIES },
});

/** A lost answer leaves a version that never counts; the next one ends it. */
export function padKeyRoutes(deps: IssuePadKeysDeps): OpenAPIHono<TerminalEnv> {
  const routes = createRoutes<TerminalEnv>();
  routes.openapi(stateRoute, async (c) => {
    const records = await selectPadKeys(deps.db, c.get("site").terminal.id);
    return c.json(padKeysState(records, deps.clock.now()), 200);
  });
  routes.openapi(issueRoute, async (c) => {
    const { terminal } = c.get("site");
    const asked = { terminalId: terminal.id, actor: c.get("actor") };
    const { version, algorithm, pin, mac } = await issueWorkKeys(deps, asked);
    return c.json({ version, algorithm, pin: inHex(pin), mac: inHex(mac) }, 200);
  });
  routes.openapi(loadedRoute, async (c) => {
    const { terminal } = c.get("site");
    const { version } = c.req.valid("json");
    await confirmWorkKeys(deps, { terminalId: terminal.id, actor: c.get("actor"), version });
    return c.body(null, 204);
  });
  return routes;
}

function inHex(key: { readonly wrapped: Uint8Array; readonly checkValue: Uint8Array }) {
  return { wrapped: key.wrapped.toHex(), checkValue: key.checkValue.toHex() };
}
