import { type ByteLine, LineError } from "../../ffi/line.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { type EscPosCommand, EscPosReader } from "./escpos_commands.ts";
import { FaultyWire } from "./line_faults.ts";
import type { PrinterMechanism } from "./printer_mechanism.ts";
import { serveLine } from "./served_line.ts";

interface Options {
  readonly mechanism: PrinterMechanism;
  readonly pause: Pause;
  /** For one slip, before it is cut. */
  readonly printTakesMs: number;
  /** Cheap printers know no real-time status. */
  readonly realTime?: boolean;
}

const WRITE_WAIT_MS_MAX = 10_000;
const XON = 0x11;
const XOFF = 0x13;
const CLEAR_BUFFERS = "10140801031401060208";
/** What a printer says when it has emptied its buffers. */
const CLEARED = Uint8Array.of(0x37, 0x25, 0x00);

/** An ESC/POS printer on a serial line: a buffer that it prints from, and answers in real time. */
export class PrinterLineSimulator {
  readonly wire = new FaultyWire();
  readonly #options: Options;
  readonly #reader = new EscPosReader();
  readonly #on = new AbortController();
  #line: ByteLine | null = null;
  /** The last bytes, lest a real-time request that comes in pieces is missed. */
  #tail: number[] = [];
  #automatic = false;
  #stopped = false;
  #working: Promise<void> = Promise.resolve();
  #lostCharacters = 0;
  #asked = 0;
  #askedNow = Promise.withResolvers<void>();

  constructor(options: Options) {
    this.#options = options;
    options.mechanism.onChange(() => this.#changed());
  }

  async serve(line: ByteLine): Promise<void> {
    this.#line = line;
    this.#tail = [];
    await serveLine(line, async (bytes) => {
      for (const byte of bytes) await this.#hearByte(byte);
      // What comes in spite of XOFF finds no room.
      if (this.#stopped) this.#lostCharacters += bytes.filter((byte) => byte >= 0x20).length;
      else this.#reader.push(bytes);
      this.#work();
    });
    if (this.#line === line) this.#line = null;
  }

  /** Status blocks come unasked from now on, as after `GS a 255`. */
  startAutomaticStatus(): void {
    this.#automatic = true;
    this.#changed();
  }

  /** What nobody asked for, or asked for long ago. */
  async say(bytes: Uint8Array): Promise<void> {
    await this.#send(bytes);
  }

  /** Asks the host to wait with more, and to go on (XOFF, XON); nothing is printed meanwhile. */
  setStopped(stopped: boolean): void {
    this.#stopped = stopped;
    void this.#send(Uint8Array.of(stopped ? XOFF : XON));
    this.#work();
  }

  /** What the host sent although it was asked to wait. */
  get lostCharacters(): number {
    return this.#lostCharacters;
  }

  /** Resolves when nothing is left to print, or something hinders it. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Resolves when real-time status was asked for so often from now on. */
  async asked(times: number): Promise<void> {
    const wanted = this.#asked + times;
    while (this.#asked < wanted) await this.#askedNow.promise;
  }

  async #hearByte(byte: number): Promise<void> {
    const tail = this.#tail;
    tail.push(byte);
    if (tail.length > 10) tail.shift();
    if (this.#options.realTime === false) return;
    const [request, n = 0] = [tail.slice(-3, -1).join(), byte];
    if (request === "16,4" && n >= 1 && n <= 4) {
      await this.#send(Uint8Array.of(this.#options.mechanism.realTimeStatus(n)));
      this.#asked++;
      this.#askedNow.resolve();
      this.#askedNow = Promise.withResolvers<void>();
    }
    if (Uint8Array.from(tail).toHex() === CLEAR_BUFFERS) {
      this.#reader.clear();
      this.#options.mechanism.take({ kind: "initialize" });
      await this.#send(CLEARED);
    }
  }

  #work(): void {
    this.#working = this.#working.then(() => this.#print());
  }

  async #print(): Promise<void> {
    const { mechanism } = this.#options;
    // A printer without real-time status swallows what it cannot print, and goes on answering.
    const swallows = this.#options.realTime === false;
    while ((!mechanism.hindrance || swallows) && !this.#stopped) {
      const step = this.#reader.next("more");
      if (!step) return;
      const isLost = mechanism.hindrance !== null && step.command?.kind !== "transmit_status";
      if (step.command && !isLost) await this.#obey(step.command);
    }
  }

  async #obey(command: EscPosCommand): Promise<void> {
    const { mechanism, pause, printTakesMs } = this.#options;
    switch (command.kind) {
      case "transmit_status":
        return await this.#send(Uint8Array.of(mechanism.paperStatus));
      case "automatic_status":
        this.#automatic = command.on;
        return;
      case "cut":
        await pause(printTakesMs, this.#on.signal);
        mechanism.take(command);
        return;
      default:
        mechanism.take(command);
    }
  }

  #changed(): void {
    if (this.#automatic) {
      const { mechanism } = this.#options;
      const first = 0x10 | (mechanism.hindrance ? 0x08 : 0);
      void this.#send(Uint8Array.of(first, 0, mechanism.paperStatus, 0));
    }
    this.#work();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const line = this.#line;
    if (!line) return;
    try {
      if (bytes.length === 1) await this.wire.send(line, bytes);
      else await line.write(bytes, { timeoutMs: WRITE_WAIT_MS_MAX });
    } catch (thrown) {
      if (!(thrown instanceof LineError)) throw thrown;
    }
  }
}
