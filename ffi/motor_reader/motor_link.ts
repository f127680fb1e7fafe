import type { Completion } from "../contract.ts";
import type { ByteLine, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import type { CardPosition, ChipFailure, MotorIdentity, MoveFailure } from "./contract.ts";
import { CrtWire } from "./crt_wire.ts";
import type { MotorModel, MotorPlace, MotorReply, MotorState } from "./motor_model.ts";
import { failureOf, moveOutcome } from "./move_outcome.ts";
import type { Mover, ReaderState } from "./reader_state.ts";
import { RepeatedLook } from "./repeated_look.ts";

/** The line of a motor reader, and how often it is looked at, in milliseconds. */
export interface MotorLinkOptions {
  readonly openLine: OpenLine;
  /** Between two looks while cards are let in or one is there. */
  readonly statusPeriodMs?: number;
  /** Between two looks while nothing can happen but a cable pulled or power lost. */
  readonly restPeriodMs?: number;
  readonly backOffMs?: readonly number[];
}

/** A patient does not notice it; on a serial port it costs 0.4 % of a processor. */
const STATUS_PERIOD_MS = 200;
const REST_PERIOD_MS = 5_000;
const DONE = { kind: "done", value: null } as const;
const JAMMED: MotorReply<MotorState> = {
  kind: "said",
  value: { card: "jammed", retainBin: null, entry: null },
};

/**
 * A motor reader on its line: looks at it again and again, makes it ready after it was away or
 * without power, and asks it where the card is whenever an answer was lost. Never takes a card in:
 * an initialisation of ours moves nothing.
 */
export class MotorLink implements AsyncDisposable {
  readonly firstLook: Promise<void>;
  readonly #model: MotorModel;
  readonly #options: MotorLinkOptions;
  readonly #state: ReaderState;
  readonly #keeper: LineKeeper;
  readonly #looks: RepeatedLook;
  readonly #closed = new AbortController();
  /** Outlives power losses of the reader, which forgets it. */
  #letsIn = false;
  /** Since it was last away it has been told whether to let cards in. */
  #isPrepared = false;
  #isMoving = false;

  constructor(model: MotorModel, state: ReaderState, options: MotorLinkOptions) {
    this.#model = model;
    this.#state = state;
    this.#options = options;
    this.#keeper = new LineKeeper({
      openLine: options.openLine,
      onChange: () => this.#lineChanged(),
      ...(options.backOffMs ? { backOffMs: options.backOffMs } : {}),
    });
    this.firstLook = this.#keeper.firstTry.then(async () => void await this.look());
    this.#looks = new RepeatedLook({
      after: this.firstLook,
      look: () => this.look(),
      pauseMs: () => this.#pauseMs(),
    });
  }

  /** The motor or a chip is at work: an answer may take seconds. */
  get isMoving(): boolean {
    return this.#isMoving;
  }

  async look(): Promise<Completion<CardPosition>> {
    const looked = await this.#use(async (wire): Promise<Completion<CardPosition>> => {
      const seen = await this.#see(wire, "hand");
      if (seen.kind === "failed") return seen;
      return { kind: "done", value: this.#state.status.card };
    });
    // The line took no bytes: there is nobody.
    if (looked.kind === "failed" && looked.reason === "timeout") this.#state.loseSight("offline");
    return looked;
  }

  async setEntry(enabled: boolean): Promise<Completion<null, MoveFailure>> {
    this.#letsIn = enabled;
    this.#looks.wake();
    return await this.#use<null, MoveFailure>(async (wire) => {
      const seen = await this.#see(wire, "hand");
      if (seen.kind === "failed") return seen;
      const reply = await this.#prepare(wire);
      if (reply.kind === "refused") return { kind: "failed", reason: failureOf(reply.reason) };
      return reply.kind === "said" ? DONE : { kind: "failed", reason: "timeout" };
    });
  }

  /** Nothing moves when the command has ended before it is its turn. */
  async move(to: MotorPlace, signal: AbortSignal): Promise<Completion<null, MoveFailure>> {
    return await this.#use<null, MoveFailure>(async (wire) => {
      if (signal.aborted) return { kind: "failed", reason: "cancelled" };
      return await this.#busily(() => this.#move(wire, to));
    });
  }

  async identify(): Promise<Completion<MotorIdentity, ChipFailure>> {
    return await this.#use(async (wire) => {
      const seen = await this.#see(wire, "hand");
      if (seen.kind === "failed") return seen;
      const serial = await this.#model.serialNumber(wire);
      if (serial.kind !== "said") return completionOf(serial);
      const firmware = await this.#firmware(wire);
      if (firmware.kind !== "said") return completionOf(firmware);
      return { kind: "done", value: { serialNumber: serial.value, firmware: firmware.value } };
    });
  }

  /** Talks to a chip; no card moves. */
  async askChip<Value>(
    work: (model: MotorModel, wire: CrtWire) => Promise<MotorReply<Value>>,
  ): Promise<Completion<Value, ChipFailure>> {
    return await this.#use(async (wire) =>
      completionOf(await this.#busily(() => work(this.#model, wire)))
    );
  }

  /**
   * Status, initialisation without a move, and a jammed card out once: what the maker says to do.
   * Done when the reader is ready again.
   */
  async recover(): Promise<Completion<null>> {
    return await this.#use((wire) =>
      this.#busily(async () => {
        const seen = await this.#see(wire, "hand");
        if (seen.kind === "failed") return seen;
        await this.#initialise(wire);
        if (this.#state.status.card === "jammed") await this.#move(wire, "slot");
        const last = await this.#see(wire, "motor");
        if (last.kind === "failed") return last;
        const { device, card } = this.#state.status;
        const isReady = device === "online" && card !== "jammed";
        return isReady ? DONE : { kind: "failed", reason: "hardware_error" };
      })
    );
  }

  /** Lets no more cards in, if it still can. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#looks[Symbol.asyncDispose]();
    if (this.#letsIn) await this.setEntry(false);
    this.#closed.abort();
    await this.#keeper[Symbol.asyncDispose]();
  }

  async #use<Value, Failure extends string>(
    work: (wire: CrtWire) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    return await this.#keeper.use((line: ByteLine) =>
      work(new CrtWire(line, this.#model.protocol, this.#closed.signal))
    );
  }

  async #busily<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#isMoving = true;
    try {
      return await work();
    } finally {
      this.#isMoving = false;
    }
  }

  async #move(wire: CrtWire, to: MotorPlace): Promise<Completion<null, MoveFailure>> {
    let reply = await this.#model.move(wire, to);
    if (reply.kind === "refused" && reply.reason === "not_initialised") {
      await this.#initialise(wire);
      reply = await this.#model.move(wire, to);
    }
    this.#state.note(reply);
    const seen = await this.#see(wire, to === "bin" ? "bin" : "motor");
    const after = seen.kind === "done" ? this.#state.status.card : null;
    return moveOutcome(to, reply, after);
  }

  /** One look; a reader that was without power, or is confused, is made ready first. */
  async #see(wire: CrtWire, mover: Mover): Promise<Completion<null>> {
    let seen = await this.#model.look(wire);
    if (seen.kind === "refused") {
      await this.#initialise(wire);
      seen = await this.#model.look(wire);
    }
    if (seen.kind === "refused" && seen.reason === "jammed") seen = JAMMED;
    if (seen.kind !== "said") {
      return this.#blind(seen.kind === "lost" ? "offline" : "hardware_error");
    }
    this.#state.learn(seen.value, mover);
    if (!this.#isPrepared || this.#forgot(seen.value)) await this.#prepare(wire);
    return DONE;
  }

  #blind(reason: "offline" | "hardware_error"): Completion<null> {
    this.#isPrepared = false;
    this.#state.loseSight(reason);
    return { kind: "failed", reason };
  }

  /** A CRT-310 lets cards in after it lost power and asks nobody. */
  #forgot({ entry }: MotorState): boolean {
    return entry !== null && (entry === "enabled") !== this.#letsIn;
  }

  /** Moves no card; afterwards the reader lets cards in or not, as it pleases. */
  async #initialise(wire: CrtWire): Promise<MotorReply<string>> {
    this.#isPrepared = false;
    const reply = await this.#model.initialise(wire);
    if (reply.kind === "said") this.#state.mend();
    return reply;
  }

  async #firmware(wire: CrtWire): Promise<MotorReply<string>> {
    if (this.#model.firmware) return await this.#model.firmware(wire);
    const reply = await this.#initialise(wire);
    await this.#see(wire, "hand");
    return reply;
  }

  async #prepare(wire: CrtWire): Promise<MotorReply<null>> {
    const reply = await this.#model.setEntry(wire, this.#letsIn);
    this.#isPrepared = reply.kind !== "lost";
    if (reply.kind === "said") this.#state.setEntry(this.#letsIn ? "enabled" : "disabled");
    return reply;
  }

  #pauseMs(): number {
    const { statusPeriodMs = STATUS_PERIOD_MS, restPeriodMs = REST_PERIOD_MS } = this.#options;
    const { device, card } = this.#state.status;
    const mayChange = this.#letsIn || card === "gate" || card === "held";
    return device === "online" && mayChange ? statusPeriodMs : restPeriodMs;
  }

  #lineChanged(): void {
    this.#isPrepared = false;
    if (this.#keeper.condition === "offline") this.#state.loseSight("offline");
    else this.#looks.wake();
  }
}

function completionOf<Value>(
  reply: MotorReply<Value>,
): Completion<Value, ChipFailure> {
  if (reply.kind === "said") return { kind: "done", value: reply.value };
  if (reply.kind === "lost") return { kind: "failed", reason: "timeout" };
  const { reason } = reply;
  return { kind: "failed", reason: reason === "not_initialised" ? "hardware_error" : reason };
}
