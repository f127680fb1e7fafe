import { type ByteLine, LineError, type OpenLine } from "../../ffi/line.ts";
import { linePair } from "../../ffi/line_pair.ts";

/** The cable between a host and a simulated device, which a hand can pull and plug in again. */
export class Cable {
  readonly #serve: (line: ByteLine) => Promise<void>;
  readonly #ends: ByteLine[] = [];
  #plugged = true;
  #waiting = Promise.withResolvers<void>();

  /** `serve` runs the device on its end of the line, for as long as there is one. */
  constructor(serve: (line: ByteLine) => Promise<void>) {
    this.#serve = serve;
  }

  readonly openLine: OpenLine = () => {
    this.#waiting.resolve();
    if (!this.#plugged) {
      const message = `Cannot open the line "cable": it is pulled, expected a device`;
      return Promise.reject(new LineError("unavailable", message));
    }
    const [host, device] = linePair("cable");
    this.#ends.push(device);
    void this.#serve(device);
    return Promise.resolve(host);
  };

  async unplug(): Promise<void> {
    this.#plugged = false;
    for (const end of this.#ends.splice(0)) await end[Symbol.asyncDispose]();
  }

  plug(): void {
    this.#plugged = true;
  }

  /** Resolves when the host tries to open the line next. */
  async opening(): Promise<void> {
    this.#waiting = Promise.withResolvers<void>();
    await this.#waiting.promise;
  }
}
