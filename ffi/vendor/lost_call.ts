import type { CommonFailure } from "../contract.ts";
import type { VendorLoss } from "./contract.ts";

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
