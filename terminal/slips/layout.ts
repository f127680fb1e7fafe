import { columnsOf } from "./escpos.ts";

/** Breaks a text where the paper ends; a Chinese character is never cut in two. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const character of text) {
    const width = columnsOf(character);
    if (used + width > columns) {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += character;
    used += width;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** `label ……… value`, the value at the right edge; a long label wraps above it. */
export function labelled(label: string, value: string, columns: number): string[] {
  const room = columns - columnsOf(value) - 1;
  if (room < 1) return [...wrap(label, columns), ...wrap(value, columns)];
  const lines = wrap(label, room);
  const last = lines.pop() ?? "";
  const gap = " ".repeat(columns - columnsOf(last) - columnsOf(value));
  return [...lines, last + gap + value];
}

export function rule(columns: number): string {
  return "-".repeat(columns);
}
