import { StartError } from "../command.ts";

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TYPE_AT = 156;
const PREFIX_AT = 345;
const PREFIX_BYTES = 155;
/** Of the type flag. */
const REGULAR = ["0", "\0"];

export interface TarVisitor {
  /** A regular file begins; its content follows. */
  begin(name: string, size: number): void;
  content(bytes: Uint8Array): void;
  end(): void;
}

/**
 * Follows a tar (ustar, as PostgreSQL writes it) that goes by in pieces, without holding a file:
 * who streams a backup away looks into it on the way.
 */
export class TarEntries {
  readonly #visitor: TarVisitor;
  readonly #header = new Uint8Array(BLOCK_BYTES);
  #headerFilled = 0;
  /** Of the entry under way. */
  #contentLeft = 0;
  #paddingLeft = 0;
  #isFile = false;
  #isEnded = false;

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) at += this.#take(piece.subarray(at));
  }

  /** Throws StartError where the tar stopped in the middle. */
  finish(): void {
    if (this.#isEnded && this.#contentLeft === 0) return;
    throw new StartError("数据库传来的备份不完整：在中间断了");
  }

  #take(piece: Uint8Array): number {
    if (this.#contentLeft > 0) {
      const taken = piece.subarray(0, this.#contentLeft);
      if (this.#isFile) this.#visitor.content(taken);
      this.#contentLeft -= taken.length;
      if (this.#contentLeft === 0 && this.#isFile) this.#visitor.end();
      return taken.length;
    }
    if (this.#paddingLeft > 0) {
      const skipped = Math.min(piece.length, this.#paddingLeft);
      this.#paddingLeft -= skipped;
      return skipped;
    }
    const taken = piece.subarray(0, BLOCK_BYTES - this.#headerFilled);
    this.#header.set(taken, this.#headerFilled);
    this.#headerFilled += taken.length;
    if (this.#headerFilled === BLOCK_BYTES) this.#readHeader();
    return taken.length;
  }

  #readHeader(): void {
    this.#headerFilled = 0;
    const header = this.#header;
    if (header.every((byte) => byte === 0)) {
      this.#isEnded = true;
      return;
    }
    if (this.#isEnded) throw new StartError("数据库传来的备份读不懂：结尾之后还有内容");
    const prefix = textAt(header, PREFIX_AT, PREFIX_BYTES);
    const name = textAt(header, 0, NAME_BYTES);
    const size = sizeOf(header);
    this.#isFile = REGULAR.includes(String.fromCharCode(header[TYPE_AT] ?? 0));
    this.#contentLeft = size;
    this.#paddingLeft = (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES;
    if (!this.#isFile) return;
    this.#visitor.begin(prefix === "" ? name : `${prefix}/${name}`, size);
    if (size === 0) this.#visitor.end();
  }
}

function textAt(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or base 256 with the highest bit set where those do not suffice (8 GB). */
function sizeOf(header: Uint8Array): number {
  const field = header.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES);
  const isBinary = ((field[0] ?? 0) & 0x80) !== 0;
  const size = isBinary
    ? field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    : Number.parseInt(textAt(header, SIZE_AT, SIZE_BYTES).trim() || "0", 8);
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new StartError("数据库传来的备份读不懂：文件长度无效");
}
