import { type Judgement, reasonsOf, VERDICT_NAMES } from "./clause.ts";
import type { PackClause, PackProfile, Verdict } from "./contract.ts";
import type { EvidenceFile } from "./evidence_files.ts";
import { EVIDENCE, type EvidenceId } from "./evidence_list.ts";
import type { KnownFacts } from "./facts.ts";
import type { Period } from "./period.ts";

/** All that the index says, in whatever form it is read. */
export interface PackIndex {
  readonly profile: PackProfile;
  readonly period: Period;
  readonly judgements: readonly Judgement[];
  readonly files: readonly EvidenceFile[];
  /** Whose source is there. */
  readonly sources: ReadonlySet<EvidenceId>;
  readonly facts: KnownFacts;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

export const PROFILE_TITLES: Readonly<Record<PackProfile, string>> = {
  mlps3: "网络安全等级保护（第三级）证据包",
};

/** Said in every form of the index. */
export const INDEX_NOTES: readonly string[] = [
  "结论由程序按证据数据逐项计算，供测评参考，不代替测评机构的结论。",
  "“符合”指本包的数据足以说明；还须由测评人员实测或现场核查才能确认的，列“部分符合”并写明测什么。",
  "“不适用”指应用自身不承担、须由建设单位或现场核查的要求，或证据期内没有可核查的对象。",
  "“缺少数据来源”指产品目前没有这项数据，按不符合列出，不省略。",
];

export function countVerdicts(judgements: readonly Judgement[]): VerdictCounts {
  const counts = { met: 0, partly: 0, unmet: 0, not_applicable: 0 };
  for (const { verdict } of judgements) counts[verdict]++;
  return counts;
}

/** Clauses as rows: what the index says of each, in words. */
export interface ClauseRow {
  readonly id: string;
  readonly number: string;
  readonly requirement: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
  /** Paths in the pack; a folder, "E-04/", stands for all in it. */
  readonly files: readonly string[];
  readonly reproduce: string;
}

export function clauseRows({ judgements, files }: PackIndex): ClauseRow[] {
  return judgements.map((judgement) => {
    const evidence = new Set(
      judgement.findings.filter(({ isElsewhere }) => !isElsewhere).map(({ source }) => source),
    );
    const { id, number, requirement, reproduce } = judgement.clause;
    return {
      id,
      number,
      requirement,
      verdict: VERDICT_NAMES[judgement.verdict],
      reasons: reasonsOf(judgement),
      files: [...new Set(files.filter((file) => evidence.has(file.evidence)).map(shortPath))],
      reproduce,
    };
  });
}

/** The same for the console. */
export function packClauses(index: PackIndex): PackClause[] {
  return clauseRows(index).map(({ verdict: _inWords, ...row }, at) => ({
    ...row,
    reasons: [...row.reasons],
    files: [...row.files],
    verdict: index.judgements[at]?.verdict ?? "not_applicable",
  }));
}

function shortPath({ path }: EvidenceFile): string {
  return path.includes("/") ? `${path.split("/", 1)[0]}/` : path;
}

/** Evidence as rows: what there is, and what there is not. */
export interface EvidenceRow {
  readonly id: EvidenceId;
  readonly title: string;
  readonly shows: string;
  readonly state: string;
  readonly files: readonly EvidenceFile[];
}

export const SOURCE_THERE = "已收集";
export const SOURCE_MISSING = "不符合：缺少数据来源（source missing）";

export function evidenceRows({ files, sources }: PackIndex): EvidenceRow[] {
  return evidenceIds().map((id) => ({
    id,
    ...EVIDENCE[id],
    state: sources.has(id) ? SOURCE_THERE : SOURCE_MISSING,
    files: files.filter((file) => file.evidence === id),
  }));
}

export function evidenceIds(): EvidenceId[] {
  return Object.keys(EVIDENCE).filter((id): id is EvidenceId => Object.hasOwn(EVIDENCE, id));
}
