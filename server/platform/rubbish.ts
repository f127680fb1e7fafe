import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** So much may lie about before it is collected. */
const RUBBISH_BYTES_MAX = 24 << 20;

/**
 * Keeps a long run over many rows from filling memory with what it is done with: left alone, V8
 * lets rubbish grow to several times what is in use before it looks for it. One for each run.
 */
export class Rubbish {
  #usedBytes = usedBytes();

  /** After each page; stops the process for some 50 ms once in RUBBISH_BYTES_MAX. */
  collect(): void {
    if (usedBytes() - this.#usedBytes < RUBBISH_BYTES_MAX) return;
    collectAll();
    this.#usedBytes = usedBytes();
  }
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** V8 hands the function to contexts made after the flag; a runtime without it does as it did. */
const collectAll = findCollector();

function findCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("typeof gc === 'function' ? gc : null");
  return typeof found === "function" ? () => void Reflect.apply(found, undefined, []) : () => {};
}
