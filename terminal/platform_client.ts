import { z } from "zod";
import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import { type Problem, problemSchema } from "../server/platform/openapi.ts";
import type { Connection } from "./contract.ts";
import type { Pause } from "../server/platform/pause.ts";

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
}

export interface PlatformOptions {
  readonly url: string;
  readonly token: string;
  readonly terminalId: string;
  readonly fetch?: typeof fetch;
}

const PREFIX = "/api/terminal/v1";
/** Above the platform's own bound for a patient's request, so that it answers first. */
const CALL_WAIT_MS_MAX = 20_000;
const TRIES_MAX = 2;
const TRY_AGAIN_WAIT_MS = 400;
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;

/** The line to the platform: one place that knows how to speak on it and whether it holds. */
export class PlatformClient {
  readonly #options: PlatformOptions;
  readonly #pause: Pause;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #tell: (connection: Connection) => void;
  #connection: Connection = "connecting";
  #line = new AbortController();

  constructor(deps: {
    readonly options: PlatformOptions;
    readonly pause: Pause;
    readonly log: Log;
    readonly tell: (connection: Connection) => void;
  }) {
    this.#options = deps.options;
    this.#pause = deps.pause;
    this.#log = deps.log;
    this.#tell = deps.tell;
  }

  get connection(): Connection {
    return this.#connection;
  }

  get lineOn(): boolean {
    return !this.#line.signal.aborted;
  }

  /** Dev role: pulls the network cable, calls under way included, or plugs it in again. */
  setLine(on: boolean): void {
    if (on === this.lineOn) return;
    if (!on) return this.#line.abort(new Error("The line is cut"));
    this.#line = new AbortController();
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
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error("No answer in time")), CALL_WAIT_MS_MAX);
    try {
      const signal = AbortSignal.any([late.signal, this.#line.signal, this.#stop.signal]);
      signal.throwIfAborted();
      const response = await (this.#options.fetch ?? fetch)(
        `${this.#options.url}${PREFIX}${call.path}`,
        this.#request(call, signal),
      );
      const body = await readJson(response);
      this.#move("connected");
      return this.#understand(call, response.status, body);
    } catch (thrown) {
      if (!this.#stop.signal.aborted) this.#move("unreachable");
      return { kind: "no_answer", reason: reasonOf(thrown), late: late.signal.aborted };
    } finally {
      clearTimeout(timer);
    }
  }

  #request<Value>(call: PlatformCall<Value>, signal: AbortSignal): RequestInit {
    return {
      method: call.method,
      signal,
      headers: {
        authorization: `Bearer ${this.#options.token}`,
        "x-terminal-id": this.#options.terminalId,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    };
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

  #move(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#tell(connection);
  }
}

/** For answers without a body (204). */
export const NOTHING: z.ZodType<null> = z.null();

async function readJson(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  let used = 0;
  for await (const chunk of response.body ?? []) {
    used += chunk.length;
    if (used > ANSWER_BYTES_MAX) {
      throw new Error(`Cannot read the answer: expected at most ${ANSWER_BYTES_MAX} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not an answer of the platform; what it was is judged by its status.
    return undefined;
  }
}
