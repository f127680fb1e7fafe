/** The engine's objects of the keys used last; what falls out is disposed, what is gone is made anew. */
export class BoundedCache<Value extends Disposable> implements Disposable {
  readonly #max: number;
  /** In the order of use: a Map keeps the order of insertion. */
  readonly #values = new Map<string, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The value must be used before anything is awaited, as it may be disposed after that. */
  get(name: string, make: () => Value): Value {
    const known = this.#values.get(name);
    if (known !== undefined) {
      this.#values.delete(name);
      this.#values.set(name, known);
      return known;
    }
    const made = make();
    this.#values.set(name, made);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#max) break;
      this.delete(oldest);
    }
    return made;
  }

  delete(name: string): void {
    const value = this.#values.get(name);
    this.#values.delete(name);
    value?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const name of [...this.#values.keys()]) this.delete(name);
  }
}
