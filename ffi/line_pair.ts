import { type ByteLine, LineError, type LineOptions, type ModemLines } from "./line.ts";

/** Two ends of one wire in memory, for drivers and simulators that need no system in between. */
export function linePair(name = "pair"): readonly [ByteLine, ByteLine] {
  const [left, right] = [new Mailbox(), new Mailbox()];
  return [new PairedLine(name, left, right), new PairedLine(name, right, left)];
}

const READ_BYTES_MAX = 4096;

/** What one end has written and the other has not read yet. */
class Mailbox {
  #pieces: Uint8Array[] = [];
  #arrived = Promise.withResolvers<void>();
  isGone = false;

  get arrival(): Promise<void> {
    return this.#arrived.promise;
  }

  put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += READ_BYTES_MAX) {
      this.#pieces.push(bytes.slice(at, at + READ_BYTES_MAX));
    }
    this.#wake();
  }

  take(): Uint8Array | null {
    const piece = this.#pieces.shift() ?? null;
    if (this.#pieces.length === 0 && !this.isGone) this.#arrived = Promise.withResolvers<void>();
    return piece;
  }

  empty(): void {
    // With nothing there, a reader waits for this very promise.
    if (this.#pieces.length === 0) return;
    this.#pieces = [];
    if (!this.isGone) this.#arrived = Promise.withResolvers<void>();
  }

  pull(): void {
    this.isGone = true;
    this.#wake();
  }

  #wake(): void {
    this.#arrived.resolve();
  }
}

class PairedLine implements ByteLine {
  readonly name: string;
  readonly #inbox: Mailbox;
  readonly #outbox: Mailbox;
  #isClosed = false;

  constructor(name: string, inbox: Mailbox, outbox: Mailbox) {
    this.name = name;
    this.#inbox = inbox;
    this.#outbox = outbox;
  }

  write(bytes: Uint8Array, { signal }: LineOptions): Promise<void> {
    const trouble = this.#trouble(signal) ?? (this.#outbox.isGone ? "gone" : null);
    if (trouble) return Promise.reject(this.#error(trouble));
    this.#outbox.put(bytes);
    return Promise.resolve();
  }

  async read({ timeoutMs, signal }: LineOptions): Promise<Uint8Array | null> {
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    const timer = setTimeout(end, timeoutMs);
    signal?.addEventListener("abort", end, { once: true });
    try {
      const before = this.#trouble(signal);
      if (before) throw this.#error(before);
      const waiting = this.#inbox.take();
      if (waiting) return waiting;
      await Promise.race([this.#inbox.arrival, ended.promise]);
      const trouble = this.#trouble(signal);
      if (trouble) throw this.#error(trouble);
      const piece = this.#inbox.take();
      if (!piece && this.#inbox.isGone) throw this.#error("gone");
      return piece;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    }
  }

  discardInput(): void {
    this.#inbox.empty();
  }

  modemLines(): ModemLines | null {
    return null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#outbox.pull();
    this.#inbox.pull();
    return Promise.resolve();
  }

  #trouble(signal: AbortSignal | undefined): "closed" | "cancelled" | null {
    if (this.#isClosed) return "closed";
    return signal?.aborted ? "cancelled" : null;
  }

  #error(trouble: "closed" | "cancelled" | "gone"): LineError {
    return new LineError(trouble, `Cannot use the line "${this.name}": it is ${trouble}`);
  }
}
