import { Hono, type MiddlewareHandler } from "hono";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { apiReference } from "./api_reference.ts";
import { terminalApi } from "./app.ts";
import { behindTheDoor, CONSOLE_PREFIX, openToAnybody } from "./console_api.ts";
import { consolePages, type LoadConsole } from "./console_pages.ts";
import { slipRoutes } from "./modules/billing/requests/slip/routes.ts";
import { programTokenRoutes } from "./modules/access/programs/token_routes.ts";
import type { RouteLine } from "./modules/compliance/installation.ts";
import { lineRoutes } from "./modules/fleet/line/routes.ts";
import { payPageRoutes } from "./modules/checkout/pay_page/routes.ts";
import { medicalReportRoutes, paymentNotifyRoutes } from "./modules/payment/routes.ts";
import { tokensOf } from "./outside_services.ts";
import type { Services } from "./services.ts";
import { statusRoutes } from "./status.ts";

/** What of a declared route is told; the registries differ in their environments. */
type Declared = Pick<OpenAPIHono, "openAPIRegistry">;

/** Every route of every API with what it needs, as it is mounted in app.ts. */
export function listRoutes(services: Services): RouteLine[] {
  const { platform, audit } = services;
  const notify = paymentNotifyRoutes({ ...platform, audit, config: platform.notifyConfig });
  return [
    ...declared(behindTheDoor(services), { api: "控制台", prefix: CONSOLE_PREFIX, needs: null }),
    ...declared(openToAnybody(services), {
      api: "控制台登录",
      prefix: CONSOLE_PREFIX,
      needs: "open",
    }),
    ...declared(terminalApi(services), {
      api: "终端",
      prefix: "/api/terminal/v1",
      needs: "terminal",
    }),
    // Not in the reference: kiosks ask it every few seconds, and it says nothing.
    {
      api: "终端",
      method: "GET",
      path: "/api/terminal/v1/pulse",
      summary: "线路是否通",
      needs: "terminal",
    },
    ...declared(lineRoutes(services.line), {
      api: "终端注册与会话",
      prefix: "/api/line/v1",
      needs: "open",
    }),
    ...declared(programTokenRoutes(tokensOf(services), passOn), {
      api: "程序令牌（验签）",
      prefix: "/api/program/v1",
      needs: "open",
    }),
    ...mounted(notify, "银行通知（验签）"),
    ...mounted(medicalReportRoutes(null), "医保移动支付通知（验签）"),
    ...mounted(payPageRoutes(services.checkout), "手机付款页"),
    ...mounted(slipRoutes(services.slips), "单据付款页"),
    ...mounted(new Hono().route("/console", consolePages(NO_PAGES)), "控制台页面"),
    ...mounted(apiReference(() => terminalApi(services)), "接口说明"),
    ...mounted(statusRoutes(services), "运行状态"),
  ];
}

/** Only the routes are looked at. */
const NO_PAGES: LoadConsole = () => Promise.resolve(new Map());
const passOn: MiddlewareHandler = async (_c, next) => await next();

interface Group {
  readonly api: string;
  readonly prefix: string;
  /** Where a route does not say itself. */
  readonly needs: string | null;
}

function declared(api: Declared, group: Group): RouteLine[] {
  return api.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route") return [];
    const { method, path, summary = "" } = definition.route;
    const own: unknown = "x-permission" in definition.route
      ? definition.route["x-permission"]
      : undefined;
    const needs = typeof own === "string" ? own : group.needs;
    return [{
      api: group.api,
      method: method.toUpperCase(),
      path: group.prefix + path,
      summary,
      needs,
    }];
  });
}

/** Routes without a declaration, of which none needs a sign-in. */
function mounted(routes: Hono, api: string): RouteLine[] {
  const lines = routes.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => ({ api, method, path, summary: "", needs: "open" }));
  return [...new Map(lines.map((line) => [`${line.method} ${line.path}`, line])).values()];
}
