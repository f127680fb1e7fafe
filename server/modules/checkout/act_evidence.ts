import type { Sealer } from "../../platform/sealer.ts";

/**
 * What staff writes down to show that an act is right may name people: it is sealed, and everywhere
 * else, in tags and in the audit trail, its keyed index stands for it.
 */
export interface SealedEvidence {
  /** Null once its time was over. */
  readonly evidence_sealed: Uint8Array | null;
  readonly evidence_index: Uint8Array;
}

type Column = "refund_act.evidence" | "checkout_act.evidence";

export async function sealEvidence(
  sealer: Sealer,
  column: Column,
  text: string,
): Promise<SealedEvidence> {
  return {
    evidence_sealed: await sealer.seal(column, text),
    evidence_index: await sealer.index(column, text),
  };
}

/** Null where there is none any more, or another's was put in its place. */
export async function openEvidence(
  sealer: Sealer,
  column: Column,
  { evidence_sealed, evidence_index }: SealedEvidence,
): Promise<string | null> {
  if (evidence_sealed === null) return null;
  const text = await sealer.open(column, evidence_sealed);
  return areSame(await sealer.index(column, text), evidence_index) ? text : null;
}

export function areSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
