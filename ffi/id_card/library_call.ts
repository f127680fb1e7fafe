import type { VendorLibrary, VendorLoss, VendorReply, VendorValue } from "../vendor/contract.ts";

/** One function of a library that keeps the reader's port; throws {@link LostCall}. */
export type LibraryCall = (
  functionName: string,
  inputs: Readonly<Record<string, VendorValue>>,
) => Promise<Extract<VendorReply, { kind: "returned" }>>;

/** An answer did not come: `loss` tells why. */
export class LostCall extends Error {
  override readonly name = "LostCall";
  readonly loss: VendorLoss;

  constructor(functionName: string, loss: VendorLoss) {
    super(`Cannot call ${functionName}: ${loss}, expected an answer`);
    this.loss = loss;
  }
}

/** A slow record takes 1.5 s; what takes longer hangs, and the child is killed. */
const CALL_MS_MAX = 5_000;

/**
 * No command's signal goes with these calls: they are short, and stopping one would cost the child
 * process, for every patient who chooses another way than the card.
 */
export function libraryCall(library: Pick<VendorLibrary, "call">): LibraryCall {
  return async (functionName, inputs) => {
    const options = { signal: new AbortController().signal, timeoutMs: CALL_MS_MAX };
    const reply = await library.call(functionName, inputs, options);
    if (reply.kind === "lost") throw new LostCall(functionName, reply.reason);
    return reply;
  };
}
