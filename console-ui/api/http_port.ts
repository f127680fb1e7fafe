import { type Answer, NO_ANSWER, OUTCOME_UNKNOWN, type Refusal, refusalOf } from "./answer.ts";
import type { ConsolePort, EndpointName, ReplyOf, RequestOf, WireRequest } from "./port.ts";

const PREFIX = "/api/console/v1";
/** The platform answers within its own bounds; past this it is the network. */
const CALL_MS_MAX = 30_000;
/** An evidence pack over an office network. */
const FILE_MS_MAX = 600_000;

export interface HttpPortDeps {
  readonly origin: string;
  /** Of the session; null before there is one. */
  readonly csrfToken: () => string | null;
}

/** The platform that served this page. */
export function httpPort(deps: HttpPortDeps): ConsolePort {
  return {
    async call<Name extends EndpointName>(
      name: Name,
      request: RequestOf<Name>,
    ): Promise<Answer<ReplyOf<Name>>> {
      const abort = new AbortController();
      const msMax = name.endsWith("/file") ? FILE_MS_MAX : CALL_MS_MAX;
      const timer = setTimeout(() => abort.abort(), msMax);
      try {
        const response = await fetch(`${deps.origin}${address(name, request)}`, {
          ...content(name, request, deps.csrfToken()),
          signal: abort.signal,
          cache: "no-store",
          credentials: "same-origin",
        });
        return isKept(response) ? await fileOf(response) : await answerOf(response, name);
      } catch {
        return { ok: false, refusal: unansweredOf(name) };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function address(name: EndpointName, { path = {}, query = {} }: WireRequest): string {
  const template = name.slice(name.indexOf(" ") + 1);
  const filled = template.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(path[key] ?? ""));
  const asked = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]]
  );
  return `${PREFIX}${filled}${asked.length === 0 ? "" : `?${new URLSearchParams(asked)}`}`;
}

function content(
  name: EndpointName,
  { body, file }: WireRequest,
  csrfToken: string | null,
): RequestInit {
  const method = name.slice(0, name.indexOf(" "));
  const headers: Record<string, string> = { accept: "application/json" };
  if (method === "GET") return { method, headers };
  if (csrfToken !== null) headers["x-csrf-token"] = csrfToken;
  headers["content-type"] = file ? "text/csv; charset=utf-8" : "application/json";
  return { method, headers, body: file ?? JSON.stringify(body ?? {}) };
}

/** A file is handed on as it is: where one is answered, the endpoint's reply is a Blob. */
async function fileOf<Value>(response: Response): Promise<Answer<Value>> {
  const value: unknown = await response.blob();
  return { ok: true, value: value as Value };
}

/** A ZIP, or what is signed as it stands. */
function isKept({ ok, headers }: Response): boolean {
  return ok && /^application\/(zip|octet-stream)\b/.test(headers.get("content-type") ?? "");
}

async function answerOf<Value>(
  response: Response,
  name: EndpointName,
): Promise<Answer<Value>> {
  const text = await response.text();
  const parsed = isFile(response) ? text : text === "" ? null : JSON.parse(text);
  return response.ok ? { ok: true, value: parsed } : {
    ok: false,
    refusal: problemOf(parsed) ?? unansweredOf(name),
  };
}

/** CSV is handed on as it is. */
function isFile({ ok, headers }: Response): boolean {
  return ok && (headers.get("content-type") ?? "").startsWith("text/csv");
}

function unansweredOf(name: EndpointName): Refusal {
  return refusalOf(name.startsWith("GET ") ? NO_ANSWER : OUTCOME_UNKNOWN);
}

/** What is no problem+json comes from something between here and the platform: null. */
function problemOf(parsed: unknown): Refusal | null {
  if (typeof parsed !== "object" || parsed === null) return null;
  const { code, traceId, detail } = parsed as Record<string, unknown>;
  if (typeof code !== "string") return null;
  return { code, traceId: textOrNull(traceId), detail: textOrNull(detail) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
