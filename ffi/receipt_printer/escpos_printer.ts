import { CommandSlot } from "../command_slot.ts";
import type {
  CommandOptions,
  Completion,
  RealTimeStatusNumber,
  ReceiptPrinter,
  ReceiptPrinterCapabilities,
  ReceiptPrinterStatus,
  StatusChanged,
} from "../contract.ts";
import { IdleWatch } from "../idle_watch.ts";
import type { ByteLine, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import { hindranceOf, type PrintCompletion, printSlip } from "./print_slip.ts";
import { PrinterLine, type StatusCommand } from "./printer_line.ts";
import { statusOf } from "./status_bytes.ts";

export interface EscposPrinterOptions {
  readonly openLine: OpenLine;
  /** Characters of normal width per line: 32 on 58 mm paper, 48 on 80 mm. */
  readonly columns: number;
  readonly cutter?: boolean;
  /** Longest slip. */
  readonly bytesMax?: number;
  readonly statusBy?: StatusCommand;
  /**
   * How the end of printing is seen. `gs_r`: the answer of `GS r 1` behind the slip. A number: for
   * printers that do not know it, so many milliseconds after the last byte, when all is well then.
   */
  readonly finishBy?: "gs_r" | number;
  /**
   * Empties the printer's buffers after a slip that failed, so that its rest is not printed when
   * someone loads paper. Empty for printers that would print these bytes.
   */
  readonly clearBytes?: Uint8Array;
  readonly replyWaitMs?: number;
  /** How often an idle printer is asked. */
  readonly watchMs?: number;
  readonly backOffMs?: readonly number[];
}

const BYTES_MAX = 64 * 1024;
const REPLY_WAIT_MS = 500;
const WATCH_MS = 5_000;
const INITIALIZE = Uint8Array.of(0x1b, 0x40);
/** `DLE DC4` function 8, "Clear buffer(s)" (ESC/POS command reference): assumed of other makers' printers. */
const CLEAR_BUFFERS = Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);

/** Drives a receipt printer that takes ESC/POS over a serial line or a USB port that acts as one. */
export async function openEscposPrinter(
  options: EscposPrinterOptions,
): Promise<ReceiptPrinter & AsyncDisposable> {
  const printer = new EscposPrinter(options);
  await printer.firstTry();
  return printer;
}

class EscposPrinter implements ReceiptPrinter, AsyncDisposable {
  readonly capabilities: ReceiptPrinterCapabilities;
  readonly #options: EscposPrinterOptions;
  readonly #slot = new CommandSlot();
  /** A reset does not wait for the command it ends to unwind. */
  readonly #resets = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #keeper: LineKeeper;
  readonly #watch: IdleWatch;
  #status: ReceiptPrinterStatus = { device: "offline", paper: "full", cover: "closed" };
  #commands = 0;
  /** A slip failed: its rest may wait in the printer's buffer. */
  #holdsRest = false;

  constructor(options: EscposPrinterOptions) {
    this.#options = options;
    this.capabilities = {
      columns: options.columns,
      cutter: options.cutter ?? true,
      bytesMax: options.bytesMax ?? BYTES_MAX,
    };
    this.#keeper = new LineKeeper({
      openLine: options.openLine,
      onChange: () => this.#lineChanged(),
      ...(options.backOffMs ? { backOffMs: options.backOffMs } : {}),
    });
    this.#watch = new IdleWatch({
      everyMs: options.watchMs ?? WATCH_MS,
      ask: async () => void await this.status(),
    });
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
    await this.status();
  }

  /** Asks the printer; while it prints, the print itself tells. */
  async status(): Promise<ReceiptPrinterStatus> {
    if (this.#commands === 0) {
      await this.#keeper.use(async (line) => {
        const printer = this.#lineFor(line, never());
        if (this.#holdsRest) await this.#clear(printer);
        return await this.#look(printer);
      });
    }
    return this.#status;
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async print(bytes: Uint8Array, options: CommandOptions): Promise<PrintCompletion> {
    if (bytes.length > this.capabilities.bytesMax) return { kind: "failed", reason: "too_long" };
    return await this.#command(options, (printer) => this.#printWhole(printer, bytes));
  }

  async realTimeStatus(
    n: RealTimeStatusNumber,
    options: CommandOptions,
  ): Promise<Completion<number>> {
    return await this.#command(options, async (printer): Promise<Completion<number>> => {
      const byte = await printer.realTimeStatus(n);
      if (byte !== null) return { kind: "done", value: byte };
      this.#setStatus({ ...this.#status, device: "offline" });
      return { kind: "failed", reason: "offline" };
    });
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    return await this.#resets.run(
      options,
      (signal) =>
        this.#keeper.use(async (line): Promise<Completion<null>> => {
          const printer = this.#lineFor(line, signal);
          await this.#clear(printer);
          const looked = await this.#look(printer);
          if (looked.kind === "done" || looked.reason !== "offline") {
            return { kind: "done", value: null };
          }
          return { kind: "failed", reason: "offline" };
        }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("offline");
    await this.#keeper[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
  }

  async #command<Value, Failure extends string>(
    options: CommandOptions,
    work: (printer: PrinterLine) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    if (this.#keeper.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run<Value, Failure>(options, async (signal) => {
      this.#commands++;
      try {
        return await this.#keeper.use((line) => work(this.#lineFor(line, signal)));
      } finally {
        this.#commands--;
        // A slip that was given up is not printed on.
        if (this.#holdsRest) void this.status();
      }
    });
  }

  async #printWhole(printer: PrinterLine, bytes: Uint8Array): Promise<PrintCompletion> {
    const before = await this.#look(printer);
    if (before.kind === "failed") return before;
    if (this.#holdsRest) await this.#clear(printer);
    this.#holdsRest = true;
    const { statusBy = "dle_eot", finishBy = "gs_r" } = this.#options;
    const look = () => this.#look(printer);
    const printed = await printSlip({ printer, statusBy, finishBy, look }, bytes);
    if (printed.kind === "failed") {
      if (printed.reason !== "offline") await this.#clear(printer);
      return printed;
    }
    this.#holdsRest = false;
    const after = await this.#look(printer);
    // The roll may end, and the cover be opened, right behind a whole slip; a stuck cutter keeps it.
    const isWhole = after.kind === "done" || ["paper_out", "cover_open"].includes(after.reason);
    return isWhole ? { kind: "done", value: null } : after;
  }

  /** Asks the printer how it is and keeps it in mind. */
  async #look(printer: PrinterLine): Promise<PrintCompletion> {
    const bytes = await printer.statusBytes();
    this.#setStatus(bytes ? statusOf(bytes) : { ...this.#status, device: "offline" });
    return hindranceOf(this.#status);
  }

  async #clear(printer: PrinterLine): Promise<void> {
    await printer.sendAtOnce(this.#options.clearBytes ?? CLEAR_BUFFERS);
    await printer.sendAtOnce(INITIALIZE);
    this.#holdsRest = false;
  }

  #lineFor(line: ByteLine, signal: AbortSignal): PrinterLine {
    const { statusBy = "dle_eot", replyWaitMs = REPLY_WAIT_MS } = this.#options;
    return new PrinterLine(line, { statusBy, replyWaitMs, signal });
  }

  #lineChanged(): void {
    if (this.#keeper.condition === "online") return void this.status();
    this.#slot.end("offline");
    this.#setStatus({ ...this.#status, device: "offline" });
  }

  #setStatus(status: ReceiptPrinterStatus): void {
    const { device, paper, cover } = this.#status;
    this.#status = status;
    if (status.device !== device || status.paper !== paper || status.cover !== cover) {
      this.#listeners.tell({ kind: "status_changed" });
    }
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}
