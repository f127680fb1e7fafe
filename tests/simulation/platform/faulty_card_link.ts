import type { CardLink, ConnectCardHost } from "../../../server/gateways/card_host/card_link.ts";
import type { Dice } from "../dice.ts";
import { ASTRAY_MS_MAX, type LineFate, SLOW_MS_MAX } from "./line_fate.ts";
import type { VirtualTime } from "./virtual_time.ts";

interface CardLineParts {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly connect: ConnectCardHost;
  /** What becomes of one message. */
  readonly fate: () => LineFate;
  readonly write: (line: string) => void;
}

/** What is between the platform and the card host: connections that lose, delay, break, repeat. */
export function faultyCardHost(parts: CardLineParts): ConnectCardHost {
  return async () => {
    await parts.time.sleep(parts.dice.between(5, 100));
    if (parts.fate() === "no_line") throw new Deno.errors.ConnectionRefused("connection refused");
    return new FaultyCardLink(parts, await parts.connect());
  };
}

class FaultyCardLink implements CardLink {
  readonly #parts: CardLineParts;
  readonly #inner: CardLink;
  #answersToLose = 0;

  constructor(parts: CardLineParts, inner: CardLink) {
    this.#parts = parts;
    this.#inner = inner;
  }

  /** One frame, which the sandbox's line takes as one piece. */
  async send(bytes: Uint8Array): Promise<void> {
    const { time, dice, fate, write } = this.#parts;
    const what = fate();
    write(`card host ${what}`);
    await time.sleep(dice.between(10, 150));
    switch (what) {
      case "arrives":
        return await this.#inner.send(bytes);
      case "no_line":
        return this.close();
      case "request_lost":
        return;
      case "answer_lost":
        this.#answersToLose += 1;
        return await this.#inner.send(bytes);
      case "twice":
        await this.#inner.send(bytes);
        return this.#later(bytes, ASTRAY_MS_MAX);
      case "astray":
        return this.#later(bytes, ASTRAY_MS_MAX);
      case "slow":
        return this.#later(bytes, SLOW_MS_MAX);
      default:
        return what satisfies never;
    }
  }

  get received(): AsyncIterable<Uint8Array> {
    return this.#receive();
  }

  close(): void {
    this.#inner.close();
  }

  async *#receive(): AsyncGenerator<Uint8Array> {
    const { time, dice } = this.#parts;
    for await (const answer of this.#inner.received) {
      await time.sleep(dice.between(5, 150));
      if (this.#answersToLose > 0) this.#answersToLose -= 1;
      else yield answer;
    }
  }

  /** On the connection as it is then; a closed one takes nothing any more. */
  #later(bytes: Uint8Array, msMax: number): void {
    const { time, dice } = this.#parts;
    time.in(dice.below(msMax), () => void this.#inner.send(bytes).catch(() => {}));
  }
}
