import type {
  Connection,
  DeviceClass,
  DeviceStatus,
  TerminalEvent,
} from "../../../terminal/contract.ts";

/** The state of line and devices as the header shows it. */
export interface DeviceBoard {
  readonly connection: Connection;
  readonly devices: readonly DeviceStatus[];
}

export const EMPTY_BOARD: DeviceBoard = { connection: "connecting", devices: [] };

export function boardAfter(board: DeviceBoard, event: TerminalEvent): DeviceBoard {
  switch (event.kind) {
    case "hello":
      return { connection: event.platform, devices: event.devices };
    case "platform":
      return { ...board, connection: event.connection };
    case "device": {
      const others = board.devices.filter((each) => each.device !== event.status.device);
      return { ...board, devices: [...others, event.status] };
    }
    case "card_removed":
      return {
        ...board,
        devices: board.devices.map((each) =>
          each.device === "card_reader" ? { ...each, mediaPresent: false } : each
        ),
      };
    default:
      return board;
  }
}

export function deviceWorks(board: DeviceBoard, device: DeviceClass): boolean {
  const status = board.devices.find((each) => each.device === device);
  return status !== undefined && status.state !== "offline" && status.state !== "hardware_error";
}

export function cardInside(board: DeviceBoard): boolean {
  return board.devices.some((each) => each.device === "card_reader" && each.mediaPresent);
}

/** The platform takes this terminal no more: waiting helps nobody who stands here. */
export function isRefused(board: DeviceBoard): boolean {
  return board.connection === "refused";
}

/** With so little power left nothing is begun that could be cut off. */
export function isPowerLow(board: DeviceBoard): boolean {
  return board.devices.some((each) => each.state === "battery_low");
}

export function canPrint(board: DeviceBoard): boolean {
  const printer = board.devices.find((each) => each.device === "receipt_printer");
  return printer?.state === "online" || printer?.state === "paper_low";
}
