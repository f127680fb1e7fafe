import type { RealTimeStatusNumber } from "../contract.ts";
import type { ByteLine } from "../line.ts";
import {
  type PrinterByte,
  PrinterByteReader,
  type StatusBytes,
  statusBytesOfPaper,
} from "./status_bytes.ts";

/**
 * How a printer is asked. `dle_eot`: real-time, answered while it prints and when it cannot.
 * `gs_r`: cheap printers know only `GS r 1`, which says nothing of cover and cutter and is answered
 * in its turn among what is printed.
 */
export type StatusCommand = "dle_eot" | "gs_r";

interface PrinterLineOptions {
  readonly statusBy: StatusCommand;
  readonly replyWaitMs: number;
  readonly signal: AbortSignal;
}

const ASK_PAPER = Uint8Array.of(0x1d, 0x72, 0x01);
const NUMBERS = [1, 2, 3, 4] as const;
const TRIES_MAX = 2;
/** After an answer that came at the second try the first one may still come. */
const QUIET_MS = 50;
const WRITE_WAIT_MS_MAX = 60_000;
/** Between two looks whether the printer wants a pause; well below the smallest buffers, 4 kB. */
const WRITE_BYTES = 512;
/** A printer that paused for so long may be in trouble. */
const GO_WAIT_MS = 3_000;
/** There are printers that answer real-time requests in their turn, between two lines. */
const PRINTING_REPLY_WAIT_MS = 3_000;
/** A printer that never stops talking is not listened to for ever. */
const STALE_READS_MAX = 16;

type Asked = "real_time" | "paper";

/** The line to a printer during one command. */
export class PrinterLine {
  readonly #line: ByteLine;
  readonly #options: PrinterLineOptions;
  readonly #reader = new PrinterByteReader();
  /** The last answers that were not asked for yet. */
  readonly #heard: Record<Asked, number | null> = { real_time: null, paper: null };
  #stopped = false;
  #replyWaitMs: number;

  constructor(line: ByteLine, options: PrinterLineOptions) {
    this.#line = line;
    this.#options = options;
    this.#replyWaitMs = options.replyWaitMs;
  }

  /** From now on the printer has something else to do than to answer at once. */
  expectPrinting(): void {
    this.#replyWaitMs = Math.max(this.#replyWaitMs, PRINTING_REPLY_WAIT_MS);
  }

  /**
   * Sends what is to be printed, with a pause where the printer asks for one (XOFF, XON). What it
   * gives back was not sent, because the pause is a long one.
   */
  async send(bytes: Uint8Array): Promise<Uint8Array> {
    for (let at = 0; at < bytes.length; at += WRITE_BYTES) {
      await this.#hear(0);
      if (this.#stopped && !await this.#untilGo()) return bytes.subarray(at);
      await this.sendAtOnce(bytes.subarray(at, at + WRITE_BYTES));
    }
    return new Uint8Array(0);
  }

  /** Whatever state the printer is in. */
  async sendAtOnce(bytes: Uint8Array): Promise<void> {
    const { signal } = this.#options;
    await this.#line.write(bytes, { timeoutMs: WRITE_WAIT_MS_MAX, signal });
  }

  /** All four answers; null when the printer says nothing. */
  async statusBytes(): Promise<StatusBytes | null> {
    if (this.#options.statusBy === "gs_r") {
      const paper = await this.#ask(ASK_PAPER, "paper");
      return paper === null ? null : statusBytesOfPaper(paper);
    }
    const bytes = { 1: 0, 2: 0, 3: 0, 4: 0 };
    for (const n of NUMBERS) {
      const byte = await this.realTimeStatus(n);
      if (byte === null) return null;
      bytes[n] = byte;
    }
    return bytes;
  }

  async realTimeStatus(n: RealTimeStatusNumber): Promise<number | null> {
    if (this.#options.statusBy === "gs_r") return (await this.statusBytes())?.[n] ?? null;
    return await this.#ask(Uint8Array.of(0x10, 0x04, n), "real_time");
  }

  /** Asks for the paper behind what was sent; the answer comes when all of it is printed. */
  async askBehind(): Promise<void> {
    await this.#dropStale();
    this.#heard.paper = null;
    await this.sendAtOnce(ASK_PAPER);
  }

  /** The answer to {@link askBehind}, or null when it did not come in this time. */
  async answerBehind(timeoutMs: number): Promise<number | null> {
    return await this.#answer("paper", timeoutMs);
  }

  async #ask(request: Uint8Array, kind: Asked): Promise<number | null> {
    await this.#dropStale();
    this.#heard[kind] = null;
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      await this.sendAtOnce(request);
      const byte = await this.#answer(kind, this.#replyWaitMs);
      if (byte === null) continue;
      if (tries > 1) await this.#answer(kind, QUIET_MS);
      return byte;
    }
    return null;
  }

  async #answer(kind: Asked, timeoutMs: number): Promise<number | null> {
    const deadline = performance.now() + timeoutMs;
    while (this.#heard[kind] === null) {
      const left = deadline - performance.now();
      if (left <= 0 || !await this.#hear(left)) break;
    }
    const byte = this.#heard[kind];
    this.#heard[kind] = null;
    return byte;
  }

  async #untilGo(): Promise<boolean> {
    const deadline = performance.now() + GO_WAIT_MS;
    while (this.#stopped) {
      const left = deadline - performance.now();
      if (left <= 0 || !await this.#hear(left)) return false;
    }
    return true;
  }

  /** Late answers to earlier requests would be taken for the next one's. */
  async #dropStale(): Promise<void> {
    for (let reads = 0; reads < STALE_READS_MAX; reads++) if (!await this.#hear(0)) return;
  }

  /** Takes in what arrives in this time; false when nothing did. */
  async #hear(timeoutMs: number): Promise<boolean> {
    const bytes = await this.#line.read({ timeoutMs, signal: this.#options.signal });
    for (const byte of bytes ?? []) this.#note(this.#reader.read(byte));
    return bytes !== null;
  }

  #note(heard: PrinterByte | null): void {
    if (heard === null) return;
    if (heard.kind === "stop") this.#stopped = true;
    else if (heard.kind === "go") this.#stopped = false;
    else this.#heard[heard.kind] = heard.byte;
  }
}
