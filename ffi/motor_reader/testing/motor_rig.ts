import { linePair } from "../../line_pair.ts";
import { type ByteLine, LineError } from "../../line.ts";
import type { MotorReaderRig } from "../../conformance/motor_reader.ts";
import type { CardPath } from "../../../sandbox/devices/motor_reader/card_path.ts";
import type { LineFaults } from "../../../sandbox/devices/motor_reader/line_faults.ts";
import type { CardMovement, MotorReader } from "../contract.ts";
import type { CrtWaits } from "../crt_wire.ts";
import type { MotorDriverOptions } from "../motor_driver.ts";

/** Long enough to be told from a lost answer by a busy machine, and if not, still answered right. */
export const SHORT_WAITS: CrtWaits = { ackMs: 100, answerMs: 200, gapMs: 50, moveMs: 200 };

export interface SimulatedReader {
  readonly path: CardPath<string>;
  readonly faults: LineFaults;
  serve(line: ByteLine): Promise<void>;
  losePower(): void;
}

/** The driver's end of a line and the reader's. */
export type Wire = readonly [host: ByteLine, device: ByteLine];

export interface MotorRigOptions {
  readonly simulator: SimulatedReader;
  /** A line in memory where it is absent. */
  readonly wire?: () => Promise<Wire>;
  readonly tellsBin: boolean;
  readonly open: (options: MotorDriverOptions) => Promise<MotorReader & AsyncDisposable>;
}

/** A driver on a simulated reader, with a journal that says what it was told. */
export class MotorRig implements MotorReaderRig, AsyncDisposable {
  readonly movements: { kind: CardMovement["kind"]; hadMoved: boolean }[] = [];
  readonly fillBin: (() => void) | null;
  readonly #options: MotorRigOptions;
  #reader: (MotorReader & AsyncDisposable) | null = null;
  #journalWorks = true;
  #device: ByteLine | null = null;
  #served: Promise<void> = Promise.resolve();

  constructor(options: MotorRigOptions) {
    this.#options = options;
    this.fillBin = options.tellsBin ? () => this.#fillBin() : null;
  }

  get reader(): MotorReader {
    if (!this.#reader) throw new Error("Cannot use the rig: it is not open, expected restart()");
    return this.#reader;
  }

  async restart(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#reader = await this.#options.open({
      openLine: () => this.#plug(),
      keepMovement: (movement) => this.#keep(movement),
      statusPeriodMs: 5,
      restPeriodMs: 20,
      backOffMs: [5],
    });
  }

  setJournal(works: boolean): void {
    this.#journalWorks = works;
  }

  insert(): boolean {
    return this.#path.insert("card");
  }

  pull(): void {
    this.#path.pull();
  }

  whereabouts(): "nowhere" | "slot" | "inside" | "bin" {
    const { place, binned } = this.#path;
    if (place === null) return binned > 0 ? "bin" : "nowhere";
    return place === "slot" ? "slot" : "inside";
  }

  jam(kind: "loose" | "stuck"): void {
    this.#path.jamCard(kind);
  }

  losePower(): void {
    this.#options.simulator.losePower();
  }

  loseAnswer(): void {
    this.#options.simulator.faults.lostMoves++;
  }

  setSilent(silent: boolean): void {
    this.#options.simulator.faults.isSilent = silent;
  }

  async unplug(): Promise<void> {
    await this.#device?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
    await this.unplug();
    await this.#served;
  }

  get #path(): CardPath<string> {
    return this.#options.simulator.path;
  }

  async #plug(): Promise<ByteLine> {
    const [host, device] = await this.#options.wire?.() ?? linePair("reader");
    this.#device = device;
    this.#served = this.#options.simulator.serve(device);
    return host;
  }

  #keep({ kind }: CardMovement): Promise<void> {
    if (!this.#journalWorks) return Promise.reject(new LineError("closed", "Cannot write: full"));
    const hadMoved = kind === "retained"
      ? this.#path.place === null
      : this.whereabouts() !== "slot";
    this.movements.push({ kind, hadMoved });
    return Promise.resolve();
  }

  #fillBin(): void {
    while (!this.#path.isBinFull) this.#path.fill();
  }
}
