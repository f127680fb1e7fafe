import { z } from "zod";
import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import { type Problem, problemSchema } from "../server/platform/openapi.ts";
import { sentOnce } from "../server/platform/sent_once.ts";
import type { Connection } from "./contract.ts";
import type { Pause } from "../server/platform/pause.ts";
import { LineRefused } from "./line/line_client.ts";
import { readBytes, readJson } from "./line/line_http.ts";

/** `no_answer`: the platform may have done it or not; nobody may call that a failure. */
export type PlatformAnswer<Value> =
  | { readonly kind: "answered"; readonly status: number; readonly value: Value }
  | { readonly kind: "problem"; readonly status: number; readonly problem: Problem }
  | {
    readonly kind: "no_answer";
    readonly reason: string;
    /** The whole wait was spent: whoever waits has no patience left for another try. */
    readonly late: boolean;
  };

export interface PlatformCall<Value> {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/api/terminal/v1`. */
  readonly path: string;
  readonly body?: unknown;
  readonly schema: z.ZodType<Value>;
  /** Only for what may be done twice: reads, and writes under an id of ours. */
  readonly repeatable: boolean;
  /** For calls that nobody's answer takes long for. */
  readonly waitMsMax?: number;
}

/** How the terminal's calls get to the platform and prove whose they are. */
export type PlatformOptions =
  | {
    readonly kind: "token";
    readonly url: string;
    readonly token: string;
    readonly terminalId: string;
    readonly fetch?: typeof fetch;
  }
  | { readonly kind: "line"; readonly line: PlatformLine };

/** `line/line_client.ts` fits by shape. */
export interface PlatformLine {
  /** Throws when there is no answer that verifies. */
  send(request: PlatformRequest, signal: AbortSignal): Promise<PlatformResponse>;
}

interface PlatformRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  /** JSON, or nothing. */
  readonly body: Uint8Array;
}

interface PlatformResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

const PREFIX = "/api/terminal/v1";
/** Above the platform's own bound for a patient's request, so that it answers first. */
const CALL_WAIT_MS_MAX = 20_000;
const TRIES_MAX = 2;
const TRY_AGAIN_WAIT_MS = 400;

/** The line to the platform: one place that knows how to speak on it and whether it holds. */
export class PlatformClient {
  readonly #line: PlatformLine;
  readonly #pause: Pause;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #tell: (connection: Connection) => void;
  readonly #catchUp: () => Promise<void>;
  #connection: Connection = "connecting";
  #cable = new AbortController();
  #provedAt = -Infinity;
  /** Of the return of the line that is being caught up with; null when there is none. */
  #returning: symbol | null = null;

  constructor(deps: {
    readonly options: PlatformOptions;
    readonly pause: Pause;
    readonly log: Log;
    readonly tell: (connection: Connection) => void;
    /** Done after every gap before the screen hears that the platform is there again. */
    readonly catchUp?: () => Promise<void>;
  }) {
    this.#line = deps.options.kind === "line" ? deps.options.line : tokenLine(deps.options);
    this.#pause = deps.pause;
    this.#log = deps.log;
    this.#tell = deps.tell;
    this.#catchUp = deps.catchUp ?? (() => Promise.resolve());
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** How long nothing has shown that the platform is there. */
  get silentMs(): number {
    return performance.now() - this.#provedAt;
  }

  get lineOn(): boolean {
    return !this.#cable.signal.aborted;
  }

  /** Dev role: pulls the network cable, calls under way included, or plugs it in again. */
  setLine(on: boolean): void {
    if (on === this.lineOn) return;
    if (!on) return this.#cable.abort(new Error("The line is cut"));
    this.#cable = new AbortController();
    this.#move("connecting");
  }

  async call<Value>(call: PlatformCall<Value>): Promise<PlatformAnswer<Value>> {
    const tries = call.repeatable ? TRIES_MAX : 1;
    for (let left = tries - 1;; left--) {
      const answer = await this.#try(call);
      if (answer.kind !== "no_answer" || answer.late || left <= 0) return answer;
      if (this.#stop.signal.aborted) return answer;
      await this.#pause(TRY_AGAIN_WAIT_MS, this.#stop.signal);
    }
  }

  close(): void {
    this.#stop.abort(new Error("The terminal stops"));
  }

  async #try<Value>(call: PlatformCall<Value>): Promise<PlatformAnswer<Value>> {
    const began = performance.now();
    const late = new AbortController();
    const waitMs = call.waitMsMax ?? CALL_WAIT_MS_MAX;
    const timer = setTimeout(() => late.abort(new Error("No answer in time")), waitMs);
    try {
      const signal = AbortSignal.any([late.signal, this.#cable.signal, this.#stop.signal]);
      signal.throwIfAborted();
      const { method, path } = call;
      const body = call.body === undefined ? NO_BODY : encode(call.body);
      const answer = await this.#line.send({ method, target: `${PREFIX}${path}`, body }, signal);
      signal.throwIfAborted();
      this.#prove();
      return this.#understand(call, answer.status, readJson(answer.body));
    } catch (thrown) {
      // One slow call says nothing of a line on which others are answered meanwhile.
      const isProved = this.#provedAt >= began && this.lineOn;
      if (!isProved && !this.#stop.signal.aborted) {
        this.#move(thrown instanceof LineRefused ? "refused" : "unreachable");
      }
      return { kind: "no_answer", reason: reasonOf(thrown), late: late.signal.aborted };
    } finally {
      clearTimeout(timer);
    }
  }

  #understand<Value>(
    call: PlatformCall<Value>,
    status: number,
    body: unknown,
  ): PlatformAnswer<Value> {
    if (status >= 400) {
      const problem = problemSchema.safeParse(body);
      if (problem.success) return { kind: "problem", status, problem: problem.data };
      return { kind: "no_answer", reason: `HTTP ${status} without a problem`, late: false };
    }
    const value = call.schema.safeParse(body);
    if (value.success) return { kind: "answered", status, value: value.data };
    const where = value.error.issues[0]?.path.join(".") ?? "";
    this.#log.error("Cannot understand an answer of the platform", {
      method: call.method,
      path: call.path.replace(/\?.*$/, ""),
      where,
    });
    return { kind: "no_answer", reason: `The answer's "${where}" is not as expected`, late: false };
  }

  #prove(): void {
    this.#provedAt = performance.now();
    if (this.#connection === "connected" || this.#returning) return;
    this.#move("connecting");
    const returning = Symbol();
    this.#returning = returning;
    this.#catchUp()
      .catch((thrown) => this.#log.error("Cannot catch up", { reason: reasonOf(thrown) }))
      .finally(() => {
        if (this.#returning === returning) this.#move("connected");
      });
  }

  #move(connection: Connection): void {
    this.#returning = null;
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#tell(connection);
  }
}

/** For answers without a body (204). */
export const NOTHING: z.ZodType<null> = z.null();

const NO_BODY = new Uint8Array(0);

function encode(body: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body));
}

/** The shared token of a developer's platform. */
function tokenLine(options: Extract<PlatformOptions, { kind: "token" }>): PlatformLine {
  const { url, token, terminalId } = options;
  return {
    async send({ method, target, body }, signal) {
      const response = await (options.fetch ?? fetch)(`${url}${target}`, {
        method,
        signal,
        headers: {
          authorization: `Bearer ${token}`,
          "x-terminal-id": terminalId,
          ...(body.length > 0 && { "content-type": "application/json" }),
        },
        ...(body.length > 0 && { body: sentOnce(body) }),
      });
      return { status: response.status, body: await readBytes(response) };
    },
  };
}
