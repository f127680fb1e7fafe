import type { IdCard } from "../../ffi/contract.ts";

export type IdCardFault = "unreadable";

/** A card on the field of an ID card reader. */
export interface LaidIdCard {
  readonly card: IdCard;
  readonly fault: IdCardFault | null;
  /** Aborts when the card leaves. */
  readonly gone: AbortController;
}

/** The field of an ID card reader, whatever the reader speaks; the methods are the patient's hand. */
export class IdCardField {
  #laid: LaidIdCard | null = null;

  get laid(): LaidIdCard | null {
    return this.#laid;
  }

  lay(card: IdCard, fault: IdCardFault | null = null): LaidIdCard {
    this.lift();
    this.#laid = { card, fault, gone: new AbortController() };
    return this.#laid;
  }

  lift(): void {
    this.#laid?.gone.abort();
    this.#laid = null;
  }
}
