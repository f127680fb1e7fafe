/** Prometheus text at `/metrics`: counters and latency histograms of one process, bounded in series. */

const SERIES_MAX = 2_000;
/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Labels = Readonly<Record<string, string>>;

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Metrics {
  readonly #counters = new Map<string, number>();
  readonly #gauges = new Map<string, number>();
  readonly #histograms = new Map<string, Histogram>();

  count(name: string, labels: Labels = {}, by = 1): void {
    const key = series(name, labels);
    const known = this.#counters.get(key);
    if (known === undefined && this.#counters.size >= SERIES_MAX) return;
    this.#counters.set(key, (known ?? 0) + by);
  }

  set(name: string, labels: Labels, value: number): void {
    const key = series(name, labels);
    if (this.#gauges.has(key) || this.#gauges.size < SERIES_MAX) this.#gauges.set(key, value);
  }

  observeSeconds(name: string, labels: Labels, seconds: number): void {
    const key = series(name, labels);
    let known = this.#histograms.get(key);
    if (!known) {
      if (this.#histograms.size >= SERIES_MAX) return;
      known = { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
      this.#histograms.set(key, known);
    }
    known.sum += seconds;
    known.count += 1;
    BUCKETS.forEach((bound, at) => {
      if (known && seconds <= bound) known.counts[at] = (known.counts[at] ?? 0) + 1;
    });
  }

  text(): string {
    const lines = [...this.#counters, ...this.#gauges].map(([key, value]) => `${key} ${value}`);
    for (const [key, histogram] of this.#histograms) {
      const [name = "", labels = ""] = split(key);
      const inner = labels === "" ? "" : `${labels},`;
      BUCKETS.forEach((bound, at) =>
        lines.push(`${name}_bucket{${inner}le="${bound}"} ${histogram.counts[at] ?? 0}`)
      );
      lines.push(`${name}_bucket{${inner}le="+Inf"} ${histogram.count}`);
      lines.push(`${name}_sum${braces(labels)} ${histogram.sum}`);
      lines.push(`${name}_count${braces(labels)} ${histogram.count}`);
    }
    return lines.join("\n") + "\n";
  }
}

function series(name: string, labels: Labels): string {
  const inner = Object.entries(labels).map(([label, value]) => `${label}="${escape(value)}"`);
  return inner.length === 0 ? name : `${name}{${inner.join(",")}}`;
}

function split(key: string): [string, string] {
  const at = key.indexOf("{");
  return at === -1 ? [key, ""] : [key.slice(0, at), key.slice(at + 1, -1)];
}

function braces(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

function escape(value: string): string {
  return value.replace(/["\\\n]/g, "_");
}
