import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import {
  type AuditConsoleDeps,
  auditConsoleRoutes,
} from "./modules/access/audit_console/routes.ts";
import {
  type AuditArchiveDeps,
  auditArchiveRoutes,
} from "./modules/access/audit_archives/routes.ts";
import { auditVerifyRoutes } from "./modules/access/audit_archives/verify_routes.ts";
import { accountRoutes } from "./modules/access/accounts/routes.ts";
import { organisationRoutes } from "./modules/access/organisations/routes.ts";
import { policyRetentionDays } from "./modules/access/policy/retention_days.ts";
import { policyRoutes } from "./modules/access/policy/routes.ts";
import { rightsRoutes } from "./modules/access/rights/routes.ts";
import { certificateRoutes } from "./modules/access/certificates/routes.ts";
import { programKeyRoutes } from "./modules/access/programs/routes.ts";
import { goOn } from "./modules/access/sign_in/go_on.ts";
import type { FinishSignOnDeps } from "./modules/access/sso/finish_sign_on.ts";
import { ssoRoutes } from "./modules/access/sso/routes.ts";
import { signOnRoutes } from "./modules/access/sso/sign_on_routes.ts";
import { outsideOf } from "./outside_services.ts";
import { consoleDoor, programHeads } from "./modules/access/sign_in/console_door.ts";
import { type ConsoleEnv, requirePermissions } from "./modules/access/console_routes.ts";
import { sessionRoutes } from "./modules/access/sign_in/routes.ts";
import { signInRoutes } from "./modules/access/sign_in/sign_in_routes.ts";
import { terminalImportRoutes } from "./modules/fleet/console/import_routes.ts";
import { terminalConsoleRoutes } from "./modules/fleet/console/routes.ts";
import { findPatientId } from "./modules/identity/find_patient_id.ts";
import { complianceRoutes } from "./modules/compliance/routes.ts";
import { paymentRequestRoutes } from "./modules/billing/requests/routes.ts";
import { orderConsoleRoutes } from "./modules/checkout/console/routes.ts";
import { orderHeads } from "./modules/checkout/order_states.ts";
import { holdsRoutes } from "./modules/ledger/console/routes.ts";
import { relativeConsoleRoutes } from "./modules/insurance/relatives/console/routes.ts";
import { booksRoutes } from "./modules/ledger/trial/routes.ts";
import { inpatientConsoleRoutes } from "./modules/inpatient/console/routes.ts";
import { refundConsoleRoutes } from "./modules/refund/console/routes.ts";
import { partyHealthRoutes } from "./party_health/routes.ts";
import { metricsRoutes } from "./metrics_routes.ts";
import { cityAlarms } from "./city_alarms.ts";
import { createRoutes, errorAnswers, problem } from "./platform/http.ts";
import { type RateClass, rateLimited } from "./platform/rate_limit.ts";
import {
  CONSOLE_DOOR_RATE,
  CONSOLE_READ_RATE,
  CONSOLE_WRITE_RATE,
  PAYMENT_REQUEST_RATE,
  SIGN_IN_RATE,
} from "./rate_classes.ts";
import { settingRoutes } from "./modules/settings/console/routes.ts";
import { personRoutes } from "./modules/identity/persons/routes.ts";
import { personServices } from "./personal_data.ts";
import { protectionRoutes } from "./protection/routes.ts";
import type { Services } from "./services.ts";

export const CONSOLE_PREFIX = "/api/console/v1";

const BODY_BYTES_MAX = 64 * 1024;
/** Files that are read in, by how their address ends. */
const IMPORT_BYTES_MAX = 8 * 1024 * 1024;
const IMPORT_PATH = /\/import(s|\/check)?$/;

/**
 * What the console and programs call. First what anybody may ask (signing in), then the door, then
 * every module's routes; a route that does not say what it needs stops the start.
 */
export function consoleApi(services: Services): OpenAPIHono<ConsoleEnv> {
  const { refusals } = services.console;
  const api = createRoutes<ConsoleEnv>();
  const answer = errorAnswers(services.platform.log);
  api.onError(async (error, c) => {
    await refusals.tell(c, error);
    return await answer(error, c);
  });
  api.use(neverKept, limited(services, CONSOLE_DOOR_RATE));
  api.use(programHeads(services.console), limitedBody);
  // Takes in "/sign-in" itself.
  api.use("/sign-in/*", limited(services, SIGN_IN_RATE));
  api.use("/sso/*", limited(services, SIGN_IN_RATE));
  api.route("/", openToAnybody(services));
  api.use(consoleDoor(services.console), callerLimit(services));
  const routes = behindTheDoor(services);
  requirePermissions(routes);
  api.route("/", routes);
  return api;
}

/** One line each; named with its reason in public_routes.ts. */
export function openToAnybody(services: Services): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.route("/", signInRoutes(services.console));
  const signedOn: FinishSignOnDeps["goOn"] = (progress, visit) =>
    goOn(services.console, progress, visit);
  const { brokenRows } = services.console;
  routes.route("/", signOnRoutes({ ...outsideOf(services), brokenRows, goOn: signedOn }));
  return routes;
}

/** One line a module. */
export function behindTheDoor(services: Services): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.route("/", sessionRoutes(services.console));
  routes.route("/", policyRoutes(services.console));
  const access = { ...services.console, ...services.platform };
  routes.route("/", organisationRoutes(access));
  routes.route("/", accountRoutes(access));
  routes.route("/", rightsRoutes(access));
  const outside = { ...outsideOf(services), policies: services.console.policies };
  routes.route("/", programKeyRoutes(outside));
  routes.route("/", certificateRoutes(outside));
  routes.route("/", ssoRoutes(outside));
  routes.route("/", complianceRoutes({ ...services.platform, audit: services.audit }));
  routes.route("/", auditConsoleRoutes(auditConsole(services)));
  routes.route("/", auditArchiveRoutes(auditArchives(services)));
  routes.route("/", settingRoutes(access));
  routes.route("/", auditVerifyRoutes({ ...services.platform, audit: services.audit }));
  routes.route("/", terminalImportRoutes(access));
  routes.route("/", terminalConsoleRoutes({ ...services.platform, audit: services.audit }));
  const { db, traceUrl = null } = services.platform;
  const headsOf = (ids: readonly string[]) => orderHeads(db, ids);
  routes.route("/", holdsRoutes({ ...services.platform, headsOf }));
  const alarms = () => cityAlarms(services);
  routes.route("/", orderConsoleRoutes({ ...services.checkout, db, traceUrl, alarms }));
  routes.route("/", paymentRequestRoutes(services.slips));
  routes.route("/", booksRoutes({ ...services.platform, audit: services.audit }));
  const { refunds } = services;
  routes.route("/", refundConsoleRoutes({ ...services.platform, refunds }));
  const { audit, rowTags: tags } = services;
  routes.route("/", relativeConsoleRoutes({ ...services.platform, audit, tags }));
  const { inpatient } = services;
  routes.route("/", inpatientConsoleRoutes({ ...services.platform, inpatient }));
  routes.route("/", protectionRoutes(services.protection));
  routes.route("/", metricsRoutes(services.platform));
  routes.route("/", partyHealthRoutes(services.platform));
  routes.route("/", personRoutes(personServices(services)));
  return routes;
}

function auditArchives({ platform, audit, console }: Services): AuditArchiveDeps {
  return { ...platform, audit, policyDays: () => policyRetentionDays(console.policies) };
}

function auditConsole({ platform, audit }: Services): AuditConsoleDeps {
  return { ...platform, audit, findPatientId: (idNumber) => findPatientId(platform, idNumber) };
}

/** Nothing a person sees here stays in a browser's cache (8.1.4.10 b). */
const neverKept: MiddlewareHandler = async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
};

const limitedBody: MiddlewareHandler = async (c, next) => {
  const maxSize = IMPORT_PATH.test(c.req.path) ? IMPORT_BYTES_MAX : BODY_BYTES_MAX;
  const onError = () =>
    problem(c, {
      status: 413,
      code: "request.too_large",
      title: `Cannot read the request: over ${maxSize} bytes`,
      retry: "never",
    });
  return await bodyLimit({ maxSize, onError })(c, next);
};

function limited({ console }: Services, of: typeof SIGN_IN_RATE): MiddlewareHandler {
  const onFirst = (c: Context) => console.refusals.tellRefused(c, "too_many");
  return rateLimited(console.rateLimits, { of, onFirst });
}

function rateOf({ req: { method, path } }: Context): RateClass {
  const asksPayment = method === "POST" && path === `${CONSOLE_PREFIX}/payment-requests`;
  if (asksPayment) return PAYMENT_REQUEST_RATE;
  return method === "GET" ? CONSOLE_READ_RATE : CONSOLE_WRITE_RATE;
}

function callerLimit({ console }: Services): MiddlewareHandler<ConsoleEnv> {
  return rateLimited(console.rateLimits, {
    of: rateOf,
    callerOf: (c) => c.get("caller").accountId,
    onFirst: (c) => console.refusals.tellRefused(c, "too_many"),
  });
}
