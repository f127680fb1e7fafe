import iconv from "iconv-lite";
import type { ByteLine } from "../../ffi/line.ts";
import { LineError } from "../../ffi/line.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { FaultyWire } from "./line_faults.ts";
import { serveLine } from "./served_line.ts";

interface Options {
  readonly pause: Pause;
  /** The hand needs so long from one code to the next. */
  readonly betweenCodesMs: number;
  readonly encoding?: "utf-8" | "gbk";
  readonly suffix?: string;
  /** A scanner that reads only between these two. */
  readonly trigger?: { readonly on: Uint8Array; readonly off: Uint8Array };
}

/** A code scanner on a serial line; without a trigger it reads whatever is held before it. */
export class ScannerLineSimulator {
  readonly wire = new FaultyWire();
  readonly #options: Options;
  readonly #on = new AbortController();
  #line: ByteLine | null = null;
  #lit: boolean;
  #litChanged = Promise.withResolvers<void>();
  #sending: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    this.#lit = options.trigger === undefined;
  }

  async serve(line: ByteLine): Promise<void> {
    this.#line = line;
    await serveLine(line, (bytes) => this.#hear(bytes));
    if (this.#line === line) this.#line = null;
  }

  /** Holds a code before the window; false when it was not read. */
  present(text: string): boolean {
    if (!this.#lit || !this.#line) return false;
    const { encoding = "utf-8", suffix = "\r\n" } = this.#options;
    this.presentBytes(iconv.encode(text + suffix, encoding));
    return true;
  }

  /** What the scanner reads, as it sends it. */
  presentBytes(bytes: Uint8Array): void {
    this.#sending = this.#sending.then(async () => {
      await this.#send(bytes);
      await this.#options.pause(this.#options.betweenCodesMs, this.#on.signal);
    });
  }

  /** Resolves when everything that was read is on the line, and the hand has had its time. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  /** Resolves when the light is on, or off. */
  async light(on: boolean): Promise<void> {
    while (this.#lit !== on) await this.#litChanged.promise;
  }

  #hear(bytes: Uint8Array): void {
    const { trigger } = this.#options;
    for (const [command, lit] of [[trigger?.on, true], [trigger?.off, false]] as const) {
      if (command?.toHex() === bytes.toHex()) this.#lit = lit;
    }
    this.#litChanged.resolve();
    this.#litChanged = Promise.withResolvers();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#line) await this.wire.send(this.#line, bytes);
    } catch (thrown) {
      if (!(thrown instanceof LineError)) throw thrown;
    }
  }
}
