import type { ByteLine } from "../../ffi/line.ts";
import { FdLine } from "../../ffi/serial/fd_line.ts";
import { cString, Libc, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR } from "../../ffi/serial/libc.ts";
import { TCSANOW, Termios } from "../../ffi/serial/termios.ts";

/** A serial port with a device's end to its cable, by pty(7). */
export interface Pty extends AsyncDisposable {
  /** Of the port, for whoever drives the device: "/dev/pts/3". */
  readonly path: string;
  /** The device's end. What it writes before the port is opened is lost, as on a real cable. */
  readonly line: ByteLine;
  /** The port hangs up and its path is gone; a device that is plugged in again is a new pty. */
  unplug(): Promise<void>;
}

const FLAGS = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
const PATH_BYTES = 64;

/** Rejects when the system has no more of them. */
export async function openPty(): Promise<Pty> {
  await using belongings = new AsyncDisposableStack();
  const libc = belongings.use(new Libc());
  using opened = new DisposableStack();
  const close = (fd: number) => void libc.fn.close(fd);
  const fd = opened.adopt(checked(libc, libc.fn.posix_openpt(FLAGS)), close);
  checked(libc, libc.fn.grantpt(fd));
  checked(libc, libc.fn.unlockpt(fd));
  const path = portOf(libc, fd);
  // Kept open, so that nobody hangs up on the device while no driver has its port.
  const port = checked(libc, libc.fn.open(cString(path), FLAGS, 0));
  belongings.adopt(port, close);
  makeRaw(libc, port);
  const line = new FdLine({ name: path, libc, fd, onClosed: () => kept.disposeAsync() });
  const kept = belongings.move();
  opened.move();
  const unplug = () => line[Symbol.asyncDispose]();
  return { path, line, unplug, [Symbol.asyncDispose]: unplug };
}

function portOf(libc: Libc, fd: number): string {
  const path = new Uint8Array(PATH_BYTES);
  const error = libc.fn.ptsname_r(fd, path, BigInt(path.length));
  if (error !== 0) throw new Error(`Cannot name a pty: error ${error}`);
  return new TextDecoder().decode(path.subarray(0, path.indexOf(0)));
}

/** A new pty echoes and waits for whole lines. */
function makeRaw(libc: Libc, port: number): void {
  const termios = new Termios();
  checked(libc, libc.fn.tcgetattr(port, termios.bytes));
  libc.fn.cfmakeraw(termios.bytes);
  checked(libc, libc.fn.tcsetattr(port, TCSANOW, termios.bytes));
}

function checked(libc: Libc, result: number): number {
  if (result < 0) throw new Error(`Cannot make a pty: error ${libc.errno}`);
  return result;
}
