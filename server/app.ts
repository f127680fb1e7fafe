import { OpenAPIHono } from "@hono/zod-openapi";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { CONSOLE_PREFIX, consoleApi } from "./console_api.ts";
import { consolePages, type LoadConsole } from "./console_pages.ts";
import { apiReference } from "./api_reference.ts";
import { unknownSessionLimit } from "./line_limits.ts";
import { slipRoutes } from "./modules/billing/requests/slip/routes.ts";
import { billingRoutes } from "./modules/billing/routes.ts";
import { phoneHeaders, phoneTooMany } from "./modules/checkout/pay_page/phone_page.ts";
import { payPageRoutes } from "./modules/checkout/pay_page/routes.ts";
import { checkoutRoutes } from "./modules/checkout/routes.ts";
import { lineDoor } from "./modules/fleet/line/line_door.ts";
import { lineRoutes } from "./modules/fleet/line/routes.ts";
import { padKeyRoutes } from "./modules/fleet/pad_keys/routes.ts";
import { fleetRoutes } from "./modules/fleet/routes.ts";
import { siteDoor, terminalDoor, type TerminalEnv } from "./modules/fleet/terminal_door.ts";
import { relativeRoutes } from "./modules/insurance/relatives/routes.ts";
import { inpatientRoutes } from "./modules/inpatient/routes.ts";
import { identityRoutes } from "./modules/identity/routes.ts";
import { programTokenRoutes } from "./modules/access/programs/token_routes.ts";
import { tokensOf } from "./outside_services.ts";
import { medicalReportRoutes, paymentNotifyRoutes } from "./modules/payment/routes.ts";
import { refundRoutes } from "./modules/refund/routes.ts";
import { registrationRoutes } from "./modules/registration/routes.ts";
import { addressRanges } from "./platform/address_range.ts";
import { clientAddresses } from "./platform/client_address.ts";
import { errorAnswers, problem, requestIds, traceIdOf } from "./platform/http.ts";
import { type RateClass, rateLimited, type RateRefusal } from "./platform/rate_limit.ts";
import { LINE_RATE, NOTIFY_RATE, PAY_PAGE_RATE, PROGRAM_RATE } from "./rate_classes.ts";
import type { Services } from "./services.ts";
import { statusRoutes } from "./status.ts";

const REQUEST_BYTES_MAX = 64 * 1024;
const LINE_PREFIX = "/api/line/v1";
const PROGRAM_PREFIX = "/api/program/v1";
export const TERMINAL_PREFIX = "/api/terminal/v1";

export interface Pages {
  /** Absent: no console is served here. */
  readonly loadConsole?: LoadConsole | undefined;
}

/** Of what is no page; the console's pages have their own. */
const HEADERS: NonNullable<Parameters<typeof secureHeaders>[0]> = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: "max-age=31536000; includeSubDomains",
  xFrameOptions: "DENY",
};

/** The platform's HTTP face: every module's routes, one way for errors to leave. */
export function createApp(services: Services, { loadConsole }: Pages = {}): Hono {
  const { platform } = services;
  const app = new Hono();
  app.use(requestIds());
  app.use(clientAddresses(addressRanges(platform.trustedProxies ?? [])));
  app.use(requestLog(services));
  // Before the headers of all other answers, since its own are stricter.
  if (loadConsole) app.route("/console", consolePages(loadConsole));
  app.use("/m/*", phoneHeaders(), addressLimit(services, PAY_PAGE_RATE, phoneTooMany));
  app.route("/", payPageRoutes(services.checkout));
  app.route("/", slipRoutes(services.slips));
  app.use(secureHeaders(HEADERS));
  app.route("/", statusRoutes(services));
  app.use("/api/notify/*", addressLimit(services, NOTIFY_RATE));
  app.route(
    "/",
    paymentNotifyRoutes({ ...platform, audit: services.audit, config: platform.notifyConfig }),
  );
  const mobile = services.mobileLines;
  app.route(
    "/",
    medicalReportRoutes(mobile && { ...platform, audit: services.audit, line: mobile.line }),
  );
  app.use(`${LINE_PREFIX}/*`, requestLimit(), addressLimit(services, LINE_RATE));
  app.route(LINE_PREFIX, lineRoutes(services.line));
  app.route(TERMINAL_PREFIX, terminalApi(services));
  app.route(CONSOLE_PREFIX, consoleApi(services));
  app.use(`${PROGRAM_PREFIX}/*`, addressLimit(services, PROGRAM_RATE));
  app.route(PROGRAM_PREFIX, programTokenRoutes(tokensOf(services), requestLimit()));
  app.route("/", apiReference(() => terminalApi(services)));
  app.notFound((c) =>
    problem(c, { status: 404, code: "request.not_found", title: "No such address", retry: "never" })
  );
  app.onError(errorAnswers(platform.log));
  return app;
}

export function terminalApi(services: Services): OpenAPIHono<TerminalEnv> {
  const { platform, sites, identities, insuranceSiteOf } = services;
  const { line } = services;
  const door = (mayBeStale: boolean) =>
    terminalDoor({
      authenticate: platform.authenticate,
      line: line && lineDoor(line, { mayBeStale }),
    });
  const api = new OpenAPIHono<TerminalEnv>();
  api.use(requestLimit());
  api.use(unknownSessionLimit(services.console.rateLimits, line && line.sessions));
  // Asked every few seconds by every terminal: goes by what this process knows.
  api.get("/pulse", door(true), (c) => c.body(null, 204));
  api.use(door(false), siteDoor(sites));
  api.route("/", fleetRoutes({ ...platform, audit: services.audit }));
  api.route("/", padKeyRoutes({ ...platform, audit: services.audit }));
  api.route("/", identityRoutes(services.identity));
  api.route("/", relativeRoutes(services.relatives));
  const his = { ...identities, his: platform.parties.his, siteOf: insuranceSiteOf };
  api.route("/", billingRoutes(his));
  api.route("/", registrationRoutes(his));
  api.route("/", checkoutRoutes(services.checkout));
  api.route("/", refundRoutes(services.refunds));
  api.route("/", inpatientRoutes(services.inpatient));
  return api;
}

function addressLimit(
  { console }: Services,
  of: RateClass,
  refusal?: RateRefusal,
): MiddlewareHandler {
  const onFirst = (c: Context) => console.refusals.tellRefused(c, "too_many");
  return rateLimited(console.rateLimits, { of, onFirst, ...(refusal && { refusal }) });
}

function requestLimit(): MiddlewareHandler {
  return bodyLimit({
    maxSize: REQUEST_BYTES_MAX,
    onError: (c) =>
      problem(c, {
        status: 413,
        code: "request.too_large",
        title: `Cannot read the request: over ${REQUEST_BYTES_MAX} bytes`,
        retry: "never",
      }),
  });
}

function requestLog({ platform }: Services): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    await next();
    const seconds = (performance.now() - started) / 1_000;
    const labels = { method: c.req.method, route: c.req.routePath, status: String(c.res.status) };
    platform.metrics.observeSeconds("yikatong_request_seconds", labels, seconds);
    platform.log.debug("Request", {
      ...labels,
      tookMs: Math.round(seconds * 1_000),
      traceId: traceIdOf(c),
    });
  };
}
