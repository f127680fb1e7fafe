import { createHash } from "node:crypto";
import { Dice } from "../dice.ts";
import type { VirtualTime } from "./virtual_time.ts";

/**
 * What makes a run of the real platform repeat itself: its timers go by virtual time, its random
 * bytes come from the seed, and what the runtime does beside the event loop is done at once.
 */
export function installChance(time: VirtualTime, seed: number): Disposable {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { timeout } = AbortSignal;
  const { getRandomValues } = crypto;
  const { digest } = crypto.subtle;
  const timers = new Timers(time);
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => timers.once(run, ms),
    setInterval: (run: () => void, ms = 0) => timers.every(run, ms),
    clearTimeout: (id: number) => timers.clear(id),
    clearInterval: (id: number) => timers.clear(id),
  });
  AbortSignal.timeout = (ms) => timers.signal(ms);
  const dice = new Dice(seed);
  crypto.getRandomValues = (array) => withBytes(array, dice);
  crypto.subtle.digest = digestAtOnce;
  return {
    [Symbol.dispose]() {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
      AbortSignal.timeout = timeout;
      crypto.getRandomValues = getRandomValues;
      crypto.subtle.digest = digest;
    },
  };
}

class Timers {
  readonly #time: VirtualTime;
  readonly #running = new Map<number, () => void>();
  #last = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  once(run: () => void, ms: number): number {
    const id = ++this.#last;
    const fire = () => {
      this.#running.delete(id);
      run();
    };
    this.#running.set(id, this.#time.in(ms, fire));
    return id;
  }

  every(run: () => void, ms: number): number {
    const id = ++this.#last;
    const again = () => {
      this.#running.set(id, this.#time.in(ms, again));
      run();
    };
    this.#running.set(id, this.#time.in(ms, again));
    return id;
  }

  clear(id: number): void {
    this.#running.get(id)?.();
    this.#running.delete(id);
  }

  signal(ms: number): AbortSignal {
    const controller = new AbortController();
    const reason = new DOMException("Signal timed out.", "TimeoutError");
    this.#time.in(ms, () => controller.abort(reason));
    return controller.signal;
  }
}

function withBytes<Bytes extends ArrayBufferView | null>(array: Bytes, dice: Dice): Bytes {
  if (array === null) return array;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at++) bytes[at] = dice.below(256);
  return array;
}

/** The runtime hashes in a thread of its own, which would come back when it likes. */
function digestAtOnce(algorithm: AlgorithmIdentifier, data: BufferSource): Promise<ArrayBuffer> {
  const name = typeof algorithm === "string" ? algorithm : algorithm.name;
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  const hash = createHash(name.replace("-", "").toLowerCase()).update(bytes).digest();
  return Promise.resolve(new Uint8Array(hash).buffer);
}
