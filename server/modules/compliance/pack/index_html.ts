import {
  type ClauseRow,
  clauseRows,
  countVerdicts,
  type EvidenceRow,
  evidenceRows,
  INDEX_NOTES,
  type PackIndex,
  PROFILE_TITLES,
} from "../pack_index.ts";
import { VERDICT_NAMES } from "../clause.ts";
import type { Verdict } from "../contract.ts";

const STYLE = `
:root { color: #1a1a1a; background: #fff; font: 14px/1.6 "Noto Sans SC", "Microsoft YaHei",
  "PingFang SC", "Source Han Sans SC", sans-serif; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p.about { color: #4a4a4a; margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { border: 1px solid #b8bec6; padding: .4rem .55rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead th { background: #eef1f5; } thead { display: table-header-group; } tr { break-inside: avoid; }
.counts { width: auto; table-layout: auto; } .counts td { font-size: 1.3rem; text-align: center; }
.verdict { font-weight: 600; white-space: nowrap; }
.met { color: #0b6b2e; } .partly { color: #8a4b00; } .unmet { color: #b00020; }
.not_applicable { color: #4a4a4a; }
ul { margin: 0; padding-left: 1.1rem; } .notes { margin-top: .75rem; } code { font: 12px/1.5 Consolas, Menlo, monospace; }
a { color: #0b4fa8; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; }
  a { color: inherit; text-decoration: none; } @page { size: A4 landscape; margin: 12mm; } }
`;

const VERDICTS: readonly Verdict[] = ["met", "partly", "unmet", "not_applicable"];

/** One page without script or anything from outside; links lead to the files beside it. */
export function indexHtml(index: PackIndex): string {
  const { profile, period } = index;
  const title = PROFILE_TITLES[profile];
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} ${period.fromDay} 至 ${period.toDay}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="about">GB/T 22239-2019 第三级 · 证据期 ${period.fromDay} 至 ${period.toDay}（北京时间）·
验证方法见 <a href="README.html">README.html</a></p>
${countsTable(index)}
<ul class="notes">${INDEX_NOTES.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>
<h2>一、条款与结论</h2>
${clausesTable(index)}
<h2>二、证据</h2>
${evidenceTable(index)}
</body>
</html>
`;
}

function countsTable({ judgements }: PackIndex): string {
  const counts = countVerdicts(judgements);
  const heads = VERDICTS.map((verdict) => `<th scope="col">${VERDICT_NAMES[verdict]}</th>`);
  const cells = VERDICTS.map((verdict) => `<td class="${verdict}">${counts[verdict]}</td>`);
  return `<table class="counts"><thead><tr>${heads.join("")}<th scope="col">合计</th></tr></thead>
<tbody><tr>${cells.join("")}<td>${judgements.length}</td></tr></tbody></table>`;
}

function clausesTable(index: PackIndex): string {
  const rows = clauseRows(index).map((row, at) => clauseLine(row, index.judgements[at]?.verdict));
  return `<table>
<colgroup><col style="width:6.5rem"><col style="width:24%"><col style="width:5.5rem">
<col style="width:28%"><col style="width:16%"><col></colgroup>
<thead><tr><th scope="col">条款</th><th scope="col">要求</th><th scope="col">结论</th>
<th scope="col">理由</th><th scope="col">证据文件</th><th scope="col">如何复核</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`;
}

function clauseLine(row: ClauseRow, verdict: Verdict = "unmet"): string {
  const reasons = row.reasons.map((reason) => `<li>${escaped(reason)}</li>`).join("");
  const unit = row.id.startsWith("L3-") ? `<br><code>${escaped(row.id)}</code>` : "";
  return `<tr id="${escaped(row.id)}"><td>${escaped(row.number)}${unit}</td>` +
    `<td>${escaped(row.requirement)}</td>` +
    `<td class="verdict ${verdict}">${row.verdict}</td><td><ul>${reasons}</ul></td>` +
    `<td>${row.files.map(link).join("<br>")}</td><td>${escaped(row.reproduce)}</td></tr>`;
}

function evidenceTable(index: PackIndex): string {
  const rows = evidenceRows(index).map((row) => evidenceLine(row, index.sources.has(row.id)));
  return `<table>
<colgroup><col style="width:4.5rem"><col style="width:14%"><col style="width:26%">
<col style="width:14%"><col></colgroup>
<thead><tr><th scope="col">编号</th><th scope="col">证据</th><th scope="col">说明什么</th>
<th scope="col">状态</th><th scope="col">文件</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`;
}

function evidenceLine({ id, title, shows, state, files }: EvidenceRow, isThere: boolean): string {
  const listed = files.map(({ path, title, rows, size }) => {
    const count = rows === null ? "" : rows === 0 ? "0 行：没有这类记录；" : `${rows} 行，`;
    return `<li>${link(path)}：${escaped(title)}（${count}${size} 字节）</li>`;
  });
  return `<tr id="${id}"><td>${id}</td><td>${title}</td><td>${shows}</td>` +
    `<td class="${isThere ? "met" : "unmet"}">${state}</td><td><ul>${
      listed.join("")
    }</ul></td></tr>`;
}

function link(path: string): string {
  return `<a href="${escaped(path)}"><code>${escaped(path)}</code></a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
}
