import type { ByteLine } from "../../ffi/line.ts";
import { serveLine } from "./served_line.ts";

const START = 0xa0;
const COMMAND_BYTES = 4;
const CHANNELS = 8;

/** A relay board that takes `A0 channel state sum`, as those with a CH340 do (assumed). */
export class RelayBoardSimulator {
  readonly #closed = new Set<number>();
  readonly #closings: number[] = new Array(CHANNELS + 1).fill(0);
  #command: number[] = [];

  async serve(line: ByteLine): Promise<void> {
    this.#command = [];
    this.#closed.clear();
    await serveLine(line, (bytes) => {
      for (const byte of bytes) this.#hear(byte);
    });
  }

  /** Channels that are switched on. */
  get closed(): ReadonlySet<number> {
    return this.#closed;
  }

  /** How often a channel was switched on. */
  closings(channel: number): number {
    return this.#closings[channel] ?? 0;
  }

  #hear(byte: number): void {
    if (this.#command.length === 0 && byte !== START) return;
    this.#command.push(byte);
    if (this.#command.length < COMMAND_BYTES) return;
    const [start = 0, channel = 0, state = 0, sum] = this.#command;
    this.#command = [];
    if (sum !== ((start + channel + state) & 0xff) || channel < 1 || channel > CHANNELS) return;
    if (state === 1) {
      this.#closed.add(channel);
      this.#closings[channel] = this.closings(channel) + 1;
    } else {
      this.#closed.delete(channel);
    }
  }
}
