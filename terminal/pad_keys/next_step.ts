import type { PadKeysState } from "../../server/modules/fleet/contract.ts";
import type { KeptPadKeys } from "../journal_pad.ts";
import type { PadKeyTrouble } from "./pad_key_trouble.ts";

export interface PadKeyFacts {
  readonly kept: KeptPadKeys | null;
  /** Null: no answer. */
  readonly told: PadKeysState | null;
  /** Whether the pad's check values are those of the kept keys; pads that tell none are `unknown`. */
  readonly held: "yes" | "no" | "unknown";
}

export type PadKeyStep =
  | { readonly kind: "use" }
  | { readonly kind: "confirm" }
  | { readonly kind: "fetch" }
  | { readonly kind: "wait"; readonly trouble: PadKeyTrouble };

/**
 * What brings pad and platform to the same keys, wherever it was broken off before. Keys that may be
 * half in are never confirmed, and what a silent platform may have confirmed is asked again.
 */
export function nextPadKeyStep({ kept, told, held }: PadKeyFacts): PadKeyStep {
  if (told === null) {
    const isUsable = kept?.progress === "ready" && held !== "no";
    return isUsable ? { kind: "use" } : { kind: "wait", trouble: "platform_silent" };
  }
  if (told.master === null) return { kind: "wait", trouble: "no_master" };
  if (kept === null || kept.progress === "loading" || held === "no") return { kind: "fetch" };
  if (kept.algorithm !== told.master.algorithm) return { kind: "fetch" };
  if (kept.progress === "loaded") return { kind: "confirm" };
  return kept.version === told.version && !told.wanted ? { kind: "use" } : { kind: "fetch" };
}
