import { MARKS, type TerminalFinding } from "./finding.ts";

/** Lines of a table on a console, where a Chinese character is two columns wide. */
export function findingLines(findings: readonly TerminalFinding[]): string[] {
  const width = Math.max(...findings.map(({ subject }) => columns(subject)));
  return findings.flatMap(({ state, subject, text, remedy }) => {
    const gap = " ".repeat(width - columns(subject));
    const line = `${MARKS[state]}  ${subject}${gap}  ${text}`;
    return remedy === "" ? [line] : [line, `${" ".repeat(width + 8)}→ ${remedy}`];
  });
}

function columns(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
}
