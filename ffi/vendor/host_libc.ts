import { openLibc } from "../libc_path.ts";
import { LibraryError } from "./library_error.ts";

/**
 * The calls of libc (glibc and musl, LP64) by which a process becomes the host of a vendor library:
 * `dlopen(3)`, `dup(2)`, `prctl(2)` and the like. Values of the Linux headers for x86_64 and aarch64.
 */
const SYMBOLS = {
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  dlerror: { parameters: [], result: "pointer" },
  strnlen: { parameters: ["pointer", "usize"], result: "usize" },
  fcntl: { parameters: ["i32", "i32", "i64"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  /** Waits on a thread of its own, so that the main one goes on. */
  readLater: {
    name: "read",
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  setpgid: { parameters: ["i32", "i32"], result: "i32" },
  setenv: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
  umask: { parameters: ["u32"], result: "u32" },
  _exit: { parameters: ["i32"], result: "void" },
} as const;

export type HostLibc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

const RTLD_NOW = 0x2;
const RTLD_GLOBAL = 0x100;
const F_DUPFD_CLOEXEC = 1030;
const O_RDWR = 2;
const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const SIGKILL = 9;
/** Away from the three that a library may close or write to. */
const FIRST_PRIVATE_FD = 10;
const ONLY_OURS = 0o077;
const DLERROR_BYTES_MAX = 1_000;

/** Taken from what Deno itself has loaded; it stays open as long as the process. */
export function openHostLibc(): HostLibc {
  return openLibc(SYMBOLS).symbols;
}

export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/**
 * Loads a library with every symbol resolved now: Deno's own loading is lazy, and a symbol missing
 * then ends the process at the first call. Throws with the loader's own words.
 */
export function loadNow(
  libc: HostLibc,
  path: string,
  { global }: { readonly global: boolean },
): Deno.PointerObject {
  const handle = libc.dlopen(cString(path), global ? RTLD_NOW | RTLD_GLOBAL : RTLD_NOW);
  if (handle === null) {
    const reason = dlerror(libc);
    const why = reason.replace(`${path}: `, "");
    throw new LibraryError(`Cannot load "${path}": ${why}`, {
      kind: "not_loaded",
      path,
      reason: why,
    });
  }
  return handle;
}

export function hasSymbol(libc: HostLibc, handle: Deno.PointerObject, symbol: string): boolean {
  return libc.dlsym(handle, cString(symbol)) !== null;
}

function dlerror(libc: HostLibc): string {
  const pointer = libc.dlerror();
  if (pointer === null) return "the loader says nothing";
  const length = Number(libc.strnlen(pointer, BigInt(DLERROR_BYTES_MAX)));
  const bytes = new Uint8Array(length);
  new Deno.UnsafePointerView(pointer).copyInto(bytes);
  return new TextDecoder().decode(bytes);
}

/**
 * Makes this process one that dies with its parent, has its working folder for a home, has a process group of its own (so that what a
 * library starts dies with it), leaves no core file with a patient in it, and writes files that
 * only its user reads.
 */
export function becomeHost(libc: HostLibc): void {
  libc.prctl(PR_SET_PDEATHSIG, BigInt(SIGKILL), 0n, 0n, 0n);
  libc.prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n);
  libc.setpgid(0, 0);
  libc.umask(ONLY_OURS);
  libc.setenv(cString("HOME"), cString(Deno.cwd()), 1);
}

/**
 * Takes standard input and output for ourselves and leaves `/dev/null` in their places: what a
 * library prints then goes nowhere, and what it reads is at its end.
 */
export function takeStandardStreams(
  libc: HostLibc,
): { readonly input: number; readonly output: number } {
  const input = libc.fcntl(0, F_DUPFD_CLOEXEC, BigInt(FIRST_PRIVATE_FD));
  const output = libc.fcntl(1, F_DUPFD_CLOEXEC, BigInt(FIRST_PRIVATE_FD));
  if (input < 0 || output < 0) throw new Error("Cannot keep the pipes of the parent: fcntl failed");
  silence(libc, [0, 1]);
  return { input, output };
}

/** Points these at `/dev/null`. */
export function silence(libc: HostLibc, fds: readonly number[]): void {
  const nowhere = libc.open(cString("/dev/null"), O_RDWR, 0);
  if (nowhere < 0) throw new Error("Cannot open /dev/null: expected one");
  for (const fd of fds) libc.dup2(nowhere, fd);
  libc.close(nowhere);
}
