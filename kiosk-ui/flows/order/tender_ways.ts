import type { OrderView } from "../../../server/modules/checkout/contract.ts";
import type { TerminalSettings } from "../../../server/modules/settings/contract.ts";
import type { DeviceClass } from "../../../terminal/contract.ts";
import { type DeviceBoard, deviceWorks } from "../kiosk/board.ts";

/**
 * The tiles of the screen on which a way to pay is chosen. Never two that show a code of the
 * machine: `one_code` opens a page on which the phone chooses (R-PAY-10), and stands for both
 * `show_code` and `medical_mix` where a phone can pay either way.
 */
export type TenderWay = "show_code" | "scan_code" | "card" | "medical_mix" | "one_code";

export interface OfferedWay {
  readonly way: TenderWay;
  /** The device that would be needed and is down; null when the way can be gone. */
  readonly down: Extract<DeviceClass, "scanner" | "card_reader" | "pin_pad"> | null;
}

/**
 * One tile for every code that the scanner takes: a patient need not know which kind theirs is. A
 * kiosk without a PIN pad has no tile for bank cards; one whose pad is down says so. The payment
 * centre knows only what insurance has a part in: of a deposit, or paid by oneself, no tile names it.
 */
export function tenderWays(
  { tenderModes, settlement }: {
    readonly tenderModes: TerminalSettings["tenderModes"];
    readonly settlement: OrderView["settlement"];
  },
  board: DeviceBoard,
  hidden: readonly TenderWay[] = [],
): readonly OfferedWay[] {
  const ways: OfferedWay[] = [];
  const modes = settlement === "insurance"
    ? tenderModes
    : tenderModes.filter((mode) => mode !== "medical_mix");
  const phoneWays = modes.filter((mode) => mode === "show_code" || mode === "medical_mix");
  const isOneCode = phoneWays.length > 1 && !hidden.includes("one_code");
  if (isOneCode) ways.push({ way: "one_code", down: null });
  else if (modes.includes("show_code")) ways.push({ way: "show_code", down: null });
  if (modes.includes("scan_code") || modes.includes("citizen_code")) {
    ways.push({ way: "scan_code", down: deviceWorks(board, "scanner") ? null : "scanner" });
  }
  const hasPad = board.devices.some(({ device }) => device === "pin_pad");
  if (modes.includes("card") && hasPad) ways.push({ way: "card", down: downForCards(board) });
  if (modes.includes("medical_mix") && !isOneCode) ways.push({ way: "medical_mix", down: null });
  return ways;
}

function downForCards(board: DeviceBoard): "card_reader" | "pin_pad" | null {
  if (!deviceWorks(board, "card_reader")) return "card_reader";
  const pad = board.devices.find(({ device }) => device === "pin_pad");
  return pad?.state === "online" ? null : "pin_pad";
}
