const REPORT_MS = 1_000;
const MEGA = 1_000_000;

export interface ProgressOptions {
  readonly label: string;
  /** Bytes; null when the end is not known. */
  readonly total: number | null;
  /** `--progress`: even when standard error is no screen. */
  readonly isAsked: boolean;
}

/** Passes the pieces on and tells once a second how far they are: on a screen in one line. */
export async function* withProgress(
  pieces: AsyncIterable<Uint8Array>,
  options: ProgressOptions,
): AsyncGenerator<Uint8Array> {
  const report = new Report(options);
  try {
    for await (const piece of pieces) {
      report.add(piece.length);
      yield piece;
    }
  } finally {
    report.end();
  }
}

class Report {
  readonly #options: ProgressOptions;
  readonly #isScreen = Deno.stderr.isTerminal();
  readonly #start = performance.now();
  #last = this.#start;
  #done = 0;
  #isShown: boolean;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#isShown = options.isAsked;
  }

  add(bytes: number): void {
    this.#done += bytes;
    const now = performance.now();
    if (now - this.#last < REPORT_MS || !(this.#isScreen || this.#options.isAsked)) return;
    this.#last = now;
    this.#isShown = true;
    this.#write(this.#isScreen ? "" : "\n");
  }

  end(): void {
    if (this.#isShown) this.#write("\n");
  }

  #write(end: string): void {
    const { label, total } = this.#options;
    const seconds = Math.max((performance.now() - this.#start) / 1_000, 0.001);
    const of = total === null ? "" : ` / ${amount(total)}  ${percent(this.#done, total)}%`;
    const speed = (this.#done / MEGA / seconds).toFixed(1);
    const line = `${label} ${amount(this.#done)}${of}  ${speed} MB/s`;
    const text = `${this.#isScreen ? "\r\x1b[K" : ""}${line}${end}`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
}

function amount(bytes: number): string {
  return bytes < 1_000 * MEGA
    ? `${(bytes / MEGA).toFixed(1)} MB`
    : `${(bytes / MEGA / 1_000).toFixed(2)} GB`;
}

function percent(done: number, total: number): string {
  return total === 0 ? "100" : String(Math.floor(done / total * 100));
}
