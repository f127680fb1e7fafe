import type { ByteLine } from "../../../ffi/line.ts";
import { CardPath, type CardPlace } from "./card_path.ts";
import { LineFaults } from "./line_faults.ts";
import { serveCrt } from "./serve_crt.ts";
import type { SimulatedMotorReaderOptions } from "./simulated_crt571.ts";

const BIN_CARDS = 10;
const NEGATIVE = 0x4e;
const SUCCESS = 0x59;
const PLACES: Readonly<Record<number, CardPlace | "bin">> = {
  0x2e: "contactless",
  0x2f: "contact",
  0x30: "slot",
  0x31: "slot",
  0x32: "held",
  0x33: "bin",
};
/** The reader knows nothing of its bin: a card too many is a failed move. */
const MOVE_ERRORS = { no_card: 0x45, jammed: 0x4e, bin_full: 0x4e } as const;
const CARD_CODES: Readonly<Record<CardPlace, number>> = {
  slot: 0x49,
  held: 0x4a,
  contact: 0x4b,
  contactless: 0x4a,
};

/** A CRT-310 with its power and its card path; after power came back it lets cards in by itself. */
export class SimulatedCrt310<Medium> {
  readonly path: CardPath<Medium>;
  readonly faults = new LineFaults();
  /** "CM PM" in hexadecimal, in the order they were done. */
  readonly heard: string[] = [];
  readonly #options: SimulatedMotorReaderOptions<Medium>;

  constructor(options: SimulatedMotorReaderOptions<Medium>) {
    this.#options = options;
    this.path = options.path ?? new CardPath({ binCards: BIN_CARDS, entersTo: "slot" });
    this.path.open(true);
  }

  async serve(line: ByteLine): Promise<void> {
    await serveCrt(line, {
      dialect: { start: 0x02, address: null, enquires: true },
      faults: this.faults,
      isMove: ([command]) => command === 0x32,
      answer: (body) => this.#answer(body),
    });
  }

  /** Off and on again. */
  losePower(): void {
    this.path.losePower();
    this.path.open(true);
  }

  setOnline(online: boolean): void {
    this.faults.isSilent = !online;
  }

  async #answer([command = 0, parameter = 0, ...data]: readonly number[]) {
    this.heard.push(`${command.toString(16)} ${parameter.toString(16)}`);
    const done = await this.#do(command, parameter, data);
    return typeof done === "number" ? [NEGATIVE, command, done] : [command, parameter, ...done];
  }

  /** Data of a positive answer, or the error number of a negative one. */
  async #do(
    command: number,
    parameter: number,
    data: readonly number[],
  ): Promise<readonly number[] | number> {
    switch (`${command.toString(16)} ${parameter.toString(16)}`) {
      case "30 30":
        return await this.#initialise(null);
      case "30 31":
        return await this.#initialise("slot");
      case "30 32":
        return await this.#initialise("bin");
      case "30 3a":
        return ascii("CRT310-SN0001");
      case "31 30":
        return [this.#cardCode, this.path.letsIn ? 0x4a : 0x4e, 0x4e];
      default:
        return await this.#rest(command, parameter, data);
    }
  }

  async #rest(
    command: number,
    parameter: number,
    data: readonly number[],
  ): Promise<readonly number[] | number> {
    if (command === 0x2e) return [SUCCESS];
    if (command === 0x2f && data.length === 1) {
      this.path.open(parameter === 0x33);
      return [SUCCESS];
    }
    if (command !== 0x32) return 0;
    const to = PLACES[parameter];
    return to === undefined ? 1 : [await this.#move(to)];
  }

  get #cardCode(): number {
    return this.path.place === null ? 0x4e : CARD_CODES[this.path.place];
  }

  async #initialise(to: "slot" | "bin" | null): Promise<readonly number[]> {
    this.path.loosen();
    if (to && this.path.place) await this.#move(to);
    this.path.open(true);
    return ascii("CRT310-V3.0");
  }

  async #move(to: CardPlace | "bin"): Promise<number> {
    await this.#options.pause(this.#options.moveTakesMs, new AbortController().signal);
    const end = this.path.move(to);
    return end === "moved" ? SUCCESS : MOVE_ERRORS[end];
  }
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
