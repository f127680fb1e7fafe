import { LineError } from "../line.ts";
import { type Libc, O_CLOEXEC, O_NONBLOCK, POLLIN } from "./libc.ts";

export interface Wait {
  readonly fd: number;
  /** POLLIN or POLLOUT. */
  readonly events: number;
  readonly timeoutMs: number;
}

/** `struct pollfd`: fd i32, events i16, revents i16. */
const POLLFD_BYTES = 8;
const REVENTS = 6;
/** A worker that ends waits for its threads: no longer than this. */
const POLL_MS_MAX = 60_000;
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

/**
 * Waits for file descriptors with poll(2) on a thread, which sleeps all the while, and can be
 * woken by an eventfd. Nothing may stay open on the descriptors' account: dispose it before them.
 */
export class Readiness implements AsyncDisposable {
  readonly #libc: Libc;
  readonly #wakeFd: number;
  readonly #polls = new Set<Promise<number>>();
  readonly #count = new Uint8Array(8);
  #isOver = false;

  /** Throws `LineError` `unavailable` when the process has no more descriptors. */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#wakeFd = libc.fn.eventfd(0, O_NONBLOCK | O_CLOEXEC);
    if (this.#wakeFd >= 0) return;
    throw new LineError("unavailable", `Cannot wait for a line: error ${libc.errno} of eventfd`);
  }

  /**
   * What poll said of the descriptor; 0 when nothing happened for some time, which may be less
   * than `timeoutMs`: woken, interrupted, or longer than one poll lasts. Ask again.
   */
  async wait({ fd, events, timeoutMs }: Wait): Promise<number> {
    if (this.#isOver) return 0;
    if (this.#polls.size === 0) this.#clear();
    const fds = new Uint8Array(2 * POLLFD_BYTES);
    const view = new DataView(fds.buffer);
    view.setInt32(0, fd, true);
    view.setInt16(4, events, true);
    view.setInt32(POLLFD_BYTES, this.#wakeFd, true);
    view.setInt16(POLLFD_BYTES + 4, POLLIN, true);
    const ms = Math.ceil(Math.min(Math.max(timeoutMs, 0), POLL_MS_MAX));
    const poll = this.#libc.fn.poll(fds, 2n, ms);
    this.#polls.add(poll);
    try {
      return await poll > 0 ? view.getInt16(REVENTS, true) : 0;
    } finally {
      this.#polls.delete(poll);
    }
  }

  /** Every wait ends; those who want to go on waiting ask again. */
  wake(): void {
    if (!this.#isOver) this.#libc.fn.write(this.#wakeFd, ONE, 8n);
  }

  /** Resolves when no thread looks at a descriptor any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.wake();
    this.#isOver = true;
    await Promise.all(this.#polls);
    this.#libc.fn.close(this.#wakeFd);
  }

  #clear(): void {
    this.#libc.fn.read(this.#wakeFd, this.#count, 8n);
  }
}
