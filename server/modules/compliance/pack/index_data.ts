import {
  clauseRows,
  countVerdicts,
  evidenceRows,
  INDEX_NOTES,
  type PackIndex,
  PROFILE_TITLES,
} from "../pack_index.ts";
import { CSV_START, csvLine } from "./csv.ts";

/** The index for machines; names are stable. */
export function indexJson(index: PackIndex): string {
  const { profile, period, facts } = index;
  const document = {
    form: 1,
    profile,
    title: PROFILE_TITLES[profile],
    standard: "GB/T 22239-2019 第三级",
    period: { from: period.fromDay, to: period.toDay, zone: "Asia/Shanghai" },
    verdicts: countVerdicts(index.judgements),
    notes: INDEX_NOTES,
    clauses: clauseRows(index).map((row, at) => ({
      ...row,
      verdict: index.judgements[at]?.verdict,
      findings: index.judgements[at]?.findings,
    })),
    evidence: evidenceRows(index).map((row) => ({
      ...row,
      isMissing: !index.sources.has(row.id),
      files: row.files.map(({ path, title, rows, size, sm3 }) => ({
        path,
        title,
        rows,
        size,
        sm3: sm3.toHex(),
      })),
    })),
    facts: Object.fromEntries(
      Object.entries(facts).toSorted(([left], [right]) => left < right ? -1 : 1),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function indexCsv(index: PackIndex): string {
  const head = ["测评单元", "条款", "要求", "结论", "理由", "证据文件", "如何复核"];
  const rows = clauseRows(index).map((row) => [
    row.id,
    row.number,
    row.requirement,
    row.verdict,
    row.reasons.join("；"),
    row.files.join(" "),
    row.reproduce,
  ]);
  return CSV_START + [head, ...rows].map(csvLine).join("");
}
