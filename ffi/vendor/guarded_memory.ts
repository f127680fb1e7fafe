/** Before the bytes: a library that counts downwards. */
const GUARD_BEFORE_BYTES = 64;
/** Behind them: what a library writes too far is to land here, not in the heap. */
const GUARD_BEHIND_BYTES = 64 * 1024;

/**
 * Not the same in every process, and of control characters alone (SO to US): none is a terminating
 * NUL, a blank, a filling 0xFF or a byte of text, which is what is written too far most often.
 */
const PATTERN = crypto.getRandomValues(new Uint8Array(256)).map((byte) => 0x0e + byte % 18);

/**
 * Memory that a library writes without knowing its size: watched bytes stand on both sides, and a
 * changed one tells that it wrote elsewhere.
 */
export class GuardedMemory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #whole: Uint8Array<ArrayBuffer>;

  constructor(length: number) {
    this.#whole = new Uint8Array(GUARD_BEFORE_BYTES + length + GUARD_BEHIND_BYTES);
    this.bytes = this.#whole.subarray(GUARD_BEFORE_BYTES, GUARD_BEFORE_BYTES + length);
    for (const guard of this.#guards()) fill(guard);
  }

  get isIntact(): boolean {
    return this.#guards().every(isUntouched);
  }

  /** What a card said does not wait for the garbage collector. */
  wipe(): void {
    this.#whole.fill(0);
  }

  #guards(): Uint8Array[] {
    return [
      this.#whole.subarray(0, GUARD_BEFORE_BYTES),
      this.#whole.subarray(GUARD_BEFORE_BYTES + this.bytes.length),
    ];
  }
}

function fill(guard: Uint8Array): void {
  for (let at = 0; at < guard.length; at += PATTERN.length) {
    guard.set(PATTERN.subarray(0, guard.length - at), at);
  }
}

/** A loop, since `every` takes ten times as long over this many bytes. */
function isUntouched(guard: Uint8Array): boolean {
  for (let at = 0; at < guard.length; at++) {
    if (guard[at] !== PATTERN[at % PATTERN.length]) return false;
  }
  return true;
}
