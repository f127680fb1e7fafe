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
    const families = new Map<string, string[]>();
    const add = (name: string, type: string, lines: readonly string[]) => {
      const known = families.get(name) ?? [`# TYPE ${name} ${type}`];
      families.set(name, [...known, ...lines]);
    };
    for (const [key, value] of this.#counters) add(split(key)[0], "counter", [`${key} ${value}`]);
    for (const [key, value] of this.#gauges) add(split(key)[0], "gauge", [`${key} ${value}`]);
    for (const [key, histogram] of this.#histograms) {
      add(split(key)[0], "histogram", histogramLines(key, histogram));
    }
    return [...families.values()].flat().join("\n") + "\n";
  }
}

function histogramLines(key: string, { counts, sum, count }: Histogram): string[] {
  const [name, labels] = split(key);
  const inner = labels === "" ? "" : `${labels},`;
  return [
    ...BUCKETS.map((bound, at) => `${name}_bucket{${inner}le="${bound}"} ${counts[at] ?? 0}`),
    `${name}_bucket{${inner}le="+Inf"} ${count}`,
    `${name}_sum${braces(labels)} ${sum}`,
    `${name}_count${braces(labels)} ${count}`,
  ];
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
