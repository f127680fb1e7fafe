import type { Verdict } from "./contract.ts";
import type { EvidenceId } from "./evidence_list.ts";
import type { KnownFacts } from "./facts.ts";
import type { Check, Finding } from "./finding.ts";

/** One clause of GB/T 22239-2019, level 3. */
export interface Clause {
  /** Of GB/T 28448-2019 where the clause has one ("L3-CES1-01"), else the clause's own number. */
  readonly id: string;
  /** "8.1.4.1 a". */
  readonly number: string;
  readonly requirement: string;
  readonly checks: readonly Check[];
  /** Page or command by which an assessor sees the same. */
  readonly reproduce: string;
}

/** A clause with what the facts say of it. */
export interface Judgement {
  readonly clause: Clause;
  readonly verdict: Verdict;
  readonly findings: readonly (Finding & { readonly source: EvidenceId })[];
}

export function judgeClause(clause: Clause, facts: KnownFacts): Judgement {
  const findings = clause.checks.map((check) => ({ source: check.source, ...check.judge(facts) }));
  return { clause, verdict: verdictOf(findings), findings };
}

/** Met and unmet are for when all agree; what does not apply counts for nothing. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const verdicts = new Set(
    findings.map(({ verdict }) => verdict).filter((verdict) => verdict !== "not_applicable"),
  );
  if (verdicts.size === 0) return "not_applicable";
  const [only] = verdicts;
  return verdicts.size === 1 && only !== undefined ? only : "partly";
}

/** Each once: a missing source is behind several findings. */
export function reasonsOf({ findings }: Judgement): string[] {
  return [...new Set(findings.map(({ reason }) => reason))];
}

export const VERDICT_NAMES: Readonly<Record<Verdict, string>> = {
  met: "符合",
  partly: "部分符合",
  unmet: "不符合",
  not_applicable: "不适用",
};
