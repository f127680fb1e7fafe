import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { reasonOf } from "../server/platform/errors.ts";
import { newId } from "../server/platform/ids.ts";
import type { TerminalEvent } from "./contract.ts";
import { type DevRouteDeps, devRoutes } from "./dev_routes.ts";
import { checkHost, checkToken } from "./door.ts";
import type { EventHub } from "./event_hub.ts";
import type { Journal } from "./journal.ts";
import { callRequest, readBody } from "./local_requests.ts";
import { type OrderRouteDeps, orderRoutes } from "./order_routes.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import { type KioskAssets, pageHeaders, pageRoutes } from "./pages.ts";
import { passAnswer, PLATFORM_UNREACHABLE, refuse } from "./problems.ts";
import { inpatientRoutes } from "./inpatient_routes.ts";
import { refundRoutes } from "./refund_routes.ts";
import { relativeRoutes } from "./relative_routes.ts";
import { type SessionRouteDeps, sessionRoutes } from "./session_routes.ts";
import { screenRoutes, type ScreenWatch } from "./screen_watch.ts";
import type { SettingsWatch } from "./settings_watch.ts";
import { sendCall } from "./staff_calls.ts";

/** Beyond any request of the screens: an order of twenty bills is below two kilobytes. */
const BODY_BYTES_MAX = 16 * 1024;

export interface LocalDeps extends SessionRouteDeps, OrderRouteDeps {
  readonly settings: SettingsWatch;
  readonly journal: Journal;
  readonly hub: EventHub;
  readonly screen: ScreenWatch;
  readonly assets: KioskAssets;
  readonly token: string;
  readonly allowedHosts: readonly string[];
  readonly dev: DevRouteDeps | null;
}

/** Everything the terminal serves on loopback. */
export function localApp(deps: LocalDeps): Hono {
  const app = new Hono();
  app.use(pageHeaders(), checkHost(deps.allowedHosts));
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: refuseLarge }));
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/screen", (context) => context.json(deps.screen.sight));
  app.route("/", pageRoutes(deps.assets, deps.token, () => knownSettings(deps)));
  app.use("/local/*", checkToken(deps.token));
  app.route("/local/v1", sessionRoutes(deps));
  app.route("/local/v1/orders", orderRoutes(deps));
  app.route("/local/v1", refundRoutes(deps));
  app.route("/local/v1", inpatientRoutes(deps));
  app.route("/local/v1/relatives", relativeRoutes(deps));
  app.route("/local/v1/screen", screenRoutes(deps.screen));
  app.route("/local/v1", serviceRoutes(deps));
  if (deps.dev) {
    app.use("/dev/*", checkToken(deps.token));
    app.route("/dev", devRoutes(deps.dev));
  }
  app.notFound(refuseUnknown);
  app.onError((thrown, context) => {
    deps.log.error("A local request failed", {
      method: context.req.method,
      path: context.req.path,
      reason: reasonOf(thrown),
    });
    return refuse({
      status: 500,
      code: "terminal.defect",
      title: "The terminal failed",
      retry: "ask_operator",
    });
  });
  return app;
}

/** The last known ones, at this terminal's time. */
function knownSettings({ settings, clock }: LocalDeps): TerminalSettings | null {
  return settings.last && { ...settings.last, serverTime: clock.now().toISOString() };
}

function serviceRoutes(deps: LocalDeps): Hono {
  const app = new Hono();
  app.get("/settings", async (context) => {
    const reply = await deps.settings.ask();
    return reply ? context.json(reply) : refuse(PLATFORM_UNREACHABLE);
  });
  app.post("/calls", async (context) => {
    const body = await readBody(context, callRequest);
    if (body instanceof Response) return body;
    const call = { id: newId(deps.clock.now()), ...body };
    return passAnswer(await sendCall(deps, call));
  });
  app.get("/events", (context) => listen(deps, context));
  return app;
}

function listen({ hub, supervisor, client, dev }: LocalDeps, context: Context): Response {
  if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
    return refuse({
      status: 426,
      code: "terminal.websocket_expected",
      title: "This address speaks WebSocket only",
      retry: "never",
    });
  }
  const { socket, response } = Deno.upgradeWebSocket(context.req.raw);
  socket.onopen = () => {
    const hello: TerminalEvent = {
      kind: "hello",
      devices: supervisor.statuses,
      platform: client.connection,
      dev: dev !== null,
    };
    hub.add(socket, hello);
  };
  socket.onclose = () => hub.remove(socket);
  socket.onerror = () => hub.remove(socket);
  return response;
}

function refuseLarge(): Response {
  return refuse({
    status: 413,
    code: "terminal.body_too_large",
    title: `The request is too large: expected at most ${BODY_BYTES_MAX} bytes`,
    retry: "never",
  });
}

function refuseUnknown(): Response {
  return refuse({
    status: 404,
    code: "terminal.unknown_path",
    title: "Nothing is served at this address",
    retry: "never",
  });
}
