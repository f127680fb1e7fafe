import type { TerminalSettings } from "../../../server/modules/settings/contract.ts";
import type { DeviceClass } from "../../../terminal/contract.ts";
import { type DeviceBoard, deviceWorks } from "../kiosk/board.ts";

/** The tiles of the screen on which a way to pay is chosen. */
export type TenderWay = "show_code" | "scan_code" | "card" | "medical_mix" | "one_code";

export interface OfferedWay {
  readonly way: TenderWay;
  /** The device that would be needed and is down; null when the way can be gone. */
  readonly down: Extract<DeviceClass, "scanner" | "card_reader" | "pin_pad"> | null;
}

/**
 * One tile for every code that the scanner takes: a patient need not know which kind theirs is. A
 * kiosk without a PIN pad has no tile for bank cards; one whose pad is down says so.
 */
export function tenderWays(
  modes: TerminalSettings["tenderModes"],
  board: DeviceBoard,
  hidden: readonly TenderWay[] = [],
): readonly OfferedWay[] {
  const ways: OfferedWay[] = [];
  if (modes.includes("show_code")) ways.push({ way: "show_code", down: null });
  if (modes.includes("scan_code") || modes.includes("citizen_code")) {
    ways.push({ way: "scan_code", down: deviceWorks(board, "scanner") ? null : "scanner" });
  }
  const hasPad = board.devices.some(({ device }) => device === "pin_pad");
  if (modes.includes("card") && hasPad) ways.push({ way: "card", down: downForCards(board) });
  if (modes.includes("medical_mix")) ways.push({ way: "medical_mix", down: null });
  // The page on the phone offers what a phone can pay with.
  const isForPhones = modes.includes("show_code") || modes.includes("medical_mix");
  if (isForPhones && !hidden.includes("one_code")) ways.push({ way: "one_code", down: null });
  return ways;
}

function downForCards(board: DeviceBoard): "card_reader" | "pin_pad" | null {
  if (!deviceWorks(board, "card_reader")) return "card_reader";
  const pad = board.devices.find(({ device }) => device === "pin_pad");
  return pad?.state === "online" ? null : "pin_pad";
}
