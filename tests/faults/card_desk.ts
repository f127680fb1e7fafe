import { loadPadMaster } from "../../cli/dev/load_pad.ts";
import { CARD_EXPIRY, CARD_PIN } from "../../sandbox/card_host/bank_cards.ts";
import type { HandKey } from "../../sandbox/devices/pin_pad/pad_state.ts";
import { SimulatedPinPad } from "../../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import type { OrderView, PresentedCardBody } from "../../server/modules/checkout/contract.ts";
import type { Terminal } from "../../server/modules/fleet/terminal.ts";
import { cardSaleBytes } from "../../server/platform/card_sale_text.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { problemSchema } from "../../server/platform/openapi.ts";
import { DEFAULT_SLOTS } from "../../terminal/devices/pad_register.ts";
import type { KeptPadKeys } from "../../terminal/journal_pad.ts";
import { settlePadKeys } from "../../terminal/pad_keys/settle_pad_keys.ts";
import { askPadKeys } from "../../terminal/platform_calls.ts";
import type {
  PlatformAnswer,
  PlatformCall,
  PlatformClient,
} from "../../terminal/platform_client.ts";
import { testAudit } from "../audit.ts";
import { TEST_KEYS_SECRET, testProvider } from "../sealer.ts";
import { withDatabase } from "./database.ts";
import type { TerminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";

/** The pad and the card slot of one terminal; one patient's hands at a time. */

const COMMAND_MS = 5_000;
const WRONG_PIN = "654321";
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export interface CardAtHand {
  readonly pan: string;
  readonly knowsPin: boolean;
  /** The terminal has lost its disk: its pad gets other keys first. */
  readonly newKeys: boolean;
}

export class CardDesk {
  readonly #terminalNumber: string;
  readonly #pad: SimulatedPinPad;
  #kept: KeptPadKeys | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(terminalNumber: string, pad: SimulatedPinPad) {
    this.#terminalNumber = terminalNumber;
    this.#pad = pad;
  }

  /**
   * Card, PIN, the pad's signature, and the sale given to the platform by `send`; the next patient
   * only then. False when the pad has no keys, so that no card is offered.
   */
  async take(
    { line, told, order, card }: {
      readonly line: TerminalLine;
      readonly told: Told;
      readonly order: OrderView;
      readonly card: CardAtHand;
    },
    send: (tender: unknown) => Promise<unknown>,
  ): Promise<boolean> {
    return await this.#inTurn(async () => {
      if (card.newKeys) this.#kept = null;
      if (!await this.#bringKeys(line, told)) return false;
      const id = newId(new Date());
      const presented = await this.#present(order, { ...card, id });
      told.cardsPresented += 1;
      await send({ id, mode: "card", card: presented });
      return true;
    });
  }

  async #bringKeys(line: TerminalLine, told: Told): Promise<boolean> {
    if (this.#kept?.progress === "ready") return true;
    const client = clientOf(line);
    const state = await client.call(askPadKeys());
    const deps = {
      pinPad: this.#pad,
      register: null,
      client,
      memory: {
        keep: (keys: KeptPadKeys) => void (this.#kept = keys),
        find: () => this.#kept,
        forget: () => void (this.#kept = null),
      },
      note: () => {},
    };
    const end = await settlePadKeys(
      deps,
      state.kind === "answered" ? state.value : null,
      new AbortController().signal,
    );
    if (end.kind === "ready") told.padKeysBrought += 1;
    return end.kind === "ready";
  }

  async #present(
    { quote }: OrderView,
    { id: tradeId, pan, knowsPin }: CardAtHand & { readonly id: string },
  ): Promise<PresentedCardBody> {
    const pinBlock = await this.#typePin(pan, knowsPin ? CARD_PIN : WRONG_PIN);
    const data = cardSaleBytes({
      tradeId,
      terminalNumber: this.#terminalNumber,
      amountFen: BigInt(quote?.cashFen ?? "0"),
      pan,
      pinBlock,
    });
    const signed = await this.#pad.mac(
      { slot: DEFAULT_SLOTS.mac, method: "sm4_cbc", data },
      command(),
    );
    if (signed.kind !== "done") throw new Error(`Cannot sign a sale: ${Deno.inspect(signed)}`);
    return {
      entry: "inserted",
      pan,
      expiry: CARD_EXPIRY,
      sequence: "001",
      track2: `${pan}=${CARD_EXPIRY}201`,
      chip: "9f2608aabbccddeeff0011",
      pinBlock: pinBlock.toHex(),
      mac: signed.value.toHex(),
    };
  }

  async #typePin(pan: string, pin: string): Promise<Uint8Array> {
    const entry = this.#pad.enterPin(
      { slot: DEFAULT_SLOTS.pin, algorithm: "sm4", pan, minDigits: 4, maxDigits: 12 },
      command(),
    );
    for (const digit of pin) this.#pad.press(keyOf(digit));
    this.#pad.press("enter");
    const typed = await entry;
    if (typed.kind !== "done") throw new Error(`Cannot type a PIN: ${Deno.inspect(typed)}`);
    return typed.value.block;
  }

  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return await mine;
  }
}

/** A desk at each of these, its pad's master loaded as in the secure room. */
export async function openCardDesks(
  databaseUrl: string,
  terminals: Iterable<Pick<Terminal, "id" | "number">>,
): Promise<ReadonlyMap<string, CardDesk>> {
  return await withDatabase(databaseUrl, async (db) => {
    const keys = { provider: testProvider(), secretHex: TEST_KEYS_SECRET };
    const deps = { db, clock: SYSTEM_CLOCK, audit: testAudit(), ...keys };
    const desks = new Map<string, CardDesk>();
    for (const { id, number } of terminals) {
      const pad = new SimulatedPinPad({ isSecureRoom: true });
      await loadPadMaster(deps, { pad, terminalId: id });
      desks.set(id, new CardDesk(number, pad));
    }
    return desks;
  });
}

/** The terminal's own calls over this line. */
function clientOf(line: TerminalLine): Pick<PlatformClient, "call"> {
  return {
    async call<Value>({ method, path, body, schema }: PlatformCall<Value>) {
      const reply = method === "GET"
        ? await line.get<unknown>(path)
        : await line.post<unknown>(path, body);
      const lost: PlatformAnswer<Value> = { kind: "no_answer", reason: "lost", late: false };
      if (!reply) return lost;
      const problem = reply.isOk ? null : problemSchema.safeParse(reply.body).data;
      if (problem) return { kind: "problem", status: reply.status, problem };
      if (!reply.isOk) return lost;
      return { kind: "answered", status: reply.status, value: schema.parse(reply.body) };
    },
  };
}

function keyOf(digit: string): HandKey {
  const key = DIGITS.find((one) => one === digit);
  if (!key) throw new Error(`Cannot press "${digit}"`);
  return key;
}

function command() {
  return { signal: new AbortController().signal, timeoutMs: COMMAND_MS };
}
