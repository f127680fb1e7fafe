import { chinaTime } from "../../../platform/clock.ts";

export type CsvValue = string | number | bigint | boolean | Date | null;

/** What a spreadsheet would take for a formula, DDE or a new cell (OWASP, CSV injection). */
const FORMULA = /^[\s\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/** RFC 4180 in UTF-8 with a mark of its own, which Excel needs to read Chinese. */
export const CSV_START = "\uFEFF";

export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}

function csvField(value: CsvValue): string {
  const text = csvText(value);
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `2026-11-18 09:00:00.123`: what an assessor compares with clocks on walls. */
function beijingText(at: Date): string {
  return `${chinaTime(at)}.${String(at.getUTCMilliseconds()).padStart(3, "0")}`;
}

function csvText(value: CsvValue): string {
  if (value === null) return "";
  if (value instanceof Date) return beijingText(value);
  if (typeof value === "boolean") return value ? "是" : "否";
  const text = String(value).toWellFormed();
  return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}
