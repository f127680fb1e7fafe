import { openLibc } from "../libc_path.ts";

/**
 * What serial ports need of glibc, by FFI. `open` and `ioctl` are variadic in C; on Linux x86_64
 * and aarch64 (AAPCS64 §6.4.2) a call with fixed parameters reaches them all the same.
 */
const FUNCTIONS = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcflush: { parameters: ["i32", "i32"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
  cfsetspeed: { parameters: ["buffer", "u32"], result: "i32" },
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
  close: { parameters: ["i32"], result: "i32" },
  /** On a thread of Deno's pool, of which there are 32; `errno` says nothing about it. */
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  /** A port keeps `close` waiting till its last bytes are sent, at the speed of the line. */
  close_in_background: { name: "close", parameters: ["i32"], result: "i32", nonblocking: true },
} as const;

/** asm-generic/fcntl.h, sys/eventfd.h and sys/file.h: the same on x86_64 and aarch64. */
export const O_RDWR = 0x2;
export const O_NOCTTY = 0x100;
export const O_NONBLOCK = 0x800;
export const O_CLOEXEC = 0x80000;
export const LOCK_EX = 2;
export const LOCK_NB = 4;

/** asm-generic/errno-base.h, as far as cases are told apart. */
export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EAGAIN = 11;
export const EACCES = 13;
export const EBUSY = 16;
export const ENODEV = 19;
export const ENOTDIR = 20;
export const EINVAL = 22;
export const ENOTTY = 25;

/** asm-generic/poll.h. */
export const POLLIN = 0x1;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;

/**
 * The C library, opened. It belongs to the thread that opened it. It must not be disposed while a
 * call is running in the background. Throws Deno's error where there is no glibc.
 */
export class Libc implements Disposable {
  readonly fn: Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];
  readonly #library: Deno.DynamicLibrary<typeof FUNCTIONS>;
  readonly #errno: Deno.UnsafePointerView;

  /** Another path is for tests: a library that answers some calls itself and links libc. */
  constructor(path?: string) {
    this.#library = path === undefined ? openLibc(FUNCTIONS) : Deno.dlopen(path, FUNCTIONS);
    this.fn = this.#library.symbols;
    const place = this.fn.__errno_location();
    if (place === null) throw new Error("Cannot use libc: expected a place of errno");
    this.#errno = new Deno.UnsafePointerView(place);
  }

  /** Of the last call that failed, read at once after it; never of one in the background. */
  get errno(): number {
    return this.#errno.getInt32();
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}

/** A string as C takes it. Throws when it holds a NUL, which would cut it short unseen. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new Error("Cannot pass text to C: expected no NUL in it");
  return new TextEncoder().encode(`${text}\0`);
}
