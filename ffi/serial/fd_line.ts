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

  constructor({ name, libc, fd, onClosed = () => {} }: OpenFd) {
    this.name = name;
    this.#libc = libc;
    this.#fd = fd;
    this.#onClosed = onClosed;
    this.#readiness = new Readiness(libc);
  }

  async write(bytes: Uint8Array, options: LineOptions): Promise<void> {
    let rest = bytes.slice();
    const taken = await this.#until(options, POLLOUT, () => {
      rest = rest.subarray(this.#put(rest));
      return rest.length === 0 ? true : null;
    });
    if (taken === null) {
      this.#fail("late", `${rest.length} of ${bytes.length} bytes are not taken yet`);
    }
  }

  async read(options: LineOptions): Promise<Uint8Array | null> {
    return await this.#until(options, POLLIN, () => this.#take());
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

  /** What `attempt` made, tried at once and whenever the descriptor is ready; null when it is late. */
  async #until<Made>(
    { timeoutMs, signal }: LineOptions,
    events: number,
    attempt: () => Made | null,
  ): Promise<Made | null> {
    const endMs = performance.now() + timeoutMs;
    const wake = () => this.#readiness.wake();
    signal?.addEventListener("abort", wake, { once: true });
    try {
      this.#requireUsable(signal);
      let made = attempt();
      for (let idle = 0; made === null; made = attempt()) {
        const leftMs = endMs - performance.now();
        const happened = await this.#readiness.wait({ fd: this.#fd, events, timeoutMs: leftMs });
        this.#requireUsable(signal);
        if ((happened & HANG_UP) !== 0) return attempt() ?? this.#fail("gone");
        if (happened === 0 && performance.now() >= endMs) return null;
        if (happened !== 0 && ++idle > READY_MAX) this.#fail("gone", "ready, yet nothing moves");
      }
      return made;
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  /** How many bytes the system took. */
  #put(bytes: Uint8Array<ArrayBuffer>): number {
    return this.#moved(this.#libc.fn.write(this.#fd, bytes, BigInt(bytes.length)));
  }

  #take(): Uint8Array | null {
    const count = this.#moved(
      this.#libc.fn.read(this.#fd, this.#buffer, BigInt(this.#buffer.length)),
    );
    return count === 0 ? null : this.#buffer.slice(0, count);
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
