import type { OrderView } from "../../../server/modules/checkout/contract.ts";
import { SETTINGS } from "../../testing/people.ts";
import type { Stage } from "../stage.ts";

/** What terminal and platform tell the screens of a scene. */

export function withCamera({ terminal }: Stage): void {
  const camera = { device: "insurance_terminal", state: "online", mediaPresent: false } as const;
  terminal.emit({ kind: "device", status: camera });
}

export function cardIn({ terminal }: Stage): void {
  terminal.emit({
    kind: "device",
    status: { device: "card_reader", state: "online", mediaPresent: true },
  });
}

export function noPaper({ terminal }: Stage): void {
  terminal.emit({
    kind: "device",
    status: { device: "receipt_printer", state: "paper_out", mediaPresent: false },
  });
}

export function withCards(stage: Stage): void {
  padIs(stage, "online");
  const tenderModes = ["show_code", "scan_code", "card", "citizen_code"] as const;
  stage.terminal.emit({
    kind: "settings",
    settings: { ...SETTINGS, tenderModes: [...tenderModes] },
  });
}

/** Phones may choose between wallets and the centre. */
export function forPhones({ terminal }: Stage): void {
  const tenderModes = ["show_code", "scan_code", "medical_mix"] as const;
  terminal.emit({
    kind: "settings",
    settings: { ...SETTINGS, tenderModes: [...tenderModes] },
  });
}

export function padIs({ terminal }: Stage, state: "online" | "tampered"): void {
  terminal.emit({ kind: "device", status: { device: "pin_pad", state, mediaPresent: false } });
}

export function showOrder({ terminal }: Stage, order: OrderView): void {
  terminal.emit({ kind: "order", order });
}
