import { type ByteLine, LineError, type LineOptions, type ModemLines } from "../line.ts";
import {
  EAGAIN,
  EINTR,
  EINVAL,
  ENOTTY,
  type Libc,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
} from "./libc.ts";
import { Readiness } from "./readiness.ts";
import {
  TCIFLUSH,
  TIOCM_CAR,
  TIOCM_CTS,
  TIOCM_DSR,
  TIOCM_RNG,
  TIOCMGET,
  TIOCNXCL,
} from "./termios.ts";

export interface OpenFd {
  /** As messages name it. */
  readonly name: string;
  readonly libc: Libc;
  /** Of a terminal, non-blocking. The line owns it from now on. */
  readonly fd: number;
  /** Runs once, after the descriptor was closed. */
  readonly onClosed?: () => void | Promise<void>;
}

interface Until {
  /** Of poll. */
  readonly events: number;
  /** By `performance.now()`. */
  readonly endMs: number;
  readonly signal: AbortSignal | undefined;
}

const READ_BYTES_MAX = 4096;
/** poll says this when the cable is pulled; an empty read alone says nothing with VMIN 0. */
const HANG_UP = POLLHUP | POLLERR | POLLNVAL;
/** poll says that bytes can move and none does: so often in a row only on a broken port. */
const READY_MAX = 100;

/** Bytes of a terminal's descriptor: the port of a device, or the other end of a pty. */
export class FdLine implements ByteLine {
  readonly name: string;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #onClosed: () => void | Promise<void>;
  readonly #readiness: Readiness;
  readonly #buffer = new Uint8Array(READ_BYTES_MAX);
  #closing: Promise<void> | null = null;

  /** Throws `LineError` `unavailable`; the descriptor is the caller's then. */
  constructor({ name, libc, fd, onClosed = () => {} }: OpenFd) {
    this.name = name;
    this.#libc = libc;
    this.#fd = fd;
    this.#onClosed = onClosed;
    this.#readiness = new Readiness(libc);
  }

  async write(bytes: Uint8Array, { timeoutMs, signal }: LineOptions): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    // The caller may wipe a frame with a key in it at any time, as we do with ours.
    const copy = bytes.slice();
    try {
      let rest = copy;
      this.#requireUsable(signal);
      while (rest.length > 0) {
        const taken = await this.#until({ events: POLLOUT, endMs, signal }, () => this.#put(rest));
        if (taken === 0) this.#fail("late", `${rest.length} bytes of ${bytes.length} are left`);
        rest = rest.subarray(taken);
      }
    } finally {
      copy.fill(0);
    }
  }

  async read({ timeoutMs, signal }: LineOptions): Promise<Uint8Array | null> {
    const endMs = performance.now() + timeoutMs;
    let piece: Uint8Array | null = null;
    await this.#until({ events: POLLIN, endMs, signal }, () => {
      const count = this.#take();
      if (count > 0) piece = this.#buffer.slice(0, count);
      // A card or a PIN block does not stay here till the next device speaks.
      this.#buffer.fill(0, 0, count);
      return count;
    });
    return piece;
  }

  discardInput(): void {
    if (this.#closing === null) this.#libc.fn.tcflush(this.#fd, TCIFLUSH);
  }

  /** Throws `LineError`: `gone`, `closed`. */
  modemLines(): ModemLines | null {
    if (this.#closing !== null) this.#fail("closed");
    const lines = new Uint8Array(4);
    if (this.#libc.fn.ioctl(this.#fd, TIOCMGET, lines) < 0) {
      const { errno } = this.#libc;
      if (errno === ENOTTY || errno === EINVAL) return null;
      this.#fail("gone", `error ${errno}`);
    }
    const bits = new DataView(lines.buffer).getInt32(0, true);
    return {
      cts: (bits & TIOCM_CTS) !== 0,
      dsr: (bits & TIOCM_DSR) !== 0,
      carrier: (bits & TIOCM_CAR) !== 0,
      ring: (bits & TIOCM_RNG) !== 0,
    };
  }

  /** Ends what is waiting as `closed`. What was written is still sent. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#readiness[Symbol.asyncDispose]();
    const { fn } = this.#libc;
    // Others may have the terminal open as well: then it would stay closed to all.
    fn.ioctl(this.#fd, TIOCNXCL, null);
    await fn.close_in_background(this.#fd);
    await this.#onClosed();
  }

  /** How many bytes `move` moved, at once or as soon as any can; 0 when it is too late. */
  async #until({ events, endMs, signal }: Until, move: () => number): Promise<number> {
    const wake = () => this.#readiness.wake();
    signal?.addEventListener("abort", wake, { once: true });
    try {
      this.#requireUsable(signal);
      for (let tries = 0; tries < READY_MAX;) {
        const moved = move();
        if (moved > 0) return moved;
        const timeoutMs = endMs - performance.now();
        const happened = await this.#readiness.wait({ fd: this.#fd, events, timeoutMs });
        this.#requireUsable(signal);
        if ((happened & HANG_UP) !== 0) return move() || this.#fail("gone");
        if (happened !== 0) tries++;
        else if (performance.now() >= endMs) return 0;
      }
      return this.#fail("gone", "ready, yet nothing moves");
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  #put(bytes: Uint8Array<ArrayBuffer>): number {
    return this.#moved(this.#libc.fn.write(this.#fd, bytes, BigInt(bytes.length)));
  }

  #take(): number {
    const { fn } = this.#libc;
    return this.#moved(fn.read(this.#fd, this.#buffer, BigInt(this.#buffer.length)));
  }

  /** Nothing moved: the device is only slow, or not there any more. */
  #moved(count: bigint): number {
    if (count >= 0n) return Number(count);
    const { errno } = this.#libc;
    if (errno !== EAGAIN && errno !== EINTR) this.#fail("gone", `error ${errno}`);
    return 0;
  }

  #requireUsable(signal: AbortSignal | undefined): void {
    if (this.#closing !== null) this.#fail("closed");
    if (signal?.aborted) this.#fail("cancelled");
  }

  #fail(trouble: "late" | "cancelled" | "gone" | "closed", why?: string): never {
    const message = `Cannot use the line "${this.name}": it is ${trouble}`;
    throw new LineError(trouble, why === undefined ? message : `${message}, ${why}`);
  }
}
