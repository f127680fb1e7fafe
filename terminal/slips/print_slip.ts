import type { ReceiptPrinter, ReceiptPrinterStatus } from "../../ffi/contract.ts";
import type { PrintReply } from "../contract.ts";
import { printableSlip, type SlipPart } from "./slip.ts";

/** A slip of twenty lines takes two seconds; more than this is a fault. */
const PRINT_WAIT_MS_MAX = 15_000;

/**
 * Prints a slip and believes it only when the printer is sound before and after. Printing again is
 * harmless: a slip has no value of its own, the order has.
 */
export async function printSlip(
  printer: ReceiptPrinter,
  parts: readonly SlipPart[],
): Promise<PrintReply> {
  const before = hindrance(await printer.status());
  if (before) return { kind: "not_printed", reason: before };
  const completion = await printer.print(printableSlip(parts, printer.capabilities.columns), {
    signal: new AbortController().signal,
    timeoutMs: PRINT_WAIT_MS_MAX,
  });
  if (completion.kind === "failed") {
    return { kind: "not_printed", reason: reasonOf(completion.reason) };
  }
  const after = await printer.status();
  // The roll may end right behind a whole slip; only a cover or a dead line makes it doubtful.
  const doubt = after.paper === "out" ? null : hindrance(after);
  return doubt ? { kind: "not_printed", reason: doubt } : { kind: "printed" };
}

type Reason = Extract<PrintReply, { kind: "not_printed" }>["reason"];

function hindrance(status: ReceiptPrinterStatus): Reason | null {
  if (status.device === "offline") return "offline";
  if (status.device === "hardware_error") return "error";
  if (status.cover === "open") return "cover_open";
  return status.paper === "out" ? "paper_out" : null;
}

function reasonOf(failure: string): Reason {
  switch (failure) {
    case "paper_out":
    case "cover_open":
    case "offline":
      return failure;
    default:
      return "error";
  }
}
