/**
 * `struct termios` of glibc (termios.h), 60 bytes and the same on x86_64 and aarch64: c_iflag 0,
 * c_oflag 4, c_cflag 8, c_lflag 12, c_line 16, c_cc 17, c_ispeed 52, c_ospeed 56. The kernel's own
 * struct is a shorter one; only libc's calls take this one.
 */
import type { Libc } from "./libc.ts";

export type Parity = "none" | "odd" | "even" | "mark" | "space";

/** How bytes stand on the wire. */
export interface LineMode {
  /** Bits per second, one of {@link BAUDS}. */
  readonly baud: number;
  readonly parity: Parity;
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
}

const TERMIOS_BYTES = 60;
const IFLAG = 0;
const CFLAG = 8;
const VTIME = 17 + 5;
const VMIN = 17 + 6;
const ISPEED = 52;
const OSPEED = 56;

const INPCK = 0x10;
const IXANY = 0x800;
const IXOFF = 0x1000;
const CSIZE = 0x30;
const CS7 = 0x20;
const CS8 = 0x30;
const CSTOPB = 0x40;
const CREAD = 0x80;
const PARENB = 0x100;
const PARODD = 0x200;
const CLOCAL = 0x800;
const CMSPAR = 0x4000_0000;
const CRTSCTS = 0x8000_0000;
const PARITY_BITS = PARENB | PARODD | CMSPAR;
const MODE_BITS = CSIZE | CSTOPB | PARITY_BITS | CRTSCTS;

/** asm-generic/termbits.h: bits per second to the constant `B…`. */
const SPEEDS: ReadonlyMap<number, number> = new Map([
  [1200, 0x9],
  [2400, 0xb],
  [4800, 0xc],
  [9600, 0xd],
  [19_200, 0xe],
  [38_400, 0xf],
  [57_600, 0x1001],
  [115_200, 0x1002],
  [230_400, 0x1003],
  [460_800, 0x1004],
  [921_600, 0x1007],
]);
const PARITIES: Readonly<Record<Parity, number>> = {
  none: 0,
  odd: PARENB | PARODD,
  even: PARENB,
  mark: PARENB | PARODD | CMSPAR,
  space: PARENB | CMSPAR,
};

export const BAUDS: readonly number[] = [...SPEEDS.keys()];
export const PARITY_NAMES: readonly string[] = Object.keys(PARITIES);

export const TCSANOW = 0;
export const TCIFLUSH = 0;
export const TCIOFLUSH = 2;

/** asm-generic/ioctls.h. */
export const TIOCEXCL = 0x540cn;
export const TIOCNXCL = 0x540dn;
export const TIOCMGET = 0x5415n;
export const TIOCM_CTS = 0x20;
export const TIOCM_CAR = 0x40;
export const TIOCM_RNG = 0x80;
export const TIOCM_DSR = 0x100;

/** A port's settings: what the system gave, changed to what we need. */
export class Termios {
  readonly bytes = new Uint8Array(TERMIOS_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  /**
   * Bytes as they are, in both directions; reads never wait; no flow control. `baud` must be one of
   * {@link BAUDS}.
   */
  set({ fn }: Libc, { baud, parity, dataBits, stopBits }: LineMode): void {
    fn.cfmakeraw(this.bytes);
    fn.cfsetspeed(this.bytes, SPEEDS.get(baud) ?? 0);
    const bits = (dataBits === 7 ? CS7 : CS8) | (stopBits === 2 ? CSTOPB : 0) | PARITIES[parity];
    this.#change(CFLAG, MODE_BITS, bits | CREAD | CLOCAL);
    this.#change(IFLAG, IXANY | IXOFF | INPCK, parity === "none" ? 0 : INPCK);
    this.bytes[VMIN] = 0;
    this.bytes[VTIME] = 0;
  }

  /** What of the two differs, as far as it changes bytes on the wire; null when nothing does. */
  difference(other: Termios): string | null {
    const [mine, others] = [this.#described(), other.#described()];
    const at = mine.findIndex((part, index) => part !== others[index]);
    return at < 0 ? null : `${others[at]}, expected ${mine[at]}`;
  }

  #described(): string[] {
    const control = this.#view.getUint32(CFLAG, true);
    const hex = (offset: number) => this.#view.getUint32(offset, true).toString(16);
    return [
      `parity bits ${((control & PARITY_BITS) >>> 0).toString(16)}`,
      `${(control & CSIZE) === CS7 ? 7 : 8} data bits`,
      `${control & CSTOPB ? 2 : 1} stop bits`,
      `hardware flow control ${(control & CRTSCTS) === 0 ? "off" : "on"}`,
      `speeds ${hex(ISPEED)} and ${hex(OSPEED)}`,
      `flags ${hex(IFLAG)}, ${hex(4)} and ${hex(12)}`,
    ];
  }

  #change(offset: number, clear: number, set: number): void {
    const before = this.#view.getUint32(offset, true);
    this.#view.setUint32(offset, (before & ~clear | set) >>> 0, true);
  }
}
