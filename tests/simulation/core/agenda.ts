interface Entry {
  readonly at: number;
  readonly seq: number;
  readonly run: () => void;
}

/** Virtual time: what is to happen, each at its instant; of one instant, in the order of asking. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #seq = 0;
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  in(ms: number, run: () => void): void {
    this.#push({ at: this.#now + Math.max(0, ms), seq: this.#seq++, run });
  }

  /** Lets time pass until nothing is to happen any more; false when it was not so by `end`. */
  runUntil(end: number): boolean {
    for (let next = this.#heap[0]; next; next = this.#heap[0]) {
      if (next.at > end) return false;
      this.#pop();
      this.#now = next.at;
      next.run();
    }
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (!parent || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.#earlierChild(at);
      const entry = heap[child];
      if (!entry || isBefore(last, entry)) break;
      heap[at] = entry;
      at = child;
    }
    heap[at] = last;
  }

  #earlierChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left && right && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at === right.at ? left.seq < right.seq : left.at < right.at;
}
