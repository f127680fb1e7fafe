import type { LegAnswer } from "../../../server/modules/checkout/leg.ts";
import type { Dice } from "../dice.ts";
import type { SimulatedParty, Trouble } from "../scenario.ts";
import type { Agenda } from "./agenda.ts";

/** The caller gives up after so long. */
const TIMEOUT_MS = 8_000;
/** A message that went astray comes at last. */
const ASTRAY_MS_MAX = 90_000;

const LOST: LegAnswer = { kind: "unknown", reason: "no answer" };
const NO_LINE: LegAnswer = { kind: "not_sent", reason: "connection refused" };

export interface Message {
  readonly party: SimulatedParty;
  readonly dice: Dice;
  readonly faultRate: number;
  readonly process: () => LegAnswer;
  readonly answered: (answer: LegAnswer) => void;
}

type Fate =
  | "arrives"
  | "slow"
  | "no_line"
  | "request_lost"
  | "answer_lost"
  | "twice"
  /** Arrives when nobody waits for the answer any more. */
  | "astray";

/** What is between the platform and a party. */
export class Line {
  readonly #agenda: Agenda;
  readonly #partitions = new Map<
    SimulatedParty,
    Extract<Trouble, { kind: "partition" }>["loses"]
  >();

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  part(partition: Extract<Trouble, { kind: "partition" }>): void {
    this.#partitions.set(partition.party, partition.loses);
    this.#agenda.in(partition.forMs, () => this.#partitions.delete(partition.party));
  }

  /** Returns how long the caller will wait. */
  send(message: Message): number {
    const { dice } = message;
    const there = dice.between(15, 250);
    const back = dice.between(5, 150);
    switch (this.#fate(message)) {
      case "arrives":
        return this.#exchange(message, there, back);
      case "slow":
        return this.#exchange(message, there, dice.between(2_000, TIMEOUT_MS - 300));
      case "no_line":
        return this.#end(message, NO_LINE, 5);
      case "request_lost":
        return this.#end(message, LOST, TIMEOUT_MS);
      case "answer_lost":
        this.#agenda.in(there, message.process);
        return this.#end(message, LOST, dice.between(there + 1, TIMEOUT_MS));
      case "twice":
        this.#agenda.in(there + dice.below(ASTRAY_MS_MAX), message.process);
        return this.#exchange(message, there, back);
      case "astray":
        this.#agenda.in(TIMEOUT_MS + dice.below(ASTRAY_MS_MAX), message.process);
        return this.#end(message, LOST, TIMEOUT_MS);
    }
  }

  #fate({ party, dice, faultRate }: Message): Fate {
    const parted = this.#partitions.get(party);
    if (parted === "line") return "no_line";
    if (parted === "requests") return "request_lost";
    if (parted === "answers") return "answer_lost";
    if (!dice.chance(faultRate)) return dice.chance(0.01) ? "slow" : "arrives";
    return dice.pick([
      "no_line",
      "request_lost",
      "answer_lost",
      "answer_lost",
      "twice",
      "astray",
      "slow",
    ]);
  }

  #exchange(message: Message, there: number, back: number): number {
    this.#agenda.in(there, () => {
      const answer = message.process();
      this.#agenda.in(back, () => message.answered(answer));
    });
    return there + back;
  }

  #end(message: Message, answer: LegAnswer, ms: number): number {
    this.#agenda.in(ms, () => message.answered(answer));
    return ms;
  }
}
