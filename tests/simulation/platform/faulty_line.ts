import type { Dice } from "../dice.ts";
import type { ConnectCardHost } from "../../../server/gateways/card_host/card_link.ts";
import type { SimulatedParty, Trouble } from "../scenario.ts";
import { faultyCardHost } from "./faulty_card_link.ts";
import { ASTRAY_MS_MAX, BAD_FATES, type LineFate, SLOW_MS_MAX } from "./line_fate.ts";
import type { VirtualTime } from "./virtual_time.ts";

type Partition = Extract<Trouble, { kind: "partition" }>;

/** By the first part of the path, as the sandbox tells its parties apart. */
const PARTIES: Readonly<Record<string, SimulatedParty>> = {
  his: "his",
  insurance: "insurance",
  "aggregate-pay": "channel",
  "citizen-code": "channel",
};

/** What is between the platform's gateways and the sandbox: a `fetch` that loses and delays. */
export class FaultyLine {
  readonly #time: VirtualTime;
  readonly #dice: Dice;
  readonly #inner: typeof fetch;
  readonly #partitions = new Map<SimulatedParty, Partition["loses"]>();
  faultRate = 0;

  readonly #write: (line: string) => void;

  constructor(
    parts: {
      readonly time: VirtualTime;
      readonly dice: Dice;
      readonly inner: typeof fetch;
      readonly write: (line: string) => void;
    },
  ) {
    this.#time = parts.time;
    this.#dice = parts.dice;
    this.#inner = parts.inner;
    this.#write = parts.write;
  }

  part(partition: Partition): void {
    this.#partitions.set(partition.party, partition.loses);
    this.#time.in(partition.forMs, () => this.#partitions.delete(partition.party));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const send = () => this.#inner(request.url, { ...init, signal: null });
    const { pathname } = new URL(request.url);
    const party = PARTIES[pathname.split("/")[1] ?? ""];
    const dice = this.#dice;
    await this.#time.sleep(dice.between(10, 250));
    const fate = this.#fate(party);
    this.#write(`${pathname} ${fate}`);
    switch (fate) {
      case "arrives":
        return await this.#answered(send, dice.between(5, 150), init?.signal);
      case "slow":
        return await this.#answered(send, dice.below(SLOW_MS_MAX), init?.signal);
      case "no_line":
        throw new TypeError("connection refused");
      case "request_lost":
        return await this.#silence(init?.signal);
      case "answer_lost":
        await send().catch(() => null);
        if (dice.chance(0.5)) throw new TypeError("connection reset: answer lost");
        return await this.#silence(init?.signal);
      case "twice":
        this.#astray(send);
        return await this.#answered(send, dice.between(5, 150), init?.signal);
      case "astray":
        this.#astray(send);
        return await this.#silence(init?.signal);
      default:
        return fate satisfies never;
    }
  };

  /** The same for what goes to the card host; it is one of the channels. */
  cardHost(connect: ConnectCardHost): ConnectCardHost {
    const fate = () => this.#fate("channel");
    return faultyCardHost({
      time: this.#time,
      dice: this.#dice,
      connect,
      fate,
      write: this.#write,
    });
  }

  #fate(party: SimulatedParty | undefined): LineFate {
    const parted = party && this.#partitions.get(party);
    if (parted === "line") return "no_line";
    if (parted === "requests") return "request_lost";
    if (parted === "answers") return "answer_lost";
    if (!party || !this.#dice.chance(this.faultRate)) return "arrives";
    return this.#dice.pick(BAD_FATES);
  }

  async #answered(
    send: () => Promise<Response>,
    backMs: number,
    signal: AbortSignal | null | undefined,
  ): Promise<Response> {
    const response = await send();
    await Promise.race([this.#time.sleep(backMs), this.#silence(signal)]);
    return response;
  }

  /** Nothing comes until the caller gives up. */
  async #silence(signal: AbortSignal | null | undefined): Promise<never> {
    return await new Promise((_resume, give) => {
      if (!signal) return;
      if (signal.aborted) give(signal.reason);
      signal.addEventListener("abort", () => give(signal.reason), { once: true });
    });
  }

  #astray(send: () => Promise<Response>): void {
    this.#time.in(this.#dice.below(ASTRAY_MS_MAX), () => {
      send().then((response) => response.body?.cancel(), () => {});
    });
  }
}
