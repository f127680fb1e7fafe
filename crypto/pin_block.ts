/** PIN blocks of ISO 9564-1 (formats 0, 1 and 3 under 3DES) and the SM4 block of Chinese banks. */
import { type Bytes, randomBytes, requireBytes, requireLength, wipe } from "./bytes.ts";
import { desDecrypt, desEncrypt } from "./des.ts";
import { CryptoError } from "./errors.ts";
import { sm4Decrypt, sm4Encrypt } from "./sm4.ts";

export type PinBlockFormat =
  /** ISO 9564-1 format 0 (ANSI X9.8): filled with F, XOR the account number; 8 bytes. */
  | "iso9564_0"
  /** ISO 9564-1 format 1: random fill, no account number; 8 bytes. */
  | "iso9564_1"
  /** ISO 9564-1 format 3: filled with random A to F, XOR the account number; 8 bytes. */
  | "iso9564_3"
  /** Format 0 stretched to 16 bytes, as banks use it with SM4; not ISO's format 4. */
  | "sm4_16";

export interface PinBlockOptions {
  readonly format: PinBlockFormat;
  /** 13 to 19 digits; required by every format but `iso9564_1`, which refuses it. */
  readonly pan?: string;
}

export interface PinBlockCipher extends PinBlockOptions {
  /** 3DES of 16 or 24 bytes for the ISO formats, SM4 of 16 for `sm4_16`. */
  readonly key: Uint8Array;
}

interface Shape {
  readonly control: number;
  readonly bytes: 8 | 16;
  readonly bindsAccount: boolean;
  readonly fill: "f" | "random" | "random_letters";
}

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;
const ACCOUNT_DIGITS = 12;
const ASCII_ZERO = 0x30;

const SHAPES: Readonly<Record<PinBlockFormat, Shape>> = {
  iso9564_0: { control: 0, bytes: 8, bindsAccount: true, fill: "f" },
  iso9564_1: { control: 1, bytes: 8, bindsAccount: false, fill: "random" },
  iso9564_3: { control: 3, bytes: 8, bindsAccount: true, fill: "random_letters" },
  sm4_16: { control: 0, bytes: 16, bindsAccount: true, fill: "f" },
};

/**
 * The clear block, 8 or 16 bytes; the caller wipes it. `pin` is 4 to 12 digits, best as ASCII
 * bytes, which can be wiped. Throws `invalid_argument` for a PIN, PAN or format that cannot be.
 */
export function formatPinBlock(
  options: PinBlockOptions & { readonly pin: string | Uint8Array },
): Bytes {
  const shape = shapeOf(options.format);
  const account = accountNibbles(shape, options);
  const digits = pinDigits(options.pin);
  const nibbles = fillNibbles(shape);
  nibbles[0] = shape.control;
  nibbles[1] = digits.length;
  nibbles.set(digits, 2);
  const block = packNibbles(nibbles, account);
  wipe(digits, nibbles);
  return block;
}

/**
 * The PIN as ASCII digits; the caller wipes them. Throws `bad_encoding` without saying which part
 * was wrong. That a block opens at all is an answer too: under PANs of an asker's choice a few dozen
 * such answers narrow a PIN of four digits down. So the caller takes the PAN from the transaction,
 * and counts and limits failures.
 */
export function parsePinBlock(options: PinBlockOptions, block: Uint8Array): Bytes {
  const shape = shapeOf(options.format);
  requireLength(block, shape.bytes, `${options.format} PIN block`);
  const nibbles = unpackNibbles(block, accountNibbles(shape, options));
  const length = nibbles[1] ?? 0;
  const fits = fitsShape(shape, nibbles);
  const pin = new Uint8Array(fits ? length : 0);
  pin.forEach((_, at) => pin[at] = (nibbles[2 + at] ?? 0) + ASCII_ZERO);
  wipe(nibbles);
  if (!fits) {
    throw new CryptoError(
      "bad_encoding",
      `Cannot read PIN block: expected ${options.format} under this key and account number`,
    );
  }
  return pin;
}

/** `formatPinBlock` and one encryption. Throws `wrong_length` or `invalid_key` for the key too. */
export function encryptPinBlock(
  options: PinBlockCipher & { readonly pin: string | Uint8Array },
): Bytes {
  requirePinKey(options);
  const clear = formatPinBlock(options);
  try {
    return SHAPES[options.format].bytes === 16
      ? sm4Encrypt({ mode: "ecb", key: options.key, padding: "none" }, clear)
      : desEncrypt({ mode: "ecb", key: options.key }, clear);
  } finally {
    wipe(clear);
  }
}

/** One decryption and `parsePinBlock`; a wrong key and a wrong PAN look the same. */
export function decryptPinBlock(options: PinBlockCipher, block: Uint8Array): Bytes {
  requirePinKey(options);
  requireLength(block, SHAPES[options.format].bytes, `${options.format} PIN block`);
  const clear = SHAPES[options.format].bytes === 16
    ? sm4Decrypt({ mode: "ecb", key: options.key, padding: "none" }, block)
    : desDecrypt({ mode: "ecb", key: options.key }, block);
  try {
    return parsePinBlock(options, clear);
  } finally {
    wipe(clear);
  }
}

/**
 * From the pad's key and format to the host's. Throws `invalid_argument` for a change that would
 * loosen the PIN from its account: PCI PIN Security 3.1 requirement 3-3, after ISO 9564-1, lets a
 * block that carries a PAN become only a block with the same PAN, and format 1 become anything.
 * `sm4_16` counts as such a block.
 */
export function translatePinBlock(
  from: PinBlockCipher,
  to: PinBlockCipher,
  block: Uint8Array,
): Bytes {
  requireTranslatable(from, to);
  requirePinKey(to);
  const pin = decryptPinBlock(from, block);
  try {
    return encryptPinBlock({ ...to, pin });
  } finally {
    wipe(pin);
  }
}

function requireTranslatable(from: PinBlockOptions, to: PinBlockOptions): void {
  if (!shapeOf(from.format).bindsAccount) return;
  if (!shapeOf(to.format).bindsAccount) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot translate PIN block from ${from.format} to ${to.format}: expected a format with a PAN`,
    );
  }
  if (from.pan !== to.pan) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot translate PIN block to another account number: expected the same PAN",
    );
  }
}

function shapeOf(format: PinBlockFormat): Shape {
  if (Object.hasOwn(SHAPES, format)) return SHAPES[format];
  throw new CryptoError("unknown_mode", `Cannot use PIN block format "${String(format)}"`);
}

function requirePinKey({ format, key }: PinBlockCipher): void {
  requireBytes(key, "a PIN key");
  if (shapeOf(format).bytes === 16) return requireLength(key, 16, "SM4 PIN key");
  if (key.length === 8) requireLength(key, 16, "3DES PIN key");
}

/** As 0 to 9, the caller wipes them. Loops, as `map` on a copy would leave that copy behind. */
function pinDigits(pin: string | Uint8Array): Bytes {
  if (typeof pin !== "string") requireBytes(pin, "a PIN");
  const text = typeof pin === "string" ? new TextEncoder().encode(pin) : pin;
  const digits = new Uint8Array(text.length);
  text.forEach((byte, at) => digits[at] = byte - ASCII_ZERO);
  if (typeof pin === "string") wipe(text);
  const inRange = digits.length >= PIN_DIGITS_MIN && digits.length <= PIN_DIGITS_MAX;
  if (inRange && digits.every((digit) => digit <= 9)) return digits;
  wipe(digits);
  throw new CryptoError(
    "invalid_argument",
    `Cannot use PIN: expected ${PIN_DIGITS_MIN} to ${PIN_DIGITS_MAX} ASCII digits`,
  );
}

/** The 12 rightmost digits before the check digit, right-aligned; all zeros for format 1. */
function accountNibbles(shape: Shape, { format, pan }: PinBlockOptions): Bytes {
  const nibbles = new Uint8Array(shape.bytes * 2);
  if (!shape.bindsAccount && pan === undefined) return nibbles;
  if (!shape.bindsAccount || typeof pan !== "string" || !/^\d{13,19}$/.test(pan)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot use PAN with ${format}: expected ${shape.bindsAccount ? "13 to 19 digits" : "none"}`,
    );
  }
  const digits = [...pan.slice(-1 - ACCOUNT_DIGITS, -1)].map(Number);
  nibbles.set(digits, nibbles.length - ACCOUNT_DIGITS);
  return nibbles;
}

function fillNibbles({ bytes, fill }: Shape): Bytes {
  const nibbles = new Uint8Array(bytes * 2).fill(0xf);
  if (fill === "random") return randomBytes(nibbles.length).map((byte) => byte & 0xf);
  if (fill === "random_letters") return nibbles.map(() => 10 + randomBelowSix());
  return nibbles;
}

/** Throws away what would make some letters likelier. */
function randomBelowSix(): number {
  const fair = 252;
  for (;;) {
    const byte = randomBytes(1)[0] ?? fair;
    if (byte < fair) return byte % 6;
  }
}

/** Looks at every nibble whatever it finds, so that the time does not tell where it was wrong. */
function fitsShape({ control, fill }: Shape, nibbles: Uint8Array): boolean {
  const length = nibbles[1] ?? 0;
  let wrong = Number(nibbles[0] !== control);
  wrong |= Number(length < PIN_DIGITS_MIN) | Number(length > PIN_DIGITS_MAX);
  for (let at = 2; at < nibbles.length; at++) {
    const nibble = nibbles[at] ?? 0;
    const inPin = Number(at < 2 + length);
    const badFill = fill === "random" ? 0 : Number(nibble < (fill === "f" ? 0xf : 10));
    wrong |= (inPin & Number(nibble > 9)) | ((1 - inPin) & badFill);
  }
  return wrong === 0;
}

function packNibbles(nibbles: Uint8Array, account: Uint8Array): Bytes {
  return new Uint8Array(nibbles.length / 2).map((_, at) =>
    (xorAt(nibbles, account, 2 * at) << 4) | xorAt(nibbles, account, 2 * at + 1)
  );
}

function unpackNibbles(block: Uint8Array, account: Uint8Array): Bytes {
  return new Uint8Array(account).map((digit, at) => {
    const byte = block[at >> 1] ?? 0;
    return digit ^ (at % 2 === 0 ? byte >> 4 : byte & 0xf);
  });
}

function xorAt(left: Uint8Array, right: Uint8Array, at: number): number {
  return (left[at] ?? 0) ^ (right[at] ?? 0);
}
