/** A session has one or two; a library that gives more is not closed by its driver. */
const HANDLES_MAX = 256;

/** The handle was given by another process: what it stood for is gone. */
export class HandleGone extends Error {
  override readonly name = "HandleGone";
}

/**
 * Pointers that a library hands out (`void**`). They stay in its process; outside they go by a
 * word that no later process of the same library knows.
 */
export class Handles {
  readonly #process = crypto.randomUUID();
  readonly #addresses = new Map<string, bigint>();
  #given = 0;

  keep(address: bigint): string {
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size >= HANDLES_MAX && oldest) this.#addresses.delete(oldest);
    const word = `${this.#process}-${++this.#given}`;
    this.#addresses.set(word, address);
    return word;
  }

  /** Throws {@link HandleGone}. */
  find(word: string): Deno.PointerValue {
    const address = this.#addresses.get(word);
    if (address === undefined) throw new HandleGone("Cannot find a handle of this process");
    return Deno.UnsafePointer.create(address);
  }
}
