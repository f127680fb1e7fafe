import type { Fault } from "./fault.ts";

export interface VerifyReport {
  /** `stopped`: by the operator, nothing wrong until there. */
  readonly verdict: "intact" | "broken" | "stopped";
  /** The first of them first. */
  readonly faults: readonly Fault[];
  readonly links: bigint;
  readonly checkpoints: number;
  /** Checkpoints that the anchors know as they are here. */
  readonly anchored: number;
  /** Checkpoints that the second organisation signed too; null where no key of it was given. */
  readonly countersigned: number | null;
  /** Whether tags were recomputed: offline nobody has the key. */
  readonly tagsChecked: boolean;
  /** Number and digest of the last checkpoint looked at, for comparing with paper. */
  readonly lastCheckpoint: { readonly number: bigint; readonly digest: string } | null;
  /** Whole events that wait for their link, all of them young. */
  readonly waiting: number;
}

export interface VerifyRun {
  readonly signal: AbortSignal;
  /** After every page. */
  readonly onProgress: (links: bigint) => void;
}
