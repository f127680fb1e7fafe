import type { ChainCheck } from "./chain_check.ts";
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
  /** Awaited after every page, by a check that gives way. */
  readonly pace?: () => Promise<void>;
}

/** The chain up to its last break. */
export interface EarlierParts {
  readonly faults: readonly Fault[];
  readonly links: bigint;
  readonly checkpoints: number;
  readonly anchored: number;
}

/** How a check along the chain ended, and what was looked at beside it. */
export interface CheckEnd {
  /** Of a deletion that hides what it may not. */
  readonly forged: Fault | null;
  /** Of breaks behind which the chain went on, and of what lies before them. */
  readonly earlier?: EarlierParts;
  /** Null where nothing is wrong up to the end. */
  readonly tail: Fault | "stopped" | null;
  readonly waiting: { readonly fault: Fault | null; readonly waiting: number };
  readonly countersigned: number | null;
  readonly tagsChecked: boolean;
}

export function reportOf(
  check: ChainCheck,
  { forged, earlier, tail, waiting, countersigned, tagsChecked }: CheckEnd,
): VerifyReport {
  const before = earlier ?? { faults: [], links: 0n, checkpoints: 0, anchored: 0 };
  const faults = [
    forged,
    ...before.faults,
    check.firstForeign,
    tail === "stopped" ? null : tail,
    waiting.fault,
  ]
    .filter((fault) => fault !== null);
  return {
    verdict: faults.length > 0 ? "broken" : tail === "stopped" ? "stopped" : "intact",
    faults,
    links: before.links + check.links,
    checkpoints: before.checkpoints + check.checkpoints,
    anchored: before.anchored + check.anchored,
    countersigned,
    tagsChecked,
    lastCheckpoint: check.checkpointNumber === 0n
      ? null
      : { number: check.checkpointNumber, digest: check.checkpointDigest.toHex() },
    waiting: waiting.waiting,
  };
}
