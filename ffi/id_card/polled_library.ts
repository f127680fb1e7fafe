import { CommandSlot } from "../command_slot.ts";
import type {
  CommandOptions,
  Completion,
  DeviceCondition,
  IdCard,
  IdCardReader,
  IdCardReaderStatus,
  StatusChanged,
} from "../contract.ts";
import { IdleWatch } from "../idle_watch.ts";
import { Listeners } from "../listeners.ts";
import type { VendorLibrary } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { requireFunctions } from "../vendor/required_functions.ts";
import { type LibraryCall, libraryCall, LostCall } from "./library_call.ts";

/** A card at which a library died so often is left alone till it is lifted. */
const DEATHS_MAX = 5;

type ReadFailure = "removed_too_early" | "unreadable";
type ReadCompletion = Completion<IdCard, ReadFailure>;

/** `defective`: the reader behind the library does not do its work. */
export type FindStep = "found" | "none" | "defective";
export type ReadStep =
  | { readonly kind: "read"; readonly card: IdCard }
  /** `failed`: worth another try. `unsound`: read, and no record of a card. */
  | { readonly kind: "failed" | "unsound" | "defective" };

/** How one family of libraries is talked to. */
export interface LibrarySteps {
  /** What they call, without what they can do without. */
  readonly functionNames: readonly string[];
  /** Takes the port; false where no reader answers there. */
  open(call: LibraryCall): Promise<boolean>;
  close(call: LibraryCall): Promise<void>;
  /** Whether the reader still answers, without touching a card. */
  alive(call: LibraryCall): Promise<boolean>;
  find(call: LibraryCall): Promise<FindStep>;
  /** Of the card that was found just before. */
  read(call: LibraryCall): Promise<ReadStep>;
}

export interface PolledLibraryOptions {
  readonly library: VendorLibrary;
  /** Between two searches for a card; readers in the field are asked every 150 ms to 1 s. */
  readonly pollMs?: number;
  /** Between two questions to an idle reader, and between attempts to open its port. */
  readonly probeMs?: number;
}

const POLL_MS = 300;
const PROBE_MS = 5_000;
/** A card in motion is read at the second try. */
const READ_TRIES_MAX = 2;
/** One search that finds nothing may be the field; two are a card taken away. */
const LIFTED_SEARCHES_MIN = 2;

/** An ID card reader behind a library that is asked again and again. */
export class PolledLibraryReader implements IdCardReader, AsyncDisposable {
  readonly capabilities = {
    documents: ["resident", "hmt_resident", "foreign_permanent_resident"],
  } as const;
  readonly #library: VendorLibrary;
  readonly #steps: LibrarySteps;
  readonly #pollMs: number;
  readonly #probeMs: number;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #unsubscribe: () => void;
  readonly #watch: IdleWatch;
  #condition: DeviceCondition = "offline";
  #reads = 0;
  #hasSearched = false;
  /** Calls in a row that cost the library's process. */
  #deaths = 0;
  #probedAt = 0;
  /** Searches since a card was read that found none; null when no read card lies there. */
  #emptySearches: number | null = null;

  private constructor(steps: LibrarySteps, options: PolledLibraryOptions) {
    this.#steps = steps;
    this.#library = options.library;
    this.#pollMs = options.pollMs ?? POLL_MS;
    this.#probeMs = options.probeMs ?? PROBE_MS;
    this.#unsubscribe = this.#library.subscribe((event) => this.#libraryChanged(event));
    this.#watch = new IdleWatch({ everyMs: this.#pollMs, ask: () => this.#askIdle() });
  }

  /**
   * Comes up `offline` where no reader answers, and finds it later by itself. Throws when the
   * library's profile lacks a function.
   */
  static async start(
    steps: LibrarySteps,
    options: PolledLibraryOptions,
  ): Promise<PolledLibraryReader> {
    requireFunctions(options.library, steps.functionNames);
    const reader = new PolledLibraryReader(steps, options);
    await reader.#probe();
    return reader;
  }

  status(): Promise<IdCardReaderStatus> {
    return Promise.resolve({ device: this.#condition });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(options: CommandOptions): Promise<ReadCompletion> {
    return await this.#slot.run<IdCard, ReadFailure>(options, async (signal) => {
      this.#reads++;
      try {
        return await this.#read(signal);
      } finally {
        this.#reads--;
      }
    });
  }

  /** Ends a read and opens the port anew. */
  async reset(_options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    const closed = await this.#turn((call) => this.#close(call));
    if (closed.kind === "failed") return closed;
    await this.#probe();
    return this.#condition === "online"
      ? { kind: "done", value: null }
      : { kind: "failed", reason: "offline" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#slot.end("offline");
    await this.#watch[Symbol.asyncDispose]();
    await this.#turn((call) => this.#close(call));
  }

  /** Waits for a card that was not read yet, and reads it. */
  async #read(signal: AbortSignal): Promise<ReadCompletion> {
    for (let tries = 0; tries < READ_TRIES_MAX;) {
      if (signal.aborted) return { kind: "failed", reason: "cancelled" };
      const step = await this.#turn((call) => this.#findAndRead(call));
      this.#learn(step);
      if (step.kind === "failed") return step;
      switch (step.value.kind) {
        case "read":
          return { kind: "done", value: step.value.card };
        case "unsound":
          return { kind: "failed", reason: "unreadable" };
        case "defective":
          return { kind: "failed", reason: "hardware_error" };
        case "offline":
          return { kind: "failed", reason: "offline" };
        case "failed":
          tries++;
          break;
        case "none":
          if (tries > 0) return { kind: "failed", reason: "removed_too_early" };
          await pause(this.#pollMs, signal);
      }
    }
    this.#emptySearches = 0;
    return { kind: "failed", reason: "unreadable" };
  }

  /** Or its process would be started again as fast as it dies, as long as that card lies there. */
  #learn(step: Completion<unknown>): void {
    if (step.kind === "done") this.#deaths = 0;
    else if (step.reason === "hardware_error" && ++this.#deaths >= DEATHS_MAX) {
      this.#deaths = 0;
      this.#emptySearches = 0;
    }
  }

  /** Nobody else's call comes between finding and reading. */
  async #findAndRead(
    call: LibraryCall,
  ): Promise<ReadStep | { readonly kind: "none" | "offline" }> {
    if (!await this.#open(call)) return { kind: "offline" };
    // Whether the card is another one is known before the search that finds it.
    const wasRead = this.#emptySearches !== null;
    const found = await this.#find(call);
    if (found === "defective") return { kind: "defective" };
    if (found === "none" || wasRead) return { kind: "none" };
    const step = await this.#steps.read(call);
    if (step.kind === "read" || step.kind === "unsound") this.#emptySearches = 0;
    if (step.kind === "defective") this.#setCondition("hardware_error");
    return step;
  }

  /**
   * A card that was read is not read again before it was taken away: the next patient must not be
   * taken for the one who forgot it. Many readers see to it themselves, not all.
   */
  async #find(call: LibraryCall): Promise<FindStep> {
    const found = await this.#steps.find(call);
    if (found === "defective") this.#setCondition("hardware_error");
    if (this.#emptySearches !== null) {
      this.#emptySearches = found === "found" ? 0 : this.#emptySearches + 1;
      if (this.#emptySearches >= LIFTED_SEARCHES_MIN) this.#emptySearches = null;
    }
    return found;
  }

  async #askIdle(): Promise<void> {
    if (this.#reads > 0) return;
    if (this.#emptySearches !== null) {
      return void await this.#turn(async (call) => void await this.#find(call));
    }
    if (performance.now() - this.#probedAt >= this.#probeMs) await this.#probe();
  }

  async #probe(): Promise<void> {
    this.#probedAt = performance.now();
    await this.#turn(async (call) => {
      if (this.#condition !== "online") return void await this.#open(call);
      if (!await this.#steps.alive(call)) await this.#close(call);
    });
  }

  async #open(call: LibraryCall): Promise<boolean> {
    if (this.#condition === "online") return true;
    if (this.#condition === "hardware_error") await this.#steps.close(call);
    const isOpen = await this.#steps.open(call);
    // A card that lies there when the field is first searched is of somebody who has gone.
    if (isOpen && !this.#hasSearched) {
      this.#hasSearched = true;
      if (await this.#steps.find(call) === "found") this.#emptySearches = 0;
    }
    this.#setCondition(isOpen ? "online" : "offline");
    return isOpen;
  }

  async #close(call: LibraryCall): Promise<void> {
    if (this.#condition === "offline") return;
    await this.#steps.close(call);
    this.#setCondition("offline");
  }

  /** Has the library for itself while `work` runs; a lost call is a failure of it. */
  async #turn<Value>(
    work: (call: LibraryCall) => Promise<Value>,
  ): Promise<Completion<Value>> {
    if (this.#library.condition === "offline") return { kind: "failed", reason: "offline" };
    try {
      const value = await this.#library.together((library) => work(libraryCall(library)));
      return { kind: "done", value };
    } catch (thrown) {
      if (!(thrown instanceof LostCall)) throw thrown;
      this.#forgetPort();
      // Its own bound passed, not the command's: the library hangs.
      const reason = thrown.loss === "timeout" ? "hardware_error" : failureOfLoss(thrown.loss);
      return { kind: "failed", reason };
    }
  }

  #libraryChanged(event: "up" | "down"): void {
    if (event === "down") this.#forgetPort();
    // The port is opened at the watch's next question.
    else this.#probedAt = -Infinity;
  }

  /** A new child process knows nothing of the port, nor of a card. */
  #forgetPort(): void {
    this.#setCondition("offline");
  }

  #setCondition(condition: DeviceCondition): void {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.#listeners.tell({ kind: "status_changed" });
  }
}

/** Resolves when the time is over or the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => resolve();
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}
