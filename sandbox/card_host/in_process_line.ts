import type { ServedLine } from "./serve_line.ts";

/** Both ends of a line without a socket. */
export function inProcessLine(): { readonly near: ServedLine; readonly far: ServedLine } {
  const [toFar, toNear] = [new ByteQueue(), new ByteQueue()];
  const close = () => {
    toFar.end();
    toNear.end();
  };
  return {
    near: { received: toNear, send: (bytes) => toFar.put(bytes), close },
    far: { received: toFar, send: (bytes) => toNear.put(bytes), close },
  };
}

class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #held: Uint8Array[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  put(bytes: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.reject(new Deno.errors.BrokenPipe("the line is closed"));
    this.#held.push(bytes.slice());
    this.#wake.resolve();
    return Promise.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#held.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}
