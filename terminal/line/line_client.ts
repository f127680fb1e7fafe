import type { OffsetClock } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { Log } from "../../server/platform/log.ts";
import { type Problem, problemSchema } from "../../server/platform/openapi.ts";
import { sentOnce } from "../../server/platform/sent_once.ts";
import { LINE_WINDOW } from "../../server/platform/signed_line.ts";
import { clockSkew } from "./clock_skew.ts";
import { type LineRoute, readBytes, readJson } from "./line_http.ts";
import type { LineKeys } from "./line_keys.ts";
import type { EnrolledTerminal, LineMemory } from "./line_memory.ts";
import { closeSession, type LineSession, type Opened, openSession } from "./line_session.ts";
import { Places } from "./places.ts";
import { type LineAnswer, type LineCall, openAnswer, signCall } from "./signed_call.ts";

export interface LineClientDeps {
  readonly route: LineRoute;
  readonly keys: LineKeys;
  readonly enrolled: EnrolledTerminal;
  readonly memory: Pick<LineMemory, "nextGeneration">;
  /** The terminal's; set off to the platform's time when a session is opened. */
  readonly clock: OffsetClock;
  readonly log: Log;
  readonly note: (note: LineNote) => void;
}

/** For the journal: the platform hears of it once there is a line again. */
export interface LineNote {
  readonly kind: "line.refused" | "line.forged" | "line.answer_forged" | "clock.corrected";
  readonly severity: "warning" | "error";
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Of a session's life; then the next one is opened while this one still serves. */
const RENEW_AFTER = 0.9;
/** Half the window, so that no number is late because of ours. */
const CALLS_AT_ONCE_MAX = LINE_WINDOW / 2;
const LINE_CODES = "line.";
/** Said of the terminal's key, in every session. */
const KEY_CODES: ReadonlySet<string> = new Set(["line.key_revoked", "line.key_blocked"]);
/** Smaller ones are the network's. */
const CLOCK_STEP_MS_MIN = 2_000;
const REFUSED_WAIT_MS = 2_000;
const REFUSED_WAIT_MS_MAX = 60_000;

/** Thrown by `send`: the platform may have done it or not. */
export class LineTrouble extends Error {
  override readonly name: string = "LineTrouble";
}

/** No time mends it: the platform revoked or blocked the key, or it is another platform. */
export class LineRefused extends LineTrouble {
  override readonly name = "LineRefused";
}

class SessionLost extends LineTrouble {
  override readonly name = "SessionLost";
}

/**
 * The signed line: opens sessions, signs and seals what goes out, believes only what verifies.
 * Several calls at once; each has its own number.
 */
export class LineClient implements AsyncDisposable {
  readonly #deps: LineClientDeps;
  readonly #stop = new AbortController();
  readonly #places = new Places(CALLS_AT_ONCE_MAX);
  #session: LineSession | null = null;
  #renewAt = 0;
  #opening: Promise<LineSession> | null = null;
  #refusals = 0;
  #restUntil = 0;
  #needsPerson = false;
  #aheadMs: number | null = null;

  constructor(deps: LineClientDeps) {
    this.#deps = deps;
  }

  /** How far the platform's clock was ahead when the line was last opened; null before. */
  get platformAheadMs(): number | null {
    return this.#aheadMs;
  }

  /** Throws when there is no answer that verifies. */
  async send(call: LineCall, signal: AbortSignal): Promise<LineAnswer> {
    using _place = await this.#places.take(signal);
    try {
      return await this.#sendOnce(call, signal);
    } catch (thrown) {
      // What only reads may be asked again; of the rest nobody knows whether it was done.
      if (!(thrown instanceof SessionLost) || call.method !== "GET") throw thrown;
      return await this.#sendOnce(call, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new LineTrouble("The terminal stops"));
    await this.#opening?.catch(() => {});
    const last = this.#session;
    this.#session = null;
    if (last) await this.#letGo(last);
  }

  async #sendOnce(call: LineCall, signal: AbortSignal): Promise<LineAnswer> {
    const session = this.#usable() ?? await orAborted(this.#open(), signal);
    session.calls += 1;
    session.sequence += 1;
    try {
      return await this.#exchange({ session, sequence: session.sequence }, call, signal);
    } finally {
      session.calls -= 1;
      if (session !== this.#session) await this.#letGo(session);
    }
  }

  async #exchange(
    numbered: { readonly session: LineSession; readonly sequence: number },
    call: LineCall,
    signal: AbortSignal,
  ): Promise<LineAnswer> {
    const { keys: { provider }, route, clock } = this.#deps;
    const time = clock.now().toISOString();
    const { headers, body } = await signCall(provider, numbered, { ...call, time });
    const response = await route.fetch(`${route.url}${call.target}`, {
      method: call.method,
      redirect: "manual",
      signal,
      headers,
      ...(body && { body: sentOnce(body) }),
    });
    const { status } = response;
    const came = { status, headers: response.headers, body: await readBytes(response) };
    const answer = await openAnswer(provider, numbered, came);
    if (answer) return this.#passOn(numbered.session, answer);
    if (status === 401) {
      this.#lose(numbered.session);
      throw new SessionLost("The platform does not know this session any more");
    }
    // A gateway's page has no MAC and is nothing but a dead line; a false one is somebody's work.
    if (response.headers.has("x-line-mac")) this.#tellForged(call, status);
    throw new LineTrouble(`The answer (HTTP ${status}) does not verify`);
  }

  /** What speaks of the line itself says nothing of what was asked. */
  #passOn(session: LineSession, answer: LineAnswer): LineAnswer {
    if (answer.status < 400) return answer;
    const problem = problemSchema.safeParse(readJson(answer.body)).data;
    if (!problem?.code.startsWith(LINE_CODES)) return answer;
    const reason = `The platform did not take the call: ${problem.code}`;
    // Another session is refused for the same reason, and that is what is told.
    if (answer.status !== 401 && !KEY_CODES.has(problem.code)) throw new LineTrouble(reason);
    this.#lose(session);
    throw new SessionLost(reason);
  }

  #usable(): LineSession | null {
    const session = this.#session;
    const now = this.#deps.clock.now().getTime();
    if (!session || now >= session.expiresAt.getTime()) return null;
    // A failure to renew shows when the old one is over.
    if (now >= this.#renewAt) this.#open().catch(() => {});
    return session;
  }

  #open(): Promise<LineSession> {
    this.#opening ??= this.#openAnew().finally(() => this.#opening = null);
    return this.#opening;
  }

  async #openAnew(): Promise<LineSession> {
    this.#stop.signal.throwIfAborted();
    const waitMs = this.#restUntil - performance.now();
    if (waitMs > 0) throw this.#trouble("The platform refused the line a moment ago");
    let aheadMs = 0;
    let opened = await this.#ask(aheadMs);
    if (opened.kind === "refused" && isMendable(opened.problem)) {
      aheadMs = this.#unprovedAheadMs(opened.problem);
      opened = await this.#ask(aheadMs);
    }
    if (opened.kind !== "open") throw this.#refused(opened);
    this.#refusals = 0;
    this.#setClock(aheadMs + opened.aheadMs);
    return await this.#take(opened.session);
  }

  #ask(aheadMs: number): Promise<Opened> {
    const { clock: own, memory } = this.#deps;
    const clock = { now: () => new Date(own.now().getTime() + aheadMs) };
    return openSession({ ...this.#deps, clock }, memory.nextGeneration(), this.#stop.signal);
  }

  async #take(session: LineSession): Promise<LineSession> {
    const { clock } = this.#deps;
    const before = this.#session;
    const now = clock.now().getTime();
    this.#session = session;
    this.#renewAt = now + (session.expiresAt.getTime() - now) * RENEW_AFTER;
    if (before) await this.#letGo(before);
    return session;
  }

  #lose(session: LineSession): void {
    if (this.#session === session) this.#session = null;
  }

  async #letGo(session: LineSession): Promise<void> {
    if (session.calls === 0) await closeSession(this.#deps.keys.provider, session);
  }

  #refused(opened: Exclude<Opened, { kind: "open" }>): LineTrouble {
    const { log, note } = this.#deps;
    const waitMs = Math.min(REFUSED_WAIT_MS_MAX, REFUSED_WAIT_MS * 2 ** this.#refusals);
    this.#restUntil = performance.now() + waitMs;
    this.#refusals += 1;
    const isRefused = opened.kind === "refused";
    this.#needsPerson = !isRefused || opened.problem.retry !== "safe";
    const reason = isRefused ? opened.problem.code : opened.reason;
    log.error(
      isRefused ? "The platform refuses the line" : "The platform is not the enrolled one",
      {
        reason,
      },
    );
    // Once in a row: a terminal that is refused for days must not fill its journal with it.
    if (this.#refusals === 1) {
      note({
        kind: isRefused ? "line.refused" : "line.forged",
        severity: "error",
        fields: { reason },
      });
    }
    return this.#trouble(`The line is not open: ${reason}`);
  }

  #trouble(reason: string): LineTrouble {
    return this.#needsPerson ? new LineRefused(reason) : new LineTrouble(reason);
  }

  /**
   * For one opening alone, whose answer is signed: the terminal's own clock would date orders and
   * calls by whatever somebody in between says.
   */
  #unprovedAheadMs(problem: Problem): number {
    const { clock, log } = this.#deps;
    const aheadMs = clockSkew(problem, clock);
    if (aheadMs === null) return 0;
    log.warn("The opening is tried once more with the platform's time", { aheadMs });
    return aheadMs;
  }

  #setClock(aheadMs: number): void {
    const { clock, log, note } = this.#deps;
    if (Math.abs(aheadMs) >= CLOCK_STEP_MS_MIN) clock.jump(aheadMs);
    const offsetMs = clock.offsetMs;
    const changed = Math.abs(offsetMs - (this.#aheadMs ?? 0)) >= CLOCK_STEP_MS_MIN;
    this.#aheadMs = offsetMs;
    if (!changed) return;
    log.warn("This machine's clock is wrong; the platform's time is used", { offsetMs });
    note({ kind: "clock.corrected", severity: "warning", fields: { offsetMs } });
  }

  #tellForged({ method, target }: LineCall, status: number): void {
    const { log, note } = this.#deps;
    const path = target.replace(/\?.*$/, "");
    log.error("An answer has a MAC that does not fit", { method, path, status });
    note({ kind: "line.answer_forged", severity: "error", fields: { method, status } });
  }
}

/** Worth another try at once. */
function isMendable({ code }: Problem): boolean {
  return code === "line.old_generation" || code === "line.clock_skew";
}

/** The opening itself goes on: others wait for it too. */
async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  work.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new LineTrouble(reasonOf(signal.reason)));
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
