import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** So much may be kept as if it were to last. */
const RUBBISH_BYTES_MAX = 24 << 20;

/**
 * Keeps a long run over many rows from filling memory with what it is done with: left alone, V8
 * lets rubbish grow to several times what is in use before it looks for it. One for each run.
 */
export class Rubbish {
  readonly #bytesMax: number;
  #keptBytes = keptBytes();

  constructor(bytesMax = RUBBISH_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** After each page; stops the process for some 50 ms once in `bytesMax`. */
  collect(): void {
    if (keptBytes() - this.#keptBytes < this.#bytesMax) return;
    collectAll();
    this.#keptBytes = keptBytes();
  }
}

/** Without what is young: V8 looks through that by itself, and cheaply. */
function keptBytes(): number {
  return getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith("new_"))
    .reduce((sum, space) => sum + space.space_used_size, getHeapStatistics().external_memory);
}

/** V8 hands the function to contexts made after the flag; a runtime without it does as it did. */
const collectAll = findCollector();

function findCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("typeof gc === 'function' ? gc : null");
  return typeof found === "function" ? () => void Reflect.apply(found, undefined, []) : () => {};
}
