import { loadPadMaster } from "../../../cli/dev/load_pad.ts";
import { CARD_EXPIRY, CARD_PIN } from "../../../sandbox/card_host/bank_cards.ts";
import type { HandKey } from "../../../sandbox/devices/pin_pad/pad_state.ts";
import { SimulatedPinPad } from "../../../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import { shellActor } from "../../../server/modules/audit/actor.ts";
import type { PresentedCardBody } from "../../../server/modules/checkout/contract.ts";
import {
  confirmWorkKeys,
  issueWorkKeys,
} from "../../../server/modules/fleet/pad_keys/issue_pad_keys.ts";
import { cardSaleBytes } from "../../../server/platform/card_sale_text.ts";
import { DEFAULT_SLOTS } from "../../../terminal/devices/pad_register.ts";
import { TEST_KEYS_SECRET } from "../../sealer.ts";
import type { World } from "../../world.ts";

const COMMAND = { signal: new AbortController().signal, timeoutMs: 5_000 };
const WRONG_PIN = "111111";

/** The terminal's PIN pad with its keys, and the hands of whoever pays by card there. */
export class CardReader {
  readonly #world: World;
  readonly #pad: SimulatedPinPad;
  /** One pad, one patient before it. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(world: World, pad: SimulatedPinPad) {
    this.#world = world;
    this.#pad = pad;
  }

  static async open(world: World): Promise<CardReader> {
    const pad = new SimulatedPinPad({ isSecureRoom: true });
    const { db, clock, provider } = world.services.platform;
    const deps = { db, clock, provider, audit: world.services.audit };
    const terminalId = world.terminal.id;
    await loadPadMaster({ ...deps, secretHex: TEST_KEYS_SECRET }, { pad, terminalId });
    const asked = { terminalId, actor: shellActor("simulation") };
    const issued = await issueWorkKeys(deps, asked);
    for (const purpose of ["pin", "mac"] as const) {
      const { wrapped: key, checkValue } = issued[purpose];
      const slot = DEFAULT_SLOTS[purpose];
      const under = DEFAULT_SLOTS.master;
      const { algorithm } = issued;
      await pad.loadKey({ slot, algorithm, purpose, under, key, checkValue }, COMMAND);
    }
    await confirmWorkKeys(deps, { ...asked, version: issued.version });
    return new CardReader(world, pad);
  }

  /** A card of that amount, as the terminal sends it on. */
  present(
    sale: {
      readonly tradeId: string;
      readonly pan: string;
      readonly amountFen: bigint;
      readonly knowsPin: boolean;
    },
  ): Promise<PresentedCardBody> {
    const mine = this.#turn.then(() => this.#enter(sale));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #enter(
    { tradeId, pan, amountFen, knowsPin }: Parameters<CardReader["present"]>[0],
  ): Promise<PresentedCardBody> {
    const { pin: slot, mac } = DEFAULT_SLOTS;
    const asked = { slot, algorithm: "sm4", pan, minDigits: 4, maxDigits: 12 } as const;
    const entry = this.#pad.enterPin(asked, COMMAND);
    for (const digit of knowsPin ? CARD_PIN : WRONG_PIN) this.#pad.press(keyOf(digit));
    this.#pad.press("enter");
    const typed = await entry;
    if (typed.kind !== "done") throw new Error(`Cannot type the PIN: ${typed.kind}`);
    const { block: pinBlock } = typed.value;
    const { number: terminalNumber } = this.#world.terminal;
    const data = cardSaleBytes({ tradeId, terminalNumber, amountFen, pan, pinBlock });
    const signed = await this.#pad.mac({ slot: mac, method: "sm4_cbc", data }, COMMAND);
    if (signed.kind !== "done") throw new Error(`Cannot sign the sale: ${signed.kind}`);
    return {
      entry: "inserted",
      pan,
      expiry: CARD_EXPIRY,
      sequence: "001",
      track2: `${pan}=${CARD_EXPIRY}201`,
      chip: null,
      pinBlock: pinBlock.toHex(),
      mac: signed.value.toHex(),
    };
  }
}

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

function keyOf(digit: string): HandKey {
  const key = DIGITS.find((one) => one === digit);
  if (!key) throw new Error(`Cannot press "${digit}"`);
  return key;
}
