import type { ScannerWant } from "../../../terminal/dev_contract.ts";
import type { KioskStep } from "./step.ts";

/** What a scanned code would mean on this screen. */
export function scannerWantOf(step: KioskStep): ScannerWant {
  switch (step.kind) {
    case "home":
    case "attract":
    case "identify":
      return "credential";
    case "relatives":
      return step.flow.step.value.kind === "medium" ? "credential" : "nothing";
    case "order":
      return step.flow.step.value.kind === "scan" ? "payment_code" : "nothing";
    default:
      return "nothing";
  }
}
