import type { Verdict } from "./pad_talk.ts";
import { XZ_DONE } from "./xz_frame.ts";
import { XZ_STATUS_AT } from "./xz_profile.ts";

/** Errors that are not listed (formats, lengths, sequence, authentication) are `refused`. */
export function judgeXzStatus(status: number): Verdict {
  return status === XZ_DONE ? { failure: null } : ERRORS.get(status) ?? { failure: "refused" };
}

/** The eight bytes of the pad's own status. */
export function judgeXzHealth(data: Uint8Array): Verdict {
  return {
    failure: null,
    tamper: data[XZ_STATUS_AT.tamper] === 1 ? "tampered" : "intact",
    battery: data[XZ_STATUS_AT.battery] === 1 ? "good" : "low",
  };
}

const ERRORS: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  /** The defence against drilling is active. */
  [0x01, { failure: "tampered", tamper: "tampered" }],
  [0x03, { failure: "hardware_error" }],
  [0x0e, { failure: "no_key" }],
  [0x10, { failure: "wrong_key_purpose" }],
  [0x26, { failure: "timeout" }],
  /** The firmware failed its own check. */
  [0x44, { failure: "hardware_error" }],
  /** The SM chip does not answer. */
  [0x47, { failure: "hardware_error" }],
  /** A key is held down. */
  [0xa5, { failure: "hardware_error" }],
]);
