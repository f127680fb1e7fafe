/** Work that outlives the request that began it; a stop waits for it. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #report: (thrown: unknown) => void;

  /** `report` hears of failures that come when nobody waits any more. */
  constructor(report: (thrown: unknown) => void) {
    this.#report = report;
  }

  /** Waits for the work up to `waitMs`; after that it goes on by itself. Failures within reach the caller. */
  async waitFor(work: Promise<void>, waitMs: number): Promise<void> {
    let isWaited = true;
    const settled = work.catch((thrown) => {
      if (!isWaited) this.#report(thrown);
    }).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resume) => timer = setTimeout(resume, waitMs));
    try {
      await Promise.race([work, late]);
    } finally {
      isWaited = false;
      clearTimeout(timer);
    }
  }

  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
