import type { ByteLine } from "../../../ffi/line.ts";
import type { Pause } from "../../../server/platform/pause.ts";
import { CardPath, type CardPlace } from "./card_path.ts";
import { LineFaults } from "./line_faults.ts";
import { serveCrt } from "./serve_crt.ts";

/** A chip as the reader's contacts find it. */
export interface SimulatedChip {
  readonly answerToReset: readonly number[];
  exchange(apdu: readonly number[]): readonly number[];
}

export interface SimulatedMotorReaderOptions<Medium> {
  readonly path?: CardPath<Medium>;
  readonly pause: Pause;
  readonly moveTakesMs: number;
  /** Of the card that lies at the contacts; null for one without a chip that answers. */
  readonly chipOf?: (medium: Medium) => SimulatedChip | null;
}

const BIN_CARDS = 10;
const [POSITIVE, NEGATIVE] = [0x50, 0x4e];
const PLACES: Readonly<Record<number, CardPlace | "bin">> = {
  0x30: "held",
  0x31: "contact",
  0x32: "contactless",
  0x33: "bin",
  0x39: "slot",
};
/** A card inside is moved to its place, dropped, or left alone. */
const INITIAL_MOVES: Readonly<Record<number, "held" | "bin" | null>> = {
  0x30: "held",
  0x31: "bin",
  0x33: null,
};
const MOVE_ERRORS = { no_card: "02", jammed: "10", bin_full: "A1" } as const;

/** A CRT-571 with its power, its card path and a memory for what it was told. */
export class SimulatedCrt571<Medium> {
  readonly path: CardPath<Medium>;
  readonly faults = new LineFaults();
  /** "CM PM" in hexadecimal, in the order they were done. */
  readonly heard: string[] = [];
  /** A broken part: the error code of every look, or of every move. */
  broken: { readonly on: "look" | "move"; readonly code: string } | null = null;
  readonly #options: SimulatedMotorReaderOptions<Medium>;
  #isInitialised = false;
  #isPowered = false;

  constructor(options: SimulatedMotorReaderOptions<Medium>) {
    this.#options = options;
    this.path = options.path ?? new CardPath({ binCards: BIN_CARDS, entersTo: "slot" });
  }

  async serve(line: ByteLine): Promise<void> {
    await serveCrt(line, {
      dialect: { start: 0xf2, address: 0, enquires: false },
      faults: this.faults,
      isMove: ([, command]) => command === 0x32,
      answer: (body) => this.#answer(body),
    });
  }

  /** Off and on again. */
  losePower(): void {
    this.#isInitialised = false;
    this.#isPowered = false;
    this.path.losePower();
  }

  setOnline(online: boolean): void {
    this.faults.isSilent = !online;
  }

  async #answer([, command = 0, parameter = 0, ...data]: readonly number[]) {
    this.heard.push(`${command.toString(16)} ${parameter.toString(16)}`);
    const head = [command, parameter];
    const done = await this.#do(command, parameter, data);
    if (typeof done === "string") {
      return [NEGATIVE, ...head, ...[...done].map((character) => character.charCodeAt(0))];
    }
    return [POSITIVE, ...head, this.#cardCode, 0x30, this.path.isBinFull ? 0x31 : 0x30, ...done];
  }

  get #cardCode(): number {
    if (this.path.place === null) return 0x30;
    return this.path.place === "slot" ? 0x31 : 0x32;
  }

  /** Data of a positive answer, or the error code of a negative one. */
  async #do(
    command: number,
    parameter: number,
    data: readonly number[],
  ): Promise<readonly number[] | string> {
    if (command === 0x30) return await this.#initialise(parameter);
    if (!this.#isInitialised) return "B0";
    switch (command) {
      case 0x31:
        if (this.broken?.on === "look") return this.broken.code;
        return parameter === 0x30 ? [] : "01";
      case 0x32:
        return await this.#move(PLACES[parameter]);
      case 0x33:
        this.path.open(parameter === 0x30);
        return [];
      case 0x51:
        return this.#chip(parameter, data);
      case 0xa2:
        return ascii("CRT571-SN0001");
      case 0xa4:
        return ascii("CRT-571-V1.0");
      default:
        return "00";
    }
  }

  async #initialise(parameter: number): Promise<readonly number[] | string> {
    const to = INITIAL_MOVES[parameter];
    if (to === undefined) return "01";
    this.#isInitialised = true;
    this.path.loosen();
    if (to && this.path.place) await this.#move(to);
    return ascii("CRT-571-V1.0");
  }

  async #move(to: CardPlace | "bin" | undefined): Promise<readonly number[] | string> {
    if (to === undefined) return "01";
    if (this.broken?.on === "move") return this.broken.code;
    await this.#options.pause(this.#options.moveTakesMs, new AbortController().signal);
    this.#isPowered = false;
    const end = this.path.move(to);
    return end === "moved" ? [] : MOVE_ERRORS[end];
  }

  #chip(parameter: number, data: readonly number[]): readonly number[] | string {
    const { medium, place } = this.path;
    if (medium === null || place !== "contact") return "02";
    const chip = this.#options.chipOf?.(medium) ?? null;
    if (chip === null) return "61";
    if (parameter === 0x30) {
      this.#isPowered = true;
      return [0x30, ...chip.answerToReset];
    }
    if (parameter !== 0x39) return "03";
    return this.#isPowered ? chip.exchange(data) : "65";
  }
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
