import type { CommonFailure, Completion } from "./contract.ts";
import { type ByteLine, LineError, type LineTrouble, type OpenLine } from "./line.ts";

export interface LineKeeperOptions {
  readonly openLine: OpenLine;
  /** `condition` is another one now. Must not throw. */
  readonly onChange: () => void;
  /** Pauses between attempts to open the line; the last one is repeated. */
  readonly backOffMs?: readonly number[];
}

/** A cable that is plugged in again is found at once; a missing device costs next to nothing. */
const BACK_OFF_MS: readonly number[] = [100, 250, 500, 1_000, 2_000, 5_000];
const USES_MAX = 16;

const REASONS: Readonly<Record<LineTrouble, CommonFailure>> = {
  late: "timeout",
  cancelled: "cancelled",
  gone: "offline",
  closed: "offline",
  unavailable: "offline",
};

/**
 * Keeps one line open: opens it at once and, with pauses, again after it was gone. Only work on
 * the line notices that it is gone; a driver with nothing to do asks its device now and then.
 */
export class LineKeeper implements AsyncDisposable {
  readonly #openLine: OpenLine;
  readonly #onChange: () => void;
  readonly #backOffMs: readonly number[];
  readonly #stop = new AbortController();
  readonly #firstTry = Promise.withResolvers<void>();
  #line: ByteLine | null = null;
  #trouble: string | null = null;
  #opening: Promise<void>;
  /** Attempts since the line last did its work: one that opens and is gone again gets its pauses. */
  #attempts = 0;
  #uses = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor({ openLine, onChange, backOffMs = BACK_OFF_MS }: LineKeeperOptions) {
    this.#openLine = openLine;
    this.#onChange = onChange;
    this.#backOffMs = backOffMs;
    this.#opening = this.#open();
  }

  get condition(): "online" | "offline" {
    return this.#line === null ? "offline" : "online";
  }

  /** Why the line is not open, for a technician; null while it is, and before the first attempt. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Resolves after the first attempt to open the line, whatever came of it. */
  get firstTry(): Promise<void> {
    return this.#firstTry.promise;
  }

  /**
   * Runs work on the open line; LineError "gone", "closed" and "unavailable" become `offline`,
   * "late" `timeout`, "cancelled" `cancelled`. One work runs at a time, others wait for their turn:
   * what a cancelled command still has to say to the device is never mixed with the next one. Work
   * must not use the keeper itself, and ends soon after its signal. Throws what else work throws.
   */
  async use<Value, Failure extends string>(
    work: (line: ByteLine) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    if (this.#uses >= USES_MAX) return { kind: "failed", reason: "busy" };
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    this.#uses++;
    try {
      await before;
      return await this.#run(work);
    } finally {
      this.#uses--;
      resolve();
    }
  }

  /** Closes the line, which ends work on it, and stops opening it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const line = this.#line;
    this.#line = null;
    await line?.[Symbol.asyncDispose]();
    await this.#opening;
  }

  async #run<Value, Failure extends string>(
    work: (line: ByteLine) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    const line = this.#line;
    if (line === null) return { kind: "failed", reason: "offline" };
    try {
      const completion = await work(line);
      this.#attempts = 0;
      return completion;
    } catch (thrown) {
      if (!(thrown instanceof LineError)) throw thrown;
      const reason = REASONS[thrown.trouble];
      if (reason === "offline" && line === this.#line) this.#lose(line, thrown);
      return { kind: "failed", reason };
    }
  }

  #lose(line: ByteLine, { message }: LineError): void {
    this.#line = null;
    this.#trouble = message;
    this.#opening = this.#reopen(line);
    this.#onChange();
  }

  async #reopen(line: ByteLine): Promise<void> {
    await line[Symbol.asyncDispose]();
    await this.#open();
  }

  async #open(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && this.#line === null) {
      await pause(this.#nextPauseMs(), signal);
      if (!signal.aborted) await this.#tryToOpen();
      this.#firstTry.resolve();
    }
    this.#firstTry.resolve();
  }

  /** None before the first attempt. */
  #nextPauseMs(): number {
    const last = this.#backOffMs.length;
    const at = Math.min(this.#attempts++, last);
    return this.#backOffMs[at - 1] ?? 0;
  }

  async #tryToOpen(): Promise<void> {
    try {
      const line = await this.#openLine();
      if (this.#stop.signal.aborted) return await line[Symbol.asyncDispose]();
      this.#line = line;
      this.#trouble = null;
    } catch (thrown) {
      if (!(thrown instanceof LineError)) throw thrown;
      this.#trouble = thrown.message;
      return;
    }
    this.#onChange();
  }
}

/** Resolves when the time is over or the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", end));
}
