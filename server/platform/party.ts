import { Circuit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import { sentOnce } from "./sent_once.ts";

/**
 * One outside party's line: a deadline per call, a bounded answer, a circuit breaker. It sorts what
 * happened on the wire into three; what an answer means is the gateway's business.
 */
export interface Party {
  readonly name: string;
  send(call: PartyCall): Promise<PartyReply>;
}

export interface PartyCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  /** Only for calls that change nothing at the party; each try has the whole deadline. */
  readonly readOnly?: boolean;
  /** Undoes or closes what an earlier call may have done: an open circuit does not hold it back. */
  readonly takesBack?: boolean;
}

export type PartyReply =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  /** The request certainly did not leave this machine. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** It may have been processed. */
  | { readonly kind: "lost"; readonly reason: string };

export interface PartyOptions {
  readonly name: string;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** One of its own when absent. */
  readonly circuit?: Circuit;
  /** Told of every call, for metrics and logs; never given bodies. */
  readonly observe?: (call: { path: string; kind: string; tookMs: number }) => void;
}

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const READ_TRIES_MAX = 2;

/** Only what a connect can fail with: anything else may have happened to an established line. */
const NEVER_LEFT = /connection refused|ECONNREFUSED|dns error|ENOTFOUND/i;

export function openParty(options: PartyOptions): Party {
  const { circuit = new Circuit() } = options;
  return {
    name: options.name,
    async send(call) {
      const tries = call.readOnly ? READ_TRIES_MAX : 1;
      let reply: PartyReply = { kind: "not_sent", reason: "not tried" };
      for (let n = 0; n < tries; n++) {
        reply = await tryOnce(options, circuit, call);
        if (reply.kind === "answered") break;
      }
      return reply;
    },
  };
}

async function tryOnce(
  options: PartyOptions,
  circuit: Circuit,
  call: PartyCall,
): Promise<PartyReply> {
  const started = options.clock.now().getTime();
  // Questions and what takes back go out all the same: they are how an unknown comes to an end.
  const mayWait = !call.readOnly && !call.takesBack;
  if (mayWait && !circuit.admits(started)) return { kind: "not_sent", reason: "circuit open" };
  const reply = await exchange(options, call);
  const now = options.clock.now().getTime();
  circuit.tell(reply.kind === "answered", now);
  options.observe?.({ path: call.path, kind: reply.kind, tookMs: now - started });
  return reply;
}

async function exchange(options: PartyOptions, call: PartyCall): Promise<PartyReply> {
  try {
    const response = await (options.fetch ?? fetch)(options.baseUrl + call.path, {
      method: call.method,
      signal: AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs),
      redirect: "manual",
      ...(call.headers && { headers: call.headers }),
      ...(call.body !== undefined && { body: sentOnce(call.body) }),
    });
    const body = await readBounded(response);
    return { kind: "answered", status: response.status, body };
  } catch (thrown) {
    const reason = causes(thrown);
    return { kind: NEVER_LEFT.test(reason) ? "not_sent" : "lost", reason };
  }
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES_MAX) throw new RangeError("Cannot read the answer: it is over 4 MiB");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function causes(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? reasonOf(thrown) : `${reasonOf(thrown)}: ${reasonOf(cause)}`;
}
