/** Figures and how they are printed: percentiles of latencies, tables of text. */

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Nearest-rank percentiles: each is a latency that somebody really had. */
export function latenciesOf(tookMs: readonly number[]): Latencies {
  const sorted = [...tookMs].sort((left, right) => left - right);
  return {
    count: sorted.length,
    p50Ms: rank(sorted, 0.5),
    p99Ms: rank(sorted, 0.99),
    maxMs: rank(sorted, 1),
  };
}

function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** Columns as wide as their widest cell; the first to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths.map((width, column) => {
      const cell = row[column] ?? "";
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [line(head), rule, ...rows.map(line)].join("\n");
}

export function ms(value: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(value < 10 ? 1 : 0);
}

const encoder = new TextEncoder();

export function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}
