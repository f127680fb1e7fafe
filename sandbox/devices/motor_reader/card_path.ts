import { Listeners } from "../../../ffi/listeners.ts";

/** Where a card is in a motor reader; at the slot the patient can take it. */
export type CardPlace = "slot" | "held" | "contact" | "contactless";

export type MoveEnd = "moved" | "no_card" | "jammed" | "bin_full";

/** `loose`: comes free when the reader was initialised; `stuck`: wants a technician's hand. */
export type Jam = "loose" | "stuck";

export interface CardPathOptions {
  readonly binCards: number;
  /** How far the reader draws in a card by itself. */
  readonly entersTo: "slot" | "held";
}

/**
 * The way of a card through a motor reader, with its shutter and its bin: what is left of a reader
 * without power, and what all its simulated forms share.
 */
export class CardPath<Medium> {
  readonly #options: CardPathOptions;
  readonly #changed = new Listeners<null>();
  #card: { readonly medium: Medium; place: CardPlace } | null = null;
  #jam: Jam | null = null;
  #binned = 0;
  #letsIn = false;

  constructor(options: CardPathOptions) {
    this.#options = options;
  }

  get medium(): Medium | null {
    return this.#card?.medium ?? null;
  }

  get place(): CardPlace | null {
    return this.#card?.place ?? null;
  }

  get jam(): Jam | null {
    return this.#jam;
  }

  get binned(): number {
    return this.#binned;
  }

  get isBinFull(): boolean {
    return this.#binned >= this.#options.binCards;
  }

  get letsIn(): boolean {
    return this.#letsIn;
  }

  /** Called after every change. */
  subscribe(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  open(letsIn: boolean): void {
    this.#letsIn = letsIn;
    this.#changed.tell(null);
  }

  /** By hand; false when the shutter is shut. */
  insert(medium: Medium): boolean {
    if (this.#card) throw new Error("Cannot insert a card: one lies in the reader, expected none");
    if (!this.#letsIn) return false;
    this.#put(medium, this.#options.entersTo);
    return true;
  }

  /** Without anybody's doing: it lay there when the power came back. */
  leaveInside(medium: Medium): void {
    this.#put(medium, "held");
  }

  /** By hand, by force if need be. */
  pull(): Medium {
    if (!this.#card) throw new Error("Cannot pull the card: the reader is empty, expected a card");
    const { medium } = this.#card;
    this.#card = null;
    this.#jam = null;
    this.#changed.tell(null);
    return medium;
  }

  /** Null: a technician has freed it. */
  jamCard(jam: Jam | null): void {
    this.#jam = jam;
    this.#changed.tell(null);
  }

  /** What an initialisation does for a jam. */
  loosen(): void {
    if (this.#jam === "loose") this.#jam = null;
    this.#changed.tell(null);
  }

  move(to: CardPlace | "bin"): MoveEnd {
    if (!this.#card) return "no_card";
    if (this.#jam) return "jammed";
    if (to === "bin") return this.#drop();
    this.#card.place = to;
    this.#changed.tell(null);
    return "moved";
  }

  /** One card more, from elsewhere. */
  fill(): void {
    this.#binned++;
    this.#changed.tell(null);
  }

  emptyBin(): void {
    this.#binned = 0;
    this.#changed.tell(null);
  }

  /** The contacts lift and the shutter shuts; the card stays where it is. */
  losePower(): void {
    if (this.#card && this.#card.place !== "slot") this.#card.place = "held";
    this.open(false);
  }

  #drop(): MoveEnd {
    if (this.isBinFull) return "bin_full";
    this.#card = null;
    this.#binned++;
    this.#changed.tell(null);
    return "moved";
  }

  #put(medium: Medium, place: CardPlace): void {
    this.#card = { medium, place };
    this.#changed.tell(null);
  }
}
