import type { CommonFailure } from "../contract.ts";
import type { VendorLoss, VendorValue } from "./contract.ts";

/** A call without an answer, in the words of a device's commands. */
export function failureOfLoss(loss: VendorLoss): CommonFailure {
  switch (loss) {
    case "crashed":
    case "overrun":
      return "hardware_error";
    case "timeout":
    case "cancelled":
    case "offline":
      return loss;
  }
}

/**
 * An output as text. Profiles hand text over decoded; bytes are what a profile leaves alone: cut at
 * NUL, UTF-8 where they are valid UTF-8, else GB 18030, since builds of one library differ in it.
 */
export function textOfOutput(value: VendorValue | undefined): string {
  if (typeof value !== "object") return value === undefined ? "" : String(value);
  const end = value.indexOf(0);
  const bytes = end < 0 ? value : value.subarray(0, end);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
