import type { VendorLoss, VendorReply, VendorValue } from "./contract.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { type FromHost, parseFromHost, type ToHost } from "./host_protocol.ts";
import { killHost, spawnHost, type SpawnOptions } from "./spawn_host.ts";

export interface HostOptions extends SpawnOptions {
  /** Called once, at the moment from which the process serves no more, even if it is not gone yet. */
  readonly onEnd: (end: HostEnd) => void;
  /** The profile's result type is not the library's. */
  readonly onOddResult: (functionName: string) => void;
}

export interface HostEnd {
  readonly reason: VendorLoss;
  /** For the operator: what happened, no value of any call. */
  readonly story: string;
  /** It served for a while or answered a call, so that starting it again at once is worth it. */
  readonly wasUseful: boolean;
}

/** Why a call is stopped: not given up, but out of time. */
export const LATE = Symbol("late");

/** For the exit function and the good manners of a library. */
const LEAVE_MS_MAX = 3_000;
/** Heartbeats missed in a row. */
const SILENT_BEATS_MAX = 5;
/** What it said at last is in the pipe; longer, and something it started holds the pipe open. */
const DRAIN_MS_MAX = 1_000;
const USEFUL_AFTER_MS = 30_000;
const STDERR_CHARS_MAX = 1_000;

/** One process with the library in it, from start to end; it is never used again afterwards. */
export class HostProcess {
  /** The functions of this build, or null when it ended before it was ready. */
  readonly ready: Promise<readonly string[] | null>;
  /** It is reaped and its pipes are closed. */
  readonly gone: Promise<void>;
  readonly #options: HostOptions;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #isReady = Promise.withResolvers<readonly string[] | null>();
  readonly #startedAt = performance.now();
  readonly #watch: ReturnType<typeof setInterval>;
  #call: { readonly name: string; readonly answer: (reply: VendorReply) => void } | null = null;
  /** The number of the last one: an answer to another one is nobody's. */
  #calls = 0;
  #functions: readonly string[] | null = null;
  #silentBeats = 0;
  #hasAnswered = false;
  #end: HostEnd | null = null;
  #isLeaving = false;
  #said = "";

  /** Throws when the program cannot be started. */
  constructor(options: HostOptions) {
    this.#options = options;
    this.ready = this.#isReady.promise;
    this.#child = spawnHost(options);
    this.#input = this.#child.stdin.getWriter();
    this.#watch = setInterval(() => this.#listen(), options.profile.heartbeatMs);
    this.gone = this.#live();
  }

  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /**
   * One call at a time: whoever asks holds the turn. `signal` aborts with {@link LATE} as its reason
   * when the caller's time is over.
   */
  async call(
    name: string,
    inputs: Readonly<Record<string, VendorValue>>,
    { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<VendorReply> {
    if (this.#end || signal.aborted) return lost("offline");
    if (this.#call) throw new Error(`Cannot call "${name}": expected no other call under way`);
    const { promise, resolve } = Promise.withResolvers<VendorReply>();
    this.#call = { name, answer: resolve };
    const late = () => this.#finish("timeout", `"${name}" did not return in time`);
    const stop = () =>
      signal.reason === LATE ? late() : this.#finish("cancelled", `"${name}" was given up`);
    const timer = setTimeout(late, deadlineMs);
    signal.addEventListener("abort", stop, { once: true });
    try {
      this.#say({ kind: "call", id: ++this.#calls, function: name, inputs });
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      this.#call = null;
    }
  }

  /** Ends it well where that is possible; resolves when it is gone. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    if (this.#functions === null) this.#finish("offline", "it was ended while it started");
    else this.#say({ kind: "leave" });
    const timer = setTimeout(() => this.#finish("offline", "it did not leave"), LEAVE_MS_MAX);
    await this.gone;
    clearTimeout(timer);
  }

  /** Ends it at once: it is not to serve anybody any more. */
  end(story: string): void {
    this.#finish("crashed", story);
  }

  async #live(): Promise<void> {
    const pipes = [this.#child.stdout.getReader(), this.#child.stderr.getReader()] as const;
    const drained = Promise.all([this.#read(pipes[0]), this.#readErrors(pipes[1])]);
    const status = await this.#child.status;
    // What the library started holds on to reader and pipes.
    killHost(this.#child);
    const timer = setTimeout(() => pipes.forEach(cancel), DRAIN_MS_MAX);
    await drained;
    clearTimeout(timer);
    this.#finish("crashed", this.#storyOf(status));
    await this.#input.abort().catch(() => {});
  }

  async #read(pipe: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const frames = new FrameReader();
    try {
      for (let got = await pipe.read(); !got.done; got = await pipe.read()) {
        for (const message of frames.take(got.value)) this.#take(parseFromHost(message));
      }
    } catch {
      this.#finish("crashed", "it said what no host says");
      await cancel(pipe);
    }
  }

  #take(message: FromHost): void {
    this.#silentBeats = 0;
    switch (message.kind) {
      case "heartbeat":
        return;
      case "ready":
        this.#functions = message.functions;
        return this.#isReady.resolve(message.functions);
      case "refused":
        return this.#finish("offline", message.reason);
      case "overrun":
      case "handle_gone":
      case "returned":
        return this.#answer(message);
    }
  }

  /** Throws for an answer to another call: it may be another patient's. */
  #answer(answer: Answer): void {
    if (this.#end) return;
    if (!this.#call || answer.id !== this.#calls) {
      throw new Error("Cannot use an answer to nothing");
    }
    const { name } = this.#call;
    if (answer.kind === "overrun") {
      return this.#finish("overrun", `"${name}" wrote outside of its buffers`);
    }
    if (answer.kind === "handle_gone") return this.#call.answer(lost("crashed"));
    const { kind, succeeded, code, outputs, hasOddResult } = answer;
    this.#hasAnswered = true;
    if (hasOddResult) this.#options.onOddResult(name);
    this.#call.answer({ kind, succeeded, code, outputs });
  }

  /** Always read, so that it cannot fill; kept only till the library may know a patient. */
  async #readErrors(pipe: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (let got = await pipe.read(); !got.done; got = await pipe.read()) {
        if (this.#functions !== null) continue;
        this.#said = (this.#said + decoder.decode(got.value)).slice(0, STDERR_CHARS_MAX);
      }
    } catch {
      await cancel(pipe);
    }
  }

  #listen(): void {
    const { profile } = this.#options;
    if (this.#functions === null) {
      const isLate = performance.now() - this.#startedAt > profile.startMs;
      return isLate ? this.#finish("timeout", "it did not start in time") : undefined;
    }
    if (profile.thread === "main" && this.#call) return;
    if (++this.#silentBeats > SILENT_BEATS_MAX) this.#finish("timeout", "its heart stopped");
  }

  #say(message: ToHost): void {
    // A pipe that is broken shows in the status of the child.
    this.#input.write(encodeFrame(message)).catch(() => {});
  }

  /** Only the first reason counts. */
  #finish(reason: VendorLoss, story: string): void {
    if (this.#end) return;
    const age = performance.now() - this.#startedAt;
    const wasUseful = this.#hasAnswered || (this.#functions !== null && age > USEFUL_AFTER_MS);
    this.#end = { reason, story, wasUseful };
    clearInterval(this.#watch);
    killHost(this.#child);
    this.#call?.answer(lost(this.#isLeaving ? "offline" : reason));
    this.#isReady.resolve(null);
    this.#options.onEnd(this.#end);
  }

  #storyOf({ code, signal }: Deno.CommandStatus): string {
    const during = this.#call ? ` in "${this.#call.name}"` : "";
    const said = this.#functions === null && this.#said !== "" ? `: ${this.#said.trim()}` : "";
    return `it died${during} of ${signal ?? `exit code ${code}`}${said}`;
  }
}

type Answer = Extract<FromHost, { readonly id: number }>;

/** Of a pipe that is broken there is nothing left to read. */
async function cancel(pipe: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  await pipe.cancel().catch(() => {});
}

function lost(reason: VendorLoss): VendorReply {
  return { kind: "lost", reason };
}
