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
  call(
    functionName: string,
    inputs: Readonly<Record<string, VendorValue>>,
    options: CommandOptions,
  ): Promise<VendorReply>;
  /**
   * For sequences that keep state inside the library (Step1 and Step2, find and select and read):
   * nobody else's call comes in between.
   */
  together<Value>(work: (library: Pick<VendorLibrary, "call">) => Promise<Value>): Promise<Value>;
  /** Wipes the working directory of the child: logs and photos of one patient's session. */
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
  /** It died in the call (SIGSEGV, abort, exit). */
  | "crashed"
  /** No answer in time: the child was killed. */
  | "timeout"
  /** It wrote behind a buffer: the child was killed, nothing it said is believed. */
  | "overrun"
  /** The caller gave up: the child was killed, since a call cannot be stopped. */
  | "cancelled"
  /** No child just now; it is being started again. */
  | "offline";
