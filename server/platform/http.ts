import { OpenAPIHono, type z } from "@hono/zod-openapi";
import { trace } from "@opentelemetry/api";
import type { Context, Env, ErrorHandler, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { HTTPException } from "hono/http-exception";
import { LoginError } from "./database_login/login_error.ts";
import { DomainError, reasonOf, type Retry } from "./errors.ts";
import type { Log } from "./log.ts";
import { type Problem, problemSchema } from "./openapi.ts";

/** Errors as problem+json (RFC 9457), request ids, one log line a request. */

const TRACE_HEADER = "x-request-id";
const TRACE_TEXT = /^[0-9A-Za-z_-]{8,64}$/;

/**
 * A traceparent's trace id, the one Deno gave the request where it traces, or the caller's request
 * id when sane, else a new one.
 */
export function requestIds(): MiddlewareHandler {
  return async (c, next) => {
    const traceparent = /^[\da-f]{2}-([\da-f]{32})-/.exec(c.req.header("traceparent") ?? "")?.[1];
    const traced = traceparent ?? trace.getActiveSpan()?.spanContext().traceId;
    const given = traced ?? c.req.header(TRACE_HEADER) ?? "";
    const traceId = TRACE_TEXT.test(given) ? given : crypto.randomUUID().replaceAll("-", "");
    c.set("traceId", traceId);
    await next();
    c.header(TRACE_HEADER, traceId);
  };
}

export function traceIdOf(c: Context): string {
  return c.get("traceId") ?? "none";
}

const STATUS_OF_REASON: Readonly<Record<string, ContentfulStatusCode>> = {
  not_found: 404,
  not_authenticated: 401,
  malformed: 400,
  too_large: 413,
  his_unavailable: 503,
  unavailable: 503,
  terminal_suspended: 403,
  service_closed_here: 403,
  service_outside_hours: 403,
  service_switching: 403,
  ended: 401,
  clock_skew: 401,
  key_revoked: 403,
  key_blocked: 403,
  wrong_platform_key: 403,
  too_busy: 429,
  forbidden: 403,
  reauthentication_needed: 403,
  cross_site: 403,
  sign_in_refused: 401,
  too_many_requests: 429,
};

export function statusOf(code: string): ContentfulStatusCode {
  return STATUS_OF_REASON[code.slice(code.indexOf(".") + 1)] ?? 409;
}

export function problem(
  c: Context,
  { status, code, title, retry, detail }: {
    status: ContentfulStatusCode;
    code: string;
    title: string;
    retry: Retry;
    detail?: string | undefined;
  },
): Response {
  const body: Problem = {
    type: `urn:yikatong:problem:${code}`,
    title,
    status,
    code,
    retry,
    ...(detail !== undefined && { detail }),
    traceId: traceIdOf(c),
  };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}

/** The one place where errors become answers; what is not ours to tell is only logged. */
export function errorAnswers(log: Log): ErrorHandler {
  return (error, c) => {
    if (error instanceof DomainError) {
      const { code, message: title, retry, detail } = error;
      return problem(c, { status: statusOf(code), code, title, retry, detail });
    }
    if (error instanceof HTTPException) {
      return problem(c, {
        status: error.status as ContentfulStatusCode,
        code: error.status === 413 ? "request.too_large" : "request.malformed",
        title: "Cannot read the request",
        retry: "never",
      });
    }
    if (isDatabaseGone(error)) {
      log.error("Database unavailable", { traceId: traceIdOf(c), why: reasonOf(error) });
      return problem(c, {
        status: 503,
        code: "platform.database_unavailable",
        title: "The platform cannot reach its database",
        retry: "safe",
      });
    }
    log.error("Request failed", {
      traceId: traceIdOf(c),
      method: c.req.method,
      path: c.req.routePath,
      why: reasonOf(error),
      stack: error.stack?.split("\n").slice(1, 6).join(" | "),
    });
    return problem(c, {
      status: 500,
      code: "platform.defect",
      title: "The platform made a mistake",
      retry: "ask_operator",
    });
  };
}

const GONE_CODES = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "ECONNREFUSED",
  "ECONNRESET",
  // What is written to a socket whose server has gone.
  "EPIPE",
  "57P01",
  "57P02",
  "57P03",
  // A session that was idle for too long.
  "57P05",
  "08006",
  "08001",
  "53300",
]);

export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof LoginError) return true;
  const code = "code" in error ? String(error.code) : "";
  return GONE_CODES.has(code) || (error.cause !== undefined && isDatabaseGone(error.cause));
}

/** Routes whose requests are parsed by their schemas; what does not fit is named by place, never by value. */
export function createRoutes<E extends Env>(): OpenAPIHono<E> {
  return new OpenAPIHono<E>({
    defaultHook(result, c) {
      if (result.success) return;
      const places = result.error.issues.slice(0, 5).map((issue) =>
        `${result.target}.${issue.path.join(".")}: ${issue.code}`
      );
      return problem(c, {
        status: 400,
        code: "request.malformed",
        title: `Cannot read the request: ${places.join("; ")}`,
        retry: "never",
      });
    },
  });
}

/** The replies every route may give beside its own. */
export const PROBLEM_REPLIES = {
  "4XX": {
    description: "Refused; `code` says why",
    content: { "application/problem+json": { schema: problemSchema } },
  },
} as const;

/** An alias, not an interface: the router asks for an open record of media types. */
type JsonContent<Schema> = { "application/json": { schema: Schema } };

/** A JSON reply in a route's declaration. */
export function jsonReply<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
): { description: string; content: JsonContent<Schema> } {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body in a route's declaration. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
): { body: { required: true; content: JsonContent<Schema> } } {
  return { body: { required: true, content: { "application/json": { schema } } } };
}
