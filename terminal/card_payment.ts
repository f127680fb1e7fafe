import type { Completion, PaymentCard } from "../ffi/contract.ts";
import type {
  EnteredPin,
  EnterPinFailure,
  PinPad,
  PinPadAlgorithm,
  PinPadMacMethod,
} from "../ffi/pin_pad/contract.ts";
import type { PresentedCardBody } from "../server/modules/checkout/contract.ts";
import { cardSaleBytes } from "../server/platform/card_sale_text.ts";
import type { Clock } from "../server/platform/clock.ts";
import type { LentReader } from "./card_reading.ts";
import type { CardPaymentAct, CardPaymentEnd, CardPaymentStep } from "./contract.ts";

/** Under which keys of its pad this terminal asks for PINs and signs sales. */
export interface PadKeys {
  readonly pin: { readonly slot: number; readonly algorithm: PinPadAlgorithm };
  readonly mac: { readonly slot: number; readonly method: PinPadMacMethod };
}

/** What is to be paid, as the order on the screen says it; the platform goes by its own figures. */
export interface CardSale {
  readonly tradeId: string;
  readonly terminalNumber: string;
  readonly amountFen: bigint;
}

export interface CardPaymentDeps {
  readonly reader: LentReader;
  readonly pinPad: PinPad;
  readonly keys: PadKeys;
  readonly clock: Clock;
  readonly tell: (step: CardPaymentStep) => void;
}

export type CardPaymentResult =
  | { readonly kind: "presented"; readonly card: PresentedCardBody }
  | { readonly kind: "ended"; readonly reason: CardPaymentEnd };

const CARD_WAIT_MS_MAX = 60_000;
const PIN_WAIT_MS_MAX = 60_000;
const MAC_WAIT_MS_MAX = 5_000;
/** ISO 9564-1; banks here give six. */
const PIN_DIGITS = { minDigits: 4, maxDigits: 12 } as const;
/** ISO/IEC 7813: with these the PIN is always wanted; else a holder may have none. */
const PIN_ALWAYS = new Set(["0", "3", "5"]);

/**
 * One bank card from the slot to what goes to the platform. Card and PIN block live in this call's
 * variables alone; nothing of them is kept, told or logged.
 */
export class CardPayment {
  readonly #deps: CardPaymentDeps;
  readonly #sale: CardSale;
  readonly #stop = new AbortController();
  /** Ends the PIN entry alone. */
  #entry = new AbortController();
  #wish: Exclude<CardPaymentAct, "stop"> | null = null;
  #isAnother = false;

  constructor(deps: CardPaymentDeps, sale: CardSale) {
    this.#deps = deps;
    this.#sale = sale;
  }

  /** Another card than the one that lay in the reader at first. */
  get askedForAnother(): boolean {
    return this.#isAnother;
  }

  act(act: CardPaymentAct): void {
    if (act === "stop") return this.#stop.abort();
    this.#wish = act;
    this.#entry.abort();
  }

  async take(): Promise<CardPaymentResult> {
    for (;;) {
      const read = await this.#read();
      if (read.kind === "failed") return ended(cardTrouble(read.reason, this.#stop.signal));
      const pin = await this.#enterPin(read.value);
      if (pin.kind === "another") {
        this.#isAnother = true;
        await this.#deps.reader.giveBack();
      } else if (pin.kind === "ended") return pin;
      else return await this.#present(read.value, pin.block);
    }
  }

  async #read(): Promise<Awaited<ReturnType<LentReader["read"]>>> {
    const { reader, clock, tell } = this.#deps;
    const isFilled = await reader.isFilled();
    const until = clock.now().getTime() + CARD_WAIT_MS_MAX;
    tell(isFilled ? { kind: "reading" } : { kind: "waiting_card", until });
    const request = { amountFen: this.#sale.amountFen, at: clock.now() };
    const end = reader.onFilled(() => tell({ kind: "reading" }));
    try {
      const options = { signal: this.#stop.signal, timeoutMs: CARD_WAIT_MS_MAX };
      return await reader.read(request, options);
    } finally {
      end();
    }
  }

  async #enterPin(card: PaymentCard): Promise<PinResult> {
    const { reader, pinPad, keys } = this.#deps;
    this.#entry = new AbortController();
    this.#wish = null;
    let isPulled = false;
    const endRemoved = reader.onRemoved(() => {
      // A card that was tapped is in the patient's hand anyway.
      isPulled = card.entry !== "tapped";
      if (isPulled) this.#entry.abort();
    });
    const endTelling = this.#tellDigits(card);
    try {
      const entered = await pinPad.enterPin(
        { ...keys.pin, ...PIN_DIGITS, pan: card.pan },
        {
          signal: AbortSignal.any([this.#stop.signal, this.#entry.signal]),
          timeoutMs: PIN_WAIT_MS_MAX,
        },
      );
      return this.#judge(entered, isPulled);
    } finally {
      endTelling();
      endRemoved();
    }
  }

  #judge(entered: Completion<EnteredPin, EnterPinFailure>, isPulled: boolean): PinResult {
    if (entered.kind === "done") return { kind: "typed", block: entered.value.block };
    if (isPulled) return ended("removed_too_early");
    if (this.#stop.signal.aborted || entered.reason === "patient_cancelled") {
      return this.#wish === null || this.#stop.signal.aborted ? ended("stopped") : this.#wished();
    }
    if (entered.reason === "cancelled") return this.#wished();
    return ended(entered.reason === "timeout" ? "timeout" : "pad_failed");
  }

  #wished(): PinResult {
    switch (this.#wish) {
      case "skip_pin":
        return { kind: "typed", block: null };
      case "other_card":
        return { kind: "another" };
      case null:
        return ended("pad_failed");
    }
  }

  #tellDigits(card: PaymentCard): () => void {
    const { pinPad, clock, tell } = this.#deps;
    const until = clock.now().getTime() + PIN_WAIT_MS_MAX;
    const skippable = !PIN_ALWAYS.has(pinRuleOf(card));
    const show = (digits: number) => tell({ kind: "pin", digits, until, skippable });
    show(0);
    return pinPad.subscribe((event) => {
      if (event.kind === "pin_progress") show(event.digits);
    });
  }

  async #present(card: PaymentCard, pinBlock: Uint8Array | null): Promise<CardPaymentResult> {
    const { pinPad, keys, tell } = this.#deps;
    tell({ kind: "sending" });
    const signed = await pinPad.mac(
      { ...keys.mac, data: cardSaleBytes({ ...this.#sale, pan: card.pan, pinBlock }) },
      { signal: this.#stop.signal, timeoutMs: MAC_WAIT_MS_MAX },
    );
    if (signed.kind === "failed") {
      return ended(this.#stop.signal.aborted ? "stopped" : "pad_failed");
    }
    const { entry, pan, expiry, sequence, track2, chip } = card;
    const presented: PresentedCardBody = {
      entry,
      pan,
      expiry,
      sequence,
      track2,
      chip: chip?.toHex() ?? null,
      pinBlock: pinBlock?.toHex() ?? null,
      mac: signed.value.toHex(),
    };
    pinBlock?.fill(0);
    chip?.fill(0);
    return { kind: "presented", card: presented };
  }
}

type PinResult =
  /** `null`: the holder has no PIN. */
  | { readonly kind: "typed"; readonly block: Uint8Array | null }
  | { readonly kind: "another" }
  | Extract<CardPaymentResult, { kind: "ended" }>;

function ended(reason: CardPaymentEnd): Extract<CardPaymentResult, { kind: "ended" }> {
  return { kind: "ended", reason };
}

type CardFailure = Extract<Awaited<ReturnType<LentReader["read"]>>, { kind: "failed" }>["reason"];

function cardTrouble(reason: CardFailure, stop: AbortSignal): CardPaymentEnd {
  switch (reason) {
    case "unreadable":
    case "wrong_way_round":
    case "removed_too_early":
    case "timeout":
      return reason;
    case "cancelled":
      return stop.aborted ? "stopped" : "reader_failed";
    default:
      return "reader_failed";
  }
}

/** The last digit of the service code, empty where the card told none. */
function pinRuleOf({ track2 }: PaymentCard): string {
  return /[=D]\d{4}\d{2}(\d)/.exec(track2 ?? "")?.[1] ?? "";
}
