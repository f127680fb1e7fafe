/** A slip of twenty lines is hundreds of changes; the dock wants to look once. */
const GATHER_MS = 100;

/** Tells of many changes at once: a little after the first one, and not again till there is another. */
export class GatheredChanges implements Disposable {
  readonly #tell: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  readonly changed = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, GATHER_MS);
  };

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
