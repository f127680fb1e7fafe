import type { Verdict } from "./pad_talk.ts";

const DONE_FROM = 0x60;
const DONE_TO = 0x9f;
const DONE_TOO = 0xa3;

/** RTN of a reply. Errors that are not listed (formats, lengths, authentication) are `refused`. */
export function judgeZt598Status(status: number): Verdict {
  if ((status >= DONE_FROM && status <= DONE_TO) || status === DONE_TOO) {
    return { failure: null, tamper: "intact" };
  }
  return ERRORS.get(status) ?? { failure: "refused" };
}

const ERRORS: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  /** The SM chip does not answer. */
  [0xd7, { failure: "hardware_error" }],
  [0xdd, { failure: "tampered", tamper: "tampered" }],
  /** The SM chip is not mounted. */
  [0xde, { failure: "hardware_error" }],
  [0xe0, { failure: "hardware_error", battery: "low" }],
  [0xe1, { failure: "no_key" }],
  [0xe2, { failure: "no_key" }],
  [0xe4, { failure: "no_key" }],
  [0xe7, { failure: "wrong_check_value" }],
  [0xee, { failure: "timeout" }],
  /** The external memory. */
  [0xfe, { failure: "hardware_error" }],
  /** The switch that notices removal is open. */
  [0xff, { failure: "tampered", tamper: "tampered" }],
]);
