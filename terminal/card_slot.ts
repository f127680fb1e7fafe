import type { CardMedia, CardReaderEvent } from "../ffi/contract.ts";

/**
 * What is known of the card in the reader: which one it is of those seen so far, and whether it is
 * to be given back unread. A patient's card goes into an empty slot; one that lies there when the
 * reader is first seen, or seen again, is somebody's who may be gone.
 */
export class CardSlot {
  #place: "unseen" | "empty" | "filled" = "unseen";
  #cards = 0;
  #isOwed = false;
  #isGiven = false;

  /** Another number for every card that was put in; null while there is none, or nobody can tell. */
  get card(): number | null {
    return this.#place === "filled" ? this.#cards : null;
  }

  /** A card is to come out unread. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** It does not wait to be taken. */
  get isInside(): boolean {
    return this.#place === "filled" && !this.#isGiven;
  }

  owe(): void {
    this.#isOwed = true;
  }

  /** It waits to be taken; whoever pushes it in again gets it back again. */
  give(): void {
    this.#isOwed = false;
    this.#isGiven = this.#place === "filled";
  }

  /** A reader out of sight keeps the card it had. */
  see(media: CardMedia): void {
    switch (media) {
      case "not_present":
        this.#place = "empty";
        this.#isOwed = false;
        this.#isGiven = false;
        return;
      case "unknown":
        if (this.#place === "empty") this.#place = "unseen";
        return;
      case "present":
      case "entering":
      case "jammed":
        if (this.#place === "unseen" || this.#isGiven && media === "present") this.#isOwed = true;
        this.#fill();
    }
  }

  /** A reader that was out of sight tells a card as inserted that it finds. */
  hear({ kind }: CardReaderEvent): void {
    if (kind === "media_removed") this.see("not_present");
    if (kind === "media_inserted" && this.#place === "empty") this.#fill();
  }

  #fill(): void {
    if (this.#place !== "filled") this.#cards += 1;
    this.#place = "filled";
  }
}
