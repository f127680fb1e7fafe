import type { EvidenceId } from "./evidence_list.ts";
import type { EvidenceFiles } from "./evidence_files.ts";
import type { KnownFacts } from "./facts.ts";
import type { Period } from "./period.ts";

/** Writes one piece of evidence from live data and says what it counted. */
export interface EvidenceSource {
  readonly id: EvidenceId;
  collect(period: Period, files: EvidenceFiles): Promise<KnownFacts>;
}
