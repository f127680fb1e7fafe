import type { Completion, PrintFailure, ReceiptPrinterStatus } from "../contract.ts";
import { piecesOf } from "./command_lengths.ts";
import type { PrinterLine, StatusCommand } from "./printer_line.ts";

/** Done when nothing hinders the printer. */
export type PrintCompletion = Completion<null, PrintFailure>;

interface PrintSlipDeps {
  readonly printer: PrinterLine;
  readonly statusBy: StatusCommand;
  /** See `EscposPrinterOptions`. */
  readonly finishBy: "gs_r" | number;
  /** Asks the printer how it is. */
  readonly look: () => Promise<PrintCompletion>;
}

/** Between two looks at a printer that is still printing. */
const FINISH_POLL_MS = 250;
/** After each piece the printer is asked; also what is printed at most onto an open cover. */
const PIECE_BYTES = 2_048;
/** Of the answer to `GS r 1`. */
const PAPER_END = 0x0c;
const DONE = { kind: "done", value: null } as const;

/** Sends a slip and completes when all of it is printed, or can be seen not to be. */
export async function printSlip(deps: PrintSlipDeps, bytes: Uint8Array): Promise<PrintCompletion> {
  deps.printer.expectPrinting();
  for (const piece of piecesOf(bytes, PIECE_BYTES)) {
    const sent = await sendPiece(deps, piece);
    if (sent.kind === "failed") return sent;
  }
  return await finish(deps);
}

export function hindranceOf({ device, cover, paper }: ReceiptPrinterStatus): PrintCompletion {
  if (device === "offline") return { kind: "failed", reason: "offline" };
  if (cover === "open") return { kind: "failed", reason: "cover_open" };
  if (paper === "out") return { kind: "failed", reason: "paper_out" };
  return device === "hardware_error" ? { kind: "failed", reason: "hardware_error" } : DONE;
}

async function sendPiece(deps: PrintSlipDeps, piece: Uint8Array): Promise<PrintCompletion> {
  let rest = piece;
  do {
    rest = await deps.printer.send(rest);
    const meanwhile = await lookWhilePrinting(deps);
    if (meanwhile.kind === "failed") return meanwhile;
  } while (rest.length > 0);
  return DONE;
}

async function finish(deps: PrintSlipDeps): Promise<PrintCompletion> {
  const { printer, finishBy, statusBy, look } = deps;
  if (finishBy !== "gs_r") {
    await printer.answerBehind(finishBy);
    return await look();
  }
  await printer.askBehind();
  for (;;) {
    const paper = await printer.answerBehind(FINISH_POLL_MS);
    if (paper !== null) {
      // Without real-time status this is the only word about paper that ended in the slip.
      const doubtful = statusBy === "gs_r" && (paper & PAPER_END) !== 0;
      return doubtful ? { kind: "failed", reason: "paper_out" } : DONE;
    }
    const meanwhile = await lookWhilePrinting(deps);
    if (meanwhile.kind === "failed") return meanwhile;
  }
}

/** A printer that is asked by `GS r` answers in its turn: nothing is known before. */
async function lookWhilePrinting({ statusBy, look }: PrintSlipDeps): Promise<PrintCompletion> {
  return statusBy === "gs_r" ? DONE : await look();
}
