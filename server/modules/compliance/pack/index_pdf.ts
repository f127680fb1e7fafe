import { reasonsOf, VERDICT_NAMES } from "../clause.ts";
import {
  countVerdicts,
  evidenceRows,
  INDEX_NOTES,
  type PackIndex,
  PROFILE_TITLES,
} from "../pack_index.ts";
import type { Verdict } from "../contract.ts";
import { readChineseFont } from "./font.ts";
import { PdfTable } from "./pdf_table.ts";

const FONT = "noto-sans-sc";
const MARGIN = 36;
const TEXT_SIZE = 8.5;
const HEADING_SIZE = 13;

const HEADING_ROOM = 80;

const VERDICTS: readonly Verdict[] = ["met", "partly", "unmet", "not_applicable"];
const INK = "#1a1a1a";
const COLOURS: Readonly<Record<Verdict, string>> = {
  met: "#0b6b2e",
  partly: "#8a4b00",
  unmet: "#b00020",
  not_applicable: "#4a4a4a",
};

/** The index for paper: A4 landscape, the same words as index.html. */
export async function indexPdf(index: PackIndex): Promise<Uint8Array> {
  const { profile, period } = index;
  // Large, and few processes ever write one.
  const { default: PDFDocument } = await import("pdfkit");
  const document = new PDFDocument({
    size: "A4",
    layout: "landscape",
    margin: MARGIN,
    bufferPages: true,
    // The standard fonts have no Chinese and are read from disk.
    font: "",
    lang: "zh-CN",
    displayTitle: true,
    // What makes the file's id: the same data, the same bytes.
    info: {
      Title: PROFILE_TITLES[profile],
      CreationDate: period.until,
      Producer: "yikatong",
      Creator: "yikatong",
    },
  });
  const chunks: Uint8Array[] = [];
  document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise((resume) => document.on("end", resume));
  document.registerFont(FONT, await readChineseFont());
  document.font(FONT);
  writeFront(document, index);
  writeClauses(document, index);
  writeEvidence(document, index);
  numberPages(document, index);
  document.end();
  await ended;
  return joined(chunks);
}

type Document = PDFKit.PDFDocument;

function writeFront(document: Document, index: PackIndex): void {
  const { profile, period, judgements } = index;
  const counts = countVerdicts(judgements);
  document.fillColor(INK).fontSize(18).text(PROFILE_TITLES[profile]);
  document.fontSize(10).text(
    `GB/T 22239-2019 第三级　证据期 ${period.fromDay} 至 ${period.toDay}（北京时间）`,
  );
  document.moveDown(0.5);
  const table = new PdfTable(document, {
    heads: [...VERDICTS.map((verdict) => VERDICT_NAMES[verdict]), "合计"],
    widths: [1, 1, 1, 1, 1],
    size: 11,
    ink: INK,
  });
  table.row([
    ...VERDICTS.map((verdict) => ({ text: String(counts[verdict]), colour: COLOURS[verdict] })),
    { text: String(judgements.length) },
  ]);
  document.moveDown(0.5).fontSize(TEXT_SIZE).fillColor(INK);
  for (const note of INDEX_NOTES) document.text(`· ${note}`);
}

function writeClauses(document: Document, { judgements }: PackIndex): void {
  heading(document, "一、条款与结论");
  const table = new PdfTable(document, {
    heads: ["条款", "要求", "结论", "理由", "证据", "如何复核"],
    widths: [9, 30, 8, 34, 6, 18],
    size: TEXT_SIZE,
    ink: INK,
  });
  for (const judgement of judgements) {
    const { clause, verdict, findings } = judgement;
    const unit = clause.id.startsWith("L3-") ? `\n${clause.id}` : "";
    table.row([
      { text: `${clause.number}${unit}` },
      { text: clause.requirement },
      { text: VERDICT_NAMES[verdict], colour: COLOURS[verdict] },
      { text: reasonsOf(judgement).join("；\n") },
      { text: [...new Set(findings.map(({ source }) => source))].join("\n") },
      { text: clause.reproduce },
    ]);
  }
}

function writeEvidence(document: Document, index: PackIndex): void {
  heading(document, "二、证据");
  const table = new PdfTable(document, {
    heads: ["编号", "证据", "说明什么", "状态", "文件"],
    widths: [6, 16, 30, 16, 37],
    size: TEXT_SIZE,
    ink: INK,
  });
  for (const { id, title, shows, state, files } of evidenceRows(index)) {
    table.row([
      { text: id },
      { text: title },
      { text: shows },
      { text: state, colour: COLOURS[index.sources.has(id) ? "met" : "unmet"] },
      { text: files.map(({ path, rows }) => rows === 0 ? `${path}（无记录）` : path).join("\n") },
    ]);
  }
}

function heading(document: Document, text: string): void {
  const { page } = document;
  document.moveDown(1);
  if (document.y + HEADING_ROOM > page.height - page.margins.bottom) document.addPage();
  document.fillColor(INK).fontSize(HEADING_SIZE).text(text).moveDown(0.3);
}

/** Below the margin, where text would otherwise start a page of its own. */
function numberPages(document: Document, { period }: PackIndex): void {
  const { start, count } = document.bufferedPageRange();
  for (let at = 0; at < count; at++) {
    document.switchToPage(start + at);
    const { page } = document;
    page.margins.bottom = 0;
    document.fillColor(INK).fontSize(8).text(
      `${period.fromDay} 至 ${period.toDay}　第 ${at + 1} 页，共 ${count} 页`,
      MARGIN,
      page.height - MARGIN + 8,
      { width: page.width - 2 * MARGIN, align: "right", lineBreak: false },
    );
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
