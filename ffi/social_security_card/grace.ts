/** A signal that follows another one after some time, or never when it is disposed before. */
export class Grace implements Disposable {
  readonly #last = new AbortController();
  readonly #before: AbortSignal;
  readonly #begin: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(before: AbortSignal, graceMs: number) {
    this.#before = before;
    this.#begin = () => {
      this.#timer = setTimeout(() => this.#last.abort(), graceMs);
    };
    if (before.aborted) this.#begin();
    else before.addEventListener("abort", this.#begin, { once: true });
  }

  get signal(): AbortSignal {
    return this.#last.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#before.removeEventListener("abort", this.#begin);
  }
}
