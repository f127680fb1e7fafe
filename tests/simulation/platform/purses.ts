import { type CodeStory, paymentCode } from "../../../sandbox/aggregate_pay/payment_code.ts";
import { cityCards } from "../../../sandbox/card_host/bank_cards.ts";
import { consumptionCode } from "../../../sandbox/citizen_code/code_accounts.ts";
import { CODE_VALID_MS, presentCode } from "../../../sandbox/citizen_code/present_code.ts";
import type { ChooseTenderBody } from "../../../server/modules/checkout/contract.ts";
import type { World } from "../../world.ts";
import type { Purse, Way, WayDeed } from "../scenario.ts";
import type { CardReader } from "./card_holder.ts";

interface Presenting {
  /** The trade's. */
  readonly id: string;
  readonly way: Way;
  readonly purse: Purse;
  readonly idNumber: string;
  readonly amountFen: bigint;
  readonly serial: number;
}

/** What patients pay with: phones, cards of two kinds, consumption codes. */
export class Purses {
  readonly #world: World;
  readonly #reader: CardReader | null;

  /** Without a reader nobody pays by card. */
  constructor(world: World, reader: CardReader | null) {
    this.#world = world;
    this.#reader = reader;
  }

  async present(asked: Presenting): Promise<ChooseTenderBody> {
    switch (asked.purse) {
      case "card":
        return await this.#card(asked) ?? wallet(asked);
      case "citizen_code":
        return this.#code(asked) ?? wallet(asked);
      case "wallet":
        return wallet(asked);
    }
  }

  async #card(
    { id, way, idNumber, amountFen, serial }: Presenting,
  ): Promise<ChooseTenderBody | null> {
    const own = cityCards(this.#world.city).filter((card) => card.idNumber === idNumber);
    const pan = own[serial % own.length]?.pan;
    if (!this.#reader || pan === undefined) return null;
    const knowsPin = way.deed !== "declined";
    const card = await this.#reader.present({ tradeId: id, pan, amountFen, knowsPin });
    return { id, mode: "card", card };
  }

  #code({ id, way, idNumber }: Presenting): ChooseTenderBody | null {
    const person = this.#world.city.persons.find((one) => one.idNumber === idNumber);
    const text = person ? consumptionCode(person) : null;
    if (text === null) return null;
    const ageMs = way.deed === "declined" ? 2 * CODE_VALID_MS : 0;
    const shownAt = new Date(this.#world.clock.now().getTime() - ageMs);
    return { id, mode: "citizen_code", code: presentCode(text, shownAt) };
  }
}

function wallet({ id, way, serial }: Presenting): ChooseTenderBody {
  const { mode, deed } = way;
  if (mode === "show_code") return { id, mode };
  return { id, mode, code: paymentCode("WXPAY", STORIES[deed] ?? "pays", serial) };
}

const STORIES: Readonly<Partial<Record<WayDeed, CodeStory>>> = {
  declined: "insufficient",
  password: "password",
  password_never: "password_waits",
};
