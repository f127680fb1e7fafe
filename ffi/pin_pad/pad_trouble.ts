import type { CommonFailure } from "../contract.ts";
import type { EnterPinFailure } from "./contract.ts";

/** How a command on a pad ends badly; stays inside the drivers, which answer with a Completion. */
export class PadTrouble extends Error {
  override readonly name = "PadTrouble";
  readonly reason: CommonFailure | EnterPinFailure;
  /** The line brought no whole frame, or a NAK: asking again may help. */
  readonly isGarbled: boolean;

  constructor(
    reason: CommonFailure | EnterPinFailure,
    options: { readonly isGarbled?: boolean } = {},
  ) {
    super(`Cannot go on with the PIN pad: ${reason}`);
    this.reason = reason;
    this.isGarbled = options.isGarbled ?? false;
  }
}

/** A reply of another length than the protocol has for it is no reply. */
export function expectBytes(data: Uint8Array, length: number): Uint8Array {
  if (data.length !== length) throw new PadTrouble("hardware_error");
  return data;
}
