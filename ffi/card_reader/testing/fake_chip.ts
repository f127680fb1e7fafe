import type { SimulatedCard } from "../../../sandbox/devices/card_reader.ts";
import type { Pause } from "../../../server/platform/pause.ts";
import type {
  CardReadFailure,
  CommandOptions,
  Completion,
  SocialSecurityCard,
} from "../../contract.ts";
import { Listeners } from "../../listeners.ts";
import type { ChipPlace } from "../../motor_reader/contract.ts";
import type { CardChip } from "../card_chip.ts";

type Read = Completion<SocialSecurityCard, CardReadFailure | "no_card">;

interface FakeChipOptions {
  readonly cardAt: (place: ChipPlace) => SimulatedCard | null;
  /** Of a read: the test ends it. */
  readonly pause: Pause;
}

/** A chip library that finds the cards a test puts somewhere, and can die. */
export class FakeChip implements CardChip {
  presence?: (place: ChipPlace, options: CommandOptions) => Promise<Completion<boolean>>;
  condition: "online" | "offline" = "online";
  sessionsEnded = 0;
  readonly #options: FakeChipOptions;
  readonly #listeners = new Listeners<"up" | "down">();
  #dead = new AbortController();

  constructor(options: FakeChipOptions) {
    this.#options = options;
    this.presence = (place) =>
      Promise.resolve(
        this.condition === "online"
          ? { kind: "done", value: options.cardAt(place) !== null }
          : { kind: "failed", reason: "offline" },
      );
  }

  async readCard(place: ChipPlace, { signal }: CommandOptions): Promise<Read> {
    if (this.condition === "offline") return { kind: "failed", reason: "offline" };
    const card = this.#options.cardAt(place);
    const isTurned = card?.fault === "wrong_way_round";
    if (!card || isTurned && place === "contactless") return { kind: "failed", reason: "no_card" };
    const dead = this.#dead.signal;
    await this.#options.pause(1, AbortSignal.any([signal, card.gone.signal, dead]));
    if (dead.aborted) return { kind: "failed", reason: "hardware_error" };
    if (signal.aborted) return { kind: "failed", reason: "cancelled" };
    if (card.gone.signal.aborted || isTurned) return { kind: "failed", reason: "no_card" };
    if (card.fault === "unreadable" || !card.card) return { kind: "failed", reason: "unreadable" };
    return { kind: "done", value: card.card };
  }

  endSession(): Promise<void> {
    this.sessionsEnded++;
    return Promise.reject(new Error("Cannot end the session: nothing of the kind is kept here"));
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#listeners.add(listener);
  }

  die(): void {
    this.condition = "offline";
    this.#dead.abort();
    this.#listeners.tell("down");
  }

  revive(): void {
    this.condition = "online";
    this.#dead = new AbortController();
    this.#listeners.tell("up");
  }
}
