import type { CommandOptions } from "../contract.ts";

/**
 * A vendor's library as its drivers see it: functions by the names of its profile, values in and
 * out. It lives in a child process (`yikatong device-host`), one call at a time; what happens to
 * that process is an answer, never an exception. Outputs of PIN functions are not logged anywhere.
 */
export interface VendorLibrary extends AsyncDisposable {
  /** Of the profile, as messages and status name it. */
  readonly name: string;
  readonly condition: "online" | "offline";
  /** `down`: the child died or was killed and is started again with back-off; `up`: it answers again. */
  subscribe(listener: (event: "up" | "down") => void): () => void;
  /** Whether the profile has the function: districts differ. */
  has(functionName: string): boolean;
  /**
   * `timeoutMs` covers the wait for turn and child as well, the profile bounds the call by itself.
   * Throws a `TypeError` for inputs that do not fit the profile.
   */
  call(
    functionName: string,
    inputs: Readonly<Record<string, VendorValue>>,
    options: CommandOptions,
  ): Promise<VendorReply>;
  /**
   * For sequences that keep state inside the library (Step1 and Step2, find and select and read):
   * nobody else's call comes in between. When the child is lost all later calls of the sequence are
   * `offline`, since the next one knows nothing of it.
   */
  together<Value>(work: (library: Pick<VendorLibrary, "call">) => Promise<Value>): Promise<Value>;
  /**
   * Wipes the working directory of the child, logs and photos of one patient's session, as soon as
   * no call is under way. A child whose traces cannot be wiped serves nobody any more.
   */
  endSession(): Promise<void>;
}

export type VendorValue = string | number | Uint8Array;

export type VendorReply =
  | {
    readonly kind: "returned";
    /** By the profile's own test. */
    readonly succeeded: boolean;
    /** The number the function returned; null where it returns text. */
    readonly code: number | null;
    /** By the names of the profile's parameters; text is decoded whole before anybody splits it. */
    readonly outputs: Readonly<Record<string, VendorValue>>;
  }
  | { readonly kind: "lost"; readonly reason: VendorLoss };

export type VendorLoss =
  /** It died in the call (SIGSEGV, abort, exit), or before it: a handle is of an earlier child. */
  | "crashed"
  /** No answer in time: the child was killed, unless the call still waited for its turn. */
  | "timeout"
  /** It wrote behind a buffer: the child was killed, nothing it said is believed. */
  | "overrun"
  /** The caller gave up: a call under way cannot be stopped, so the child was killed. */
  | "cancelled"
  /** No child just now, it is being started again; or its build lacks the function (`has`). */
  | "offline";
