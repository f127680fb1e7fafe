import type { LegAnswer } from "../../../server/modules/checkout/leg.ts";
import type { Dice } from "../dice.ts";
import type { Agenda } from "./agenda.ts";
import type { Decisions } from "./decisions.ts";
import { type Errand, type Parties, refundErrand, refundRecorded } from "./errands.ts";
import type { Line } from "./line.ts";
import type { Entry, OrderRow } from "./order_row.ts";
import type { OrderStore, Worker } from "./order_store.ts";
import type { PlatformProcess } from "./platform.ts";

/** A refund that got no answer is asked for again so much later. */
const RETRY_MS = 20_000;
const LEG_FIRST = 1_000;

export interface DeskWorld {
  readonly agenda: Agenda;
  readonly store: OrderStore;
  readonly line: Line;
  readonly parties: Parties;
  readonly decisions: Decisions;
  readonly diceOf: (row: OrderRow) => Dice;
  readonly faultRateOf: (row: OrderRow) => number;
  readonly process: () => PlatformProcess | null;
  readonly write: (line: string) => void;
}

/** Parts of a paid order that people ask back later, several at the same moment. */
export class RefundDesk {
  readonly #world: DeskWorld;
  readonly #tooMuch = new Set<string>();

  constructor(world: DeskWorld) {
    this.#world = world;
  }

  /** Hundredths of what was paid, each a refund of its own. */
  request(row: OrderRow): void {
    const payer = [...row.trades].find(([leg, { paid }]) =>
      paid !== null && row.saga.legs.some(({ n, late }) => n === leg && !late)
    );
    // What the platform still owes by itself goes first.
    const owes = row.saga.legs.some(({ kind, state }) => kind === "surplus" && state !== "done");
    if (!payer || owes) return;
    const [leg, { paid }] = payer;
    for (const [n, share] of row.visit.refunds.entries()) {
      const amount = (paid ?? 0n) * BigInt(share) / 100n;
      if (amount > 0n) this.#ask(row.id, { n, payer: leg, amount });
    }
  }

  /** Till its end is known, whatever becomes of processes meanwhile. */
  #ask(id: string, refund: AskedRefund): void {
    if (this.#isThrough(id, refund)) return;
    this.#world.agenda.in(RETRY_MS, () => this.#ask(id, refund));
    const worker = this.#world.process()?.worker();
    if (!worker) return;
    const wanted = { payer: refund.payer, refundId: refundIdOf(id, refund), amount: refund.amount };
    let errand: Errand | null = null;
    this.#world.store.transact({
      worker,
      id,
      work: (row) => {
        if (!row) return null;
        errand = refundErrand(this.#world.parties, this.#world.decisions, { row, wanted });
        return errand.row;
      },
      committed: (row) => {
        if (row && errand) this.#send({ row, errand, refund, worker });
      },
    });
  }

  #isThrough(id: string, refund: AskedRefund): boolean {
    const trade = this.#world.store.rows.get(id)?.trades.get(refund.payer);
    const isRefunded = trade?.refunds.get(refundIdOf(id, refund))?.state === "refunded";
    return isRefunded || this.#tooMuch.has(refundIdOf(id, refund));
  }

  #send(
    { row, errand, refund, worker }: {
      readonly row: OrderRow;
      readonly errand: Errand;
      readonly refund: AskedRefund;
      readonly worker: Worker;
    },
  ): void {
    if ("known" in errand) {
      if (errand.known.kind === "refused") this.#tooMuch.add(refundIdOf(row.id, refund));
      return;
    }
    const { line, diceOf, faultRateOf, write } = this.#world;
    const { party, process } = errand;
    line.send({
      party,
      process,
      dice: diceOf(row),
      faultRate: faultRateOf(row),
      answered: (answer) => {
        write(`${row.id} refund ${refund.n}: ${answer.kind}`);
        if (worker.isAlive()) this.#record(row.id, { refund, answer, worker });
      },
    });
  }

  #record(
    id: string,
    { refund, answer, worker }: {
      readonly refund: AskedRefund;
      readonly answer: LegAnswer;
      readonly worker: Worker;
    },
  ): void {
    const refundId = refundIdOf(id, refund);
    const { payer } = refund;
    const stateIn = (row: OrderRow) => row.trades.get(payer)?.refunds.get(refundId)?.state;
    this.#world.store.transact({
      worker,
      id,
      work: (row) => {
        if (!row) return null;
        const known = refundRecorded(row, { payer, refundId, answer });
        if (stateIn(row) === stateIn(known) || stateIn(known) !== "refunded") return known;
        return { ...known, postings: [...known.postings, posting(refund)] };
      },
    });
  }
}

interface AskedRefund {
  readonly n: number;
  /** The tender leg that was paid. */
  readonly payer: number;
  readonly amount: bigint;
}

function refundIdOf(id: string, { n }: AskedRefund): string {
  return `${id}f${n}`;
}

function posting({ n, amount }: AskedRefund): Entry {
  return {
    debit: "refund:given",
    credit: "channel:aggregate_pay",
    amount,
    leg: LEG_FIRST + n,
    cause: "moved",
  };
}
