import type { MiddlewareHandler } from "hono";

/** The outside parties the sandbox plays. */
export const PARTIES = [
  "his",
  "insurance",
  "citizen_code",
  "aggregate_pay",
  "card_host",
  "mobile_insurance",
] as const;
export type SandboxParty = (typeof PARTIES)[number];

/** What can go wrong at a party. Those marked † act inside the party's own logic, the rest around it. */
export type Fault =
  | { readonly kind: "delay"; readonly ms: number }
  /** The request never arrives. */
  | { readonly kind: "lose_request" }
  /** Done, but the answer is lost: the important one. */
  | { readonly kind: "lose_answer" }
  /** † The party's own definite no. */
  | { readonly kind: "refuse"; readonly text: string }
  /** A gateway's error body under HTTP 200. */
  | { readonly kind: "gateway_error" }
  /** † */
  | { readonly kind: "duplicate_notify" }
  /** † */
  | { readonly kind: "late_notify"; readonly ms: number }
  /** † Of the card host: two answers, one that comes too late, one with a wrong MAC. */
  | { readonly kind: "duplicate_answer" }
  | { readonly kind: "late_answer"; readonly ms: number }
  | { readonly kind: "wrong_mac" }
  /** † The echoed amount is off by so many fen. */
  | { readonly kind: "wrong_amount"; readonly byFen: number }
  /** † The refund is taken on and made only so much later. */
  | { readonly kind: "slow_refund"; readonly ms: number }
  /** † The account the money came from is gone. */
  | { readonly kind: "account_closed" }
  /** † Of the centre for mobile payment: a report that comes before the answer it is about. */
  | { readonly kind: "early_notify" }
  /** † A refund that is made and answered with EXP. */
  | { readonly kind: "exp" }
  /** † A state nobody has explained, without amounts. */
  | { readonly kind: "no_amounts" }
  /** † Insurance settles so many fen more cash than it presettled (negative: less). */
  | { readonly kind: "settle_differs"; readonly byFen: number };

export interface PlannedFault {
  readonly id: string;
  readonly party: SandboxParty;
  /** The party's name of the call (`2207`, `post`, `micropay` …) or `*`. */
  readonly call: string;
  readonly fault: Fault;
  /** How many calls it still hits. */
  left: number;
}

export const FAULT_TIMES_MAX = 1_000;
const PLANNED_FAULTS_MAX = 200;
const DELAY_MS_MAX = 180_000;

/** The faults planned for the next calls, shared by all parties of one sandbox. */
export class Faults {
  #planned: PlannedFault[] = [];
  #nextId = 1;

  plan(party: SandboxParty, call: string, fault: Fault, times = 1): PlannedFault {
    if (this.#planned.length >= PLANNED_FAULTS_MAX) this.#planned.shift();
    const planned: PlannedFault = {
      id: String(this.#nextId++),
      party,
      call,
      fault,
      left: Math.min(times, FAULT_TIMES_MAX),
    };
    this.#planned.push(planned);
    return planned;
  }

  list(): readonly PlannedFault[] {
    return this.#planned;
  }

  remove(id: string): void {
    this.#planned = this.#planned.filter((planned) => planned.id !== id);
  }

  clear(): void {
    this.#planned = [];
  }

  /** Uses up one hit of the first planned fault of one of these kinds for the call. */
  take<Kind extends Fault["kind"]>(
    party: SandboxParty,
    call: string,
    ...kinds: Kind[]
  ): Extract<Fault, { kind: Kind }> | null {
    const hit = this.#planned.find((planned) =>
      planned.party === party && (planned.call === call || planned.call === "*") &&
      kinds.some((kind) => kind === planned.fault.kind)
    );
    if (!hit) return null;
    hit.left -= 1;
    if (hit.left <= 0) this.remove(hit.id);
    return hit.fault as Extract<Fault, { kind: Kind }>;
  }
}

/** Marks an answer that is lost on the way; the server and `inProcessFetch` break the line on it. */
const LOST = "x-sandbox-lost";

/** The faults around a party's logic; `callOf` names the call from the request. */
export function faultMiddleware(options: {
  readonly faults: Faults;
  readonly party: SandboxParty;
  readonly callOf: (path: string) => string;
  readonly wait?: (ms: number) => Promise<void>;
}): MiddlewareHandler {
  const { faults, party } = options;
  const wait = options.wait ?? ((ms) => new Promise((resume) => setTimeout(resume, ms)));
  return async (c, next) => {
    const call = options.callOf(c.req.path);
    const delay = faults.take(party, call, "delay");
    if (delay) await wait(Math.min(delay.ms, DELAY_MS_MAX));
    if (faults.take(party, call, "gateway_error")) {
      return c.json({ code: 500159, message: "网关内部错误", success: false, type: "error" });
    }
    if (faults.take(party, call, "lose_request")) return lost();
    const losesAnswer = faults.take(party, call, "lose_answer");
    await next();
    if (losesAnswer) c.res = lost();
  };
}

function lost(): Response {
  return new Response(null, { status: 599, headers: { [LOST]: "1" } });
}

/** Wraps a party's app for `Deno.serve`: a lost answer breaks off before its promised length. */
export function breakLostAnswers(
  handle: (request: Request) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await handle(request);
    if (!response.headers.has(LOST)) return response;
    const broken = new ReadableStream({ start: (body) => body.close() });
    return new Response(broken, {
      headers: { "content-type": "application/json", "content-length": "64" },
    });
  };
}

/** A `fetch` that reaches a party's app without a socket, losing what is to be lost. */
export function inProcessFetch(
  handle: (request: Request) => Response | Promise<Response>,
): typeof fetch {
  return async (input, init) => {
    const response = await handle(new Request(input, init));
    if (response.headers.has(LOST)) throw new TypeError("connection reset: answer lost");
    return response;
  };
}
