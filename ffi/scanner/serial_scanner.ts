import { CommandSlot } from "../command_slot.ts";
import type {
  CommandOptions,
  Completion,
  Scanner,
  ScannerCapabilities,
  ScannerStatus,
  StatusChanged,
} from "../contract.ts";
import { type ByteLine, LineError, type OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import { CodeFramer } from "./code_framer.ts";
import { readCodeText } from "./code_text.ts";

export interface SerialScannerOptions {
  readonly openLine: OpenLine;
  /** Silence that ends a code; bytes of one code come closer together on every line. */
  readonly gapMs?: number;
  /** Bytes of which one ends every code, as the scanner is set up: CR and LF when not given. */
  readonly terminators?: readonly number[];
  /** Longer codes are dropped whole. */
  readonly charactersMax?: number;
  /** What switches the light on and off, of the scanner's manual; without it the scanner does it. */
  readonly trigger?: { readonly on: Uint8Array; readonly off: Uint8Array };
  readonly backOffMs?: readonly number[];
}

const GAP_MS = 40;
const TERMINATORS: readonly number[] = [0x0d, 0x0a];
/** Electronic social-security card codes are the longest in use, with room. */
const CHARACTERS_MAX = 4096;
/** UTF-8 and GB18030 write no character with more. */
const CHARACTER_BYTES_MAX = 4;
const LISTEN_MS = 60_000;
const TRIGGER_WAIT_MS_MAX = 2_000;

/** Drives a code scanner on a serial line, or on a USB port that acts as one (CDC). */
export async function openSerialScanner(
  options: SerialScannerOptions,
): Promise<Scanner & AsyncDisposable> {
  const scanner = new SerialScanner(options);
  await scanner.firstTry();
  return scanner;
}

class SerialScanner implements Scanner, AsyncDisposable {
  readonly capabilities: ScannerCapabilities;
  readonly #options: SerialScannerOptions;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #keeper: LineKeeper;
  readonly #framer: CodeFramer;
  readonly #listening: Promise<void>;
  #line: ByteLine | null = null;
  #lineOpened = Promise.withResolvers<void>();
  #isClosed = false;
  #deliver: ((text: string) => void) | null = null;
  /** Switching on and off in the order it was asked for. */
  #triggering: Promise<void> = Promise.resolve();

  constructor(options: SerialScannerOptions) {
    this.#options = options;
    this.capabilities = { charactersMax: options.charactersMax ?? CHARACTERS_MAX };
    this.#framer = new CodeFramer({
      terminators: options.terminators ?? TERMINATORS,
      bytesMax: this.capabilities.charactersMax * CHARACTER_BYTES_MAX,
    });
    this.#keeper = new LineKeeper({
      openLine: options.openLine,
      onChange: () => this.#lineChanged(),
      ...(options.backOffMs ? { backOffMs: options.backOffMs } : {}),
    });
    this.#listening = this.#listen();
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
  }

  /** A scanner says nothing by itself: `online` is its line, a USB one's cable included. */
  status(): Promise<ScannerStatus> {
    return Promise.resolve({ device: this.#keeper.condition, armed: this.#deliver !== null });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async scan(options: CommandOptions): Promise<Completion<string>> {
    if (this.#keeper.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run<string, never>(options, (signal) => this.#scan(signal));
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    return Promise.resolve(
      this.#keeper.condition === "online"
        ? { kind: "done", value: null }
        : { kind: "failed", reason: "offline" },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#slot.end("offline");
    this.#lineOpened.resolve();
    await this.#keeper[Symbol.asyncDispose]();
    await this.#listening;
  }

  async #scan(signal: AbortSignal): Promise<Completion<string>> {
    const { promise, resolve } = Promise.withResolvers<string>();
    // A code shown before, to another patient, is nobody's now.
    this.#line?.discardInput();
    this.#framer.drop();
    this.#deliver = resolve;
    signal.addEventListener("abort", () => {
      if (this.#deliver === resolve) this.#deliver = null;
      this.#trigger("off");
    }, { once: true });
    this.#trigger("on");
    return { kind: "done", value: await promise };
  }

  /** Reads all the time, so that codes nobody waits for are gone before someone does. */
  async #listen(): Promise<void> {
    while (!this.#isClosed) {
      await this.#keeper.use((line) => this.#readCodes(line));
      if (this.#keeper.condition === "offline") await this.#lineOpened.promise;
    }
  }

  async #readCodes(line: ByteLine): Promise<Completion<null>> {
    this.#line = line;
    try {
      while (!this.#isClosed) {
        const timeoutMs = this.#framer.isEmpty ? LISTEN_MS : this.#options.gapMs ?? GAP_MS;
        const piece = await line.read({ timeoutMs });
        if (piece) this.#framer.push(piece);
        else this.#codeEnded(this.#framer.gap());
      }
      return { kind: "done", value: null };
    } finally {
      this.#line = null;
      this.#framer.drop();
    }
  }

  #codeEnded(code: Uint8Array | null): void {
    // A terminator that can be printed is no part of the code either.
    const end = this.#options.terminators?.length === 0 ? undefined : -1;
    const text = code && readCodeText(code.subarray(0, end), this.capabilities.charactersMax);
    const deliver = this.#deliver;
    if (!text || !deliver) return;
    this.#deliver = null;
    deliver(text);
  }

  #trigger(to: "on" | "off"): void {
    const bytes = this.#options.trigger?.[to];
    if (bytes) this.#triggering = this.#triggering.then(() => this.#send(bytes));
  }

  async #send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#line?.write(bytes, { timeoutMs: TRIGGER_WAIT_MS_MAX });
    } catch (thrown) {
      // Whoever reads the line notices that it is gone.
      if (!(thrown instanceof LineError)) throw thrown;
    }
  }

  #lineChanged(): void {
    if (this.#keeper.condition === "online") {
      this.#lineOpened.resolve();
    } else {
      this.#lineOpened = Promise.withResolvers();
      this.#slot.end("offline");
    }
    this.#listeners.tell({ kind: "status_changed" });
  }
}
