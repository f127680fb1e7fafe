import { realKernelPath } from "../kernel_files.ts";
import type { ByteLine } from "../line.ts";
import { FdLine } from "./fd_line.ts";
import {
  cString,
  ENOENT,
  Libc,
  LOCK_EX,
  LOCK_NB,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDWR,
} from "./libc.ts";
import { openTrouble, refuseToOpen } from "./open_trouble.ts";
import { lockPort, unlockPort } from "./port_lock.ts";
import {
  BAUDS,
  type LineMode,
  type Parity,
  PARITY_NAMES,
  TCIOFLUSH,
  TCSANOW,
  Termios,
  TIOCEXCL,
} from "./termios.ts";

export interface SerialPortOptions {
  /** Absolute; a link such as "/dev/kiosk/epp" survives another order of plugging. */
  readonly path: string;
  /** Bits per second, 1200 to 921600. */
  readonly baud: number;
  /** None by default, as are 8 data bits and 1 stop bit. */
  readonly parity?: Parity;
  readonly dataBits?: 7 | 8;
  readonly stopBits?: 1 | 2;
  /** Where a lock file tells other programs that the port is taken: "/run/lock". None without it. */
  readonly lockFolder?: string;
}

interface Opened {
  readonly path: string;
  readonly libc: Libc;
  readonly fd: number;
}

/** Adapters on USB still send what they held when they were set up; assumed, as is the time. */
const ADAPTER = /^\/dev\/tty(USB|ACM)/;
const SETTLE_MS = 50;

/**
 * Opens a serial port for one device: bytes as they are, no flow control, nobody else's, and empty.
 * A port that does not keep a setting is found out by reading it back. Linux with glibc on x86_64
 * or aarch64 (termios(3), ioctl_tty(2)). Each port that waits holds one of the 32 threads that Deno
 * has for that. Throws `LineError` `unavailable`, with a reason that a technician understands.
 */
export async function openSerialPort(options: SerialPortOptions): Promise<ByteLine> {
  const { path, lockFolder } = options;
  const mode = checkedMode(options);
  const realPath = await findRealPath(path);
  await using belongings = new AsyncDisposableStack();
  const libc = belongings.use(openLibc(path));
  using opened = new DisposableStack();
  const fd = opened.adopt(openFd(path, libc), (port) => void libc.fn.close(port));
  takeForUs({ path, libc, fd });
  if (lockFolder !== undefined) {
    belongings.adopt(await lockPort({ folder: lockFolder, realPath }), unlockPort);
  }
  setMode({ path, libc, fd }, mode);
  if (ADAPTER.test(realPath)) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  libc.fn.tcflush(fd, TCIOFLUSH);
  const line = new FdLine({ name: path, libc, fd, onClosed: () => kept.disposeAsync() });
  const kept = belongings.move();
  opened.move();
  return line;
}

/** Profiles are text: what they say is checked here, whatever the types promise. */
function checkedMode(options: SerialPortOptions): LineMode {
  const { path, baud, parity = "none", dataBits = 8, stopBits = 1 } = options;
  const check = (what: string, value: number | string, known: readonly (number | string)[]) => {
    if (known.includes(value)) return;
    throw refuseToOpen(path, `${what} ${value}, expected one of ${known.join(", ")}`);
  };
  check("baud rate", baud, BAUDS);
  check("parity", parity, PARITY_NAMES);
  check("data bits", dataBits, [7, 8]);
  check("stop bits", stopBits, [1, 2]);
  return { baud, parity, dataBits, stopBits };
}

async function findRealPath(path: string): Promise<string> {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw refuseToOpen(path, "expected an absolute path such as /dev/ttyS1");
  }
  try {
    return await realKernelPath(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw openTrouble(path, ENOENT);
    throw refuseToOpen(path, cause instanceof Error ? cause.message : "unknown", { cause });
  }
}

function openLibc(path: string): Libc {
  try {
    return new Libc();
  } catch (cause) {
    throw refuseToOpen(path, "no C library to do it with, expected glibc on Linux", { cause });
  }
}

function openFd(path: string, libc: Libc): number {
  const flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
  const fd = libc.fn.open(cString(path), flags, 0);
  if (fd < 0) throw openTrouble(path, libc.errno);
  return fd;
}

/** TIOCEXCL keeps others out, though not root; the lock keeps out root, if it asks. */
function takeForUs({ path, libc, fd }: Opened): void {
  if (libc.fn.flock(fd, LOCK_EX | LOCK_NB) < 0) throw openTrouble(path, libc.errno);
  if (libc.fn.ioctl(fd, TIOCEXCL, null) < 0) throw openTrouble(path, libc.errno);
}

function setMode({ path, libc, fd }: Opened, mode: LineMode): void {
  const [wanted, kept] = [new Termios(), new Termios()];
  if (libc.fn.tcgetattr(fd, wanted.bytes) < 0) throw openTrouble(path, libc.errno);
  wanted.set(libc, mode);
  // glibc answers EINVAL for some settings that a driver passed over: reading back says which.
  const errno = libc.fn.tcsetattr(fd, TCSANOW, wanted.bytes) < 0 ? libc.errno : 0;
  if (libc.fn.tcgetattr(fd, kept.bytes) < 0) throw openTrouble(path, libc.errno);
  const difference = wanted.difference(kept);
  if (difference !== null) throw refuseToOpen(path, `it keeps ${difference}`);
  if (errno !== 0) throw openTrouble(path, errno);
}
