import type { DeviceState, DeviceStatus } from "./contract.ts";
import type { ModuleEvent } from "./device_status.ts";

/** What the journal keeps and the platform is told of: codes and numbers, never a person. */
export interface TerminalNote {
  readonly kind: string;
  readonly severity: "info" | "warning" | "error";
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export type KeepNote = (note: TerminalNote) => void;

const SEVERITIES: Readonly<Record<DeviceState, TerminalNote["severity"]>> = {
  online: "info",
  offline: "error",
  hardware_error: "error",
  paper_out: "warning",
  paper_low: "info",
  tampered: "error",
  no_keys: "warning",
  door_open: "warning",
  on_battery: "warning",
  battery_low: "error",
};

export function stateNote(before: DeviceStatus | null, now: DeviceStatus): TerminalNote | null {
  if (before?.state === now.state) return null;
  return {
    kind: "device.state_changed",
    severity: SEVERITIES[now.state],
    fields: { device: now.device, from: before?.state ?? "unknown", to: now.state },
  };
}

/** Doors and tampering are told as they happen, also when the state is back before anybody looks. */
export function eventNote(event: ModuleEvent): TerminalNote | null {
  switch (event.kind) {
    case "other":
      return null;
    case "door_opened":
      return { kind: "cabinet.door_opened", severity: "error", fields: {} };
    case "door_closed":
      return { kind: "cabinet.door_closed", severity: "info", fields: {} };
    case "vibration":
      return { kind: "cabinet.vibration", severity: "warning", fields: {} };
    case "tampered":
      return { kind: "pin_pad.tampered", severity: "error", fields: {} };
  }
}
