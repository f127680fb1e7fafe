import type { PinPad } from "../ffi/pin_pad/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { newId } from "../server/platform/ids.ts";
import type { Log } from "../server/platform/log.ts";
import type { Background } from "./background.ts";
import { CardPayment, type CardSale } from "./card_payment.ts";
import type { LentReader } from "./card_reading.ts";
import type { CardPaymentAct, CardPaymentEnd, TerminalEvent } from "./contract.ts";
import type { DeviceSupervisor } from "./device_supervisor.ts";
import type { Orders } from "./orders.ts";
import type { PadKeeper } from "./pad_keys/pad_keeper.ts";
import { NO_CARD_PAYMENT, ORDER_NOT_HERE, type Refusal } from "./problems.ts";

/** What a terminal needs to take bank cards; a kiosk without one of them takes none. */
export interface CardPaymentParts {
  readonly pinPad: PinPad;
  readonly keeper: Pick<PadKeeper, "trouble" | "lend" | "look">;
}

interface Deps {
  readonly parts: CardPaymentParts | null;
  readonly supervisor: Pick<DeviceSupervisor, "lendCardReader">;
  readonly orders: Pick<Orders, "findShown" | "presentCard">;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (event: Extract<TerminalEvent, { kind: "card_payment" }>) => void;
  readonly settings: { readonly last: TerminalSettings | null };
}

interface Asked {
  readonly orderId: string;
  readonly parts: CardPaymentParts;
  readonly sale: Omit<CardSale, "tradeId">;
  readonly era: number;
  /** The terminal stops. */
  readonly signal: AbortSignal;
}

/** Payments by bank card, one at a time: the patient's hands, then the order goes its own way. */
export class CardPayments {
  readonly #deps: Deps;
  #running:
    | { readonly orderId: string; readonly payment: CardPayment; done: Promise<void> }
    | null = null;
  /** Counts sessions, so that one which waits for the reader does not begin for the next patient. */
  #era = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Begins to take a card for the order on the screen; null when it did. */
  start(orderId: string): Refusal | null {
    const { parts, orders, background, settings } = this.#deps;
    const view = orders.findShown(orderId)?.view;
    if (!view) return ORDER_NOT_HERE;
    const terminalNumber = settings.last?.terminal.number;
    const isPayable = view.stage === "choose_tender" && view.quote !== null;
    if (!parts || parts.keeper.trouble !== null) return NO_CARD_PAYMENT;
    if (!isPayable || !terminalNumber || this.#running) return NO_CARD_PAYMENT;
    const amountFen = BigInt(view.quote?.cashFen ?? "0");
    const asked = { orderId, parts, sale: { terminalNumber, amountFen }, era: this.#era };
    background.run("take a bank card", (signal) => this.#take({ ...asked, signal }));
    return null;
  }

  act(orderId: string, act: CardPaymentAct): void {
    if (this.#running?.orderId === orderId) this.#running.payment.act(act);
  }

  /** The session is over. */
  async stop(): Promise<void> {
    this.#era += 1;
    this.#running?.payment.act("stop");
    await this.#running?.done;
  }

  async #take(asked: Asked): Promise<void> {
    const { orderId } = asked;
    let reason: CardPaymentEnd | null = "reader_failed";
    try {
      const lent = await this.#deps.supervisor.lendCardReader((reader) => this.#pay(reader, asked));
      if (lent !== null) reason = lent.reason;
    } catch (thrown) {
      this.#deps.log.error("A payment by card failed", { reason: reasonOf(thrown) });
    } finally {
      this.#deps.tell({ kind: "card_payment", orderId, step: { kind: "ended", reason } });
    }
  }

  async #pay(
    reader: LentReader,
    { orderId, parts, sale: amounts, era, signal }: Asked,
  ): Promise<{ readonly reason: CardPaymentEnd | null }> {
    using pad = await parts.keeper.lend();
    if (era !== this.#era) return { reason: "stopped" };
    if (!pad) return { reason: "pad_failed" };
    const { clock, orders, tell } = this.#deps;
    // A card that lay inside before is the patient's social-security card, and stays.
    const isOwn = await reader.isFilled();
    const sale: CardSale = { tradeId: newId(clock.now()), ...amounts };
    const payment = new CardPayment({
      pinPad: parts.pinPad,
      keys: pad.keys,
      reader,
      clock,
      tell: (step) => tell({ kind: "card_payment", orderId, step }),
    }, sale);
    const over = Promise.withResolvers<void>();
    this.#running = { orderId, payment, done: over.promise };
    signal.addEventListener("abort", () => payment.act("stop"), { once: true });
    let isKept = isOwn;
    try {
      const result = await payment.take();
      isKept = isOwn && !payment.askedForAnother;
      if (result.kind === "ended") {
        if (result.reason === "pad_failed") parts.keeper.look();
        return { reason: result.reason };
      }
      const taken = await orders.presentCard(orderId, { id: sale.tradeId, card: result.card });
      return { reason: taken ? null : "refused" };
    } finally {
      if (!isKept) await reader.giveBack();
      this.#running = null;
      over.resolve();
    }
  }
}
