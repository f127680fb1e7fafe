import type { Fact } from "../../../server/modules/checkout/apply.ts";
import type { Ask, LegAnswer } from "../../../server/modules/checkout/leg.ts";
import { CLAIM_MS } from "../../../server/modules/checkout/plan_step.ts";
import {
  activeTender,
  legOfKind,
  type Saga,
  stateOf,
} from "../../../server/modules/checkout/saga.ts";
import type { Way } from "../scenario.ts";
import type { TenderChoice } from "../../../server/modules/checkout/order.ts";
import type { Agenda } from "./agenda.ts";
import type { Decisions } from "./decisions.ts";
import {
  cashReturnId,
  type Errand,
  errandOf,
  type Parties,
  recorded,
  refundRecorded,
} from "./errands.ts";
import type { Line } from "./line.ts";
import type { Entry, OrderRow } from "./order_row.ts";
import { withTrade } from "./order_row.ts";
import type { OrderStore, Worker } from "./order_store.ts";
import { Dice } from "../dice.ts";
import { RULES } from "./rules.ts";

const RENEWAL_MS = 5_000;
/** As the platform's own bound of one drive. */
const DRIVE_ASKS_MAX = 60;

/** What all processes of the platform share. */
export interface Shared {
  readonly agenda: Agenda;
  readonly store: OrderStore;
  readonly line: Line;
  readonly parties: Parties;
  readonly decisions: Decisions;
  readonly diceOf: (row: OrderRow) => Dice;
  readonly nextClaim: () => number;
  readonly write: (line: string) => void;
  /** A crash may come while a call is out. */
  readonly calling: (row: OrderRow) => void;
  readonly faultRateOf: (row: OrderRow) => number;
}

interface Drive {
  readonly id: string;
  readonly claim: number;
  readonly worker: Worker;
  /** Trades whose code this process has in memory. */
  readonly presented: ReadonlySet<string>;
}

/** What an act of somebody does to an order under its lock; null when it is refused. */
export type Judge = (
  row: OrderRow,
  now: number,
) => { fact: Fact; way?: Way & { id: string } } | null;

export interface ActOptions {
  /** The trade whose code comes with it. */
  readonly presents?: string;
  /** It was judged, and what came of it is committed. */
  readonly taken?: () => void;
}

/** One process of the platform: as `drive_order.ts`, `act_on_order.ts` and `jobs.ts` go about it. */
export class PlatformProcess {
  readonly name: string;
  readonly #shared: Shared;
  #epoch = 0;
  #isUp = true;
  #offsetMs = 0;

  constructor(name: string, shared: Shared) {
    this.name = name;
    this.#shared = shared;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** This process's clock, which may be off. */
  get now(): number {
    return this.#shared.agenda.now + this.#offsetMs;
  }

  jumpClock(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** Everything in memory is gone; what was committed and what was sent is not. */
  crash(forMs: number): void {
    if (!this.#isUp) return;
    this.#shared.write(`${this.name} crashes`);
    this.#isUp = false;
    this.#epoch += 1;
    this.#shared.agenda.in(forMs, () => this.#isUp = true);
  }

  worker(): Worker {
    const epoch = this.#epoch;
    return { isAlive: () => this.#isUp && this.#epoch === epoch };
  }

  /** Rule 1: the same order again is the same order. */
  create(draft: OrderRow): void {
    const drive = this.#newDrive(draft.id, new Set());
    this.#begin(drive, (row) => {
      if (row || !this.#shared.store.takesBill(draft)) return null;
      return draft;
    });
  }

  /** A refund, unless the order had another meanwhile (as `takeTurn`). */
  giveBack(draft: OrderRow, isMyTurn: () => boolean): void {
    const drive = this.#newDrive(draft.id, new Set());
    this.#begin(drive, (row) => {
      if (row || !isMyTurn()) return null;
      return draft.refund?.kept && !this.#shared.store.takesBill(draft) ? null : draft;
    });
  }

  act(id: string, judge: Judge, options: ActOptions = {}): void {
    const { presents } = options;
    const drive = this.#newDrive(id, new Set(presents === undefined ? [] : [presents]));
    this.#begin(drive, (row) => row && this.#acted(row, judge), options.taken);
  }

  /** What a worker does with an order whose time has come. */
  work(id: string): void {
    const row = this.#shared.store.rows.get(id);
    if (!row || row.nextAttemptAt === null || row.nextAttemptAt > this.now) return;
    if (this.#isClaimed(row)) return;
    this.#begin(
      this.#newDrive(id, new Set()),
      (read) => read && !this.#isClaimed(read) ? read : null,
    );
  }

  #newDrive(id: string, presented: ReadonlySet<string>): Drive {
    return { id, claim: this.#shared.nextClaim(), worker: this.worker(), presented };
  }

  #isClaimed(row: OrderRow): boolean {
    return row.claimedUntil !== null && row.claimedUntil > this.now;
  }

  #acted(row: OrderRow, judge: Judge): OrderRow | null {
    const taken = judge(row, this.now);
    if (!taken) return this.#isClaimed(row) ? null : row;
    const saga = this.#apply(row.saga, taken.fact);
    const tender = activeTender(saga);
    const acted = { ...row, saga };
    if (!taken.way || !tender || row.trades.has(tender.n)) return acted;
    const { id: tradeId, ...way } = taken.way;
    return withTrade(acted, tender.n, {
      tradeId,
      way,
      paid: null,
      refunded: 0n,
      refunds: new Map(),
    });
  }

  #apply(saga: Saga, fact: Fact): Saga {
    return this.#shared.decisions.apply(saga, fact, { rules: RULES, now: this.now });
  }

  /** The claim, what `open` does and the first ask are one transaction. */
  #begin(
    drive: Drive,
    open: (row: OrderRow | null) => OrderRow | null,
    taken?: () => void,
  ): void {
    let sent: Sent | null = null;
    this.#shared.store.transact({
      worker: drive.worker,
      id: drive.id,
      work: (read) => {
        const opened = open(read);
        if (!opened) return null;
        if (read && this.#isClaimed(read)) return this.#left(opened);
        const planned = this.#plan(drive, opened, { read, mayAsk: true });
        sent = planned.sent;
        return planned.row;
      },
      committed: (row) => {
        taken?.();
        if (row && sent) this.#send(drive, row, { ...sent, n: 1 });
      },
    });
  }

  /** Whoever holds the claim finds the act when its answer is there. */
  #left(row: OrderRow): OrderRow {
    const { nextAttemptAt } = this.#shared.decisions.planStep(row.saga, {
      rules: RULES,
      now: this.now,
      mayAsk: false,
    });
    return { ...row, nextAttemptAt: nextAttemptAt === null ? null : this.now };
  }

  #plan(
    drive: Drive,
    row: OrderRow,
    { read, mayAsk }: { readonly read: OrderRow | null; readonly mayAsk: boolean },
  ): { row: OrderRow; sent: Sent | null } {
    const { now } = this;
    const step = this.#shared.decisions.planStep(row.saga, { rules: RULES, now, mayAsk });
    const planned = { ...row, saga: step.saga, nextAttemptAt: step.nextAttemptAt };
    const leg = step.ask && step.saga.legs.find(({ n }) => n === step.ask?.leg);
    if (!step.ask || !leg) {
      const claimedBy = step.saga === read?.saga ? read.claimedBy : null;
      return { row: this.#ended({ ...planned, claimedBy, claimedUntil: null }), sent: null };
    }
    const trade = planned.trades.get(leg.n);
    const hasPresented = trade !== undefined && drive.presented.has(trade.tradeId);
    const asked = { leg, ask: step.ask.ask, hasPresented };
    const { parties, decisions, store } = this.#shared;
    const payer = store.payerOf(planned);
    const errand = errandOf(parties, decisions, { row: planned, payer, asked });
    if (errand.payer) store.alongside(errand.payer);
    const claimed = {
      ...errand.row,
      attempts: row.attempts + 1,
      claimedBy: drive.claim,
      claimedUntil: now + CLAIM_MS,
    };
    return { row: this.#ended(claimed), sent: { errand, leg: leg.n, ask: step.ask.ask, n: 0 } };
  }

  #ended(row: OrderRow): OrderRow {
    const state = stateOf(row.saga, RULES);
    if (state === "completed" || state === "unwound") this.#shared.store.letBillGo(row);
    return state === "completed" && !row.isCompleted ? { ...row, isCompleted: true } : row;
  }

  #send(drive: Drive, row: OrderRow, sent: Sent): void {
    const { shared } = { shared: this.#shared };
    const answered = (answer: LegAnswer) => {
      if (!drive.worker.isAlive()) return;
      shared.write(`${drive.id} ${sent.leg} ${sent.ask}: ${answer.kind}`);
      this.#record(drive, sent, answer);
    };
    if ("known" in sent.errand) {
      answered(sent.errand.known);
      return;
    }
    const dice = shared.diceOf(row);
    const { party, process } = sent.errand;
    const faultRate = shared.faultRateOf(row);
    const waitMs = shared.line.send({ party, dice, faultRate, process, answered });
    for (let at = RENEWAL_MS; at < waitMs; at += RENEWAL_MS) {
      shared.agenda.in(at, () => this.#renew(drive));
    }
    shared.calling(row);
  }

  #renew(drive: Drive): void {
    const { worker, id, claim } = drive;
    if (!worker.isAlive()) return;
    const until = this.now + CLAIM_MS;
    this.#shared.store.transact({
      worker,
      id,
      work: (row) =>
        row?.claimedBy === claim ? { ...row, claimedUntil: until, nextAttemptAt: until } : null,
    });
  }

  #record(drive: Drive, sent: Sent, answer: LegAnswer): void {
    let next: Sent | null = null;
    this.#shared.store.transact({
      worker: drive.worker,
      id: drive.id,
      work: (row) => {
        // Taken over while we waited: whoever did asks the party for the truth.
        if (!row || row.claimedBy !== drive.claim) return null;
        const known = this.#answered(row, sent, answer);
        const planned = this.#plan(drive, known, { read: row, mayAsk: sent.n < DRIVE_ASKS_MAX });
        next = planned.sent;
        return planned.row;
      },
      committed: (row) => {
        if (row && next) this.#send(drive, row, { ...next, n: sent.n + 1 });
      },
    });
  }

  #answered(row: OrderRow, { leg: n, ask }: Sent, answer: LegAnswer): OrderRow {
    const { decisions } = this.#shared;
    const saga = this.#apply(row.saga, { kind: "answered", leg: n, ask, answer });
    const before = row.saga.legs.find((leg) => leg.n === n);
    const after = saga.legs.find((leg) => leg.n === n);
    if (!before || !after) return { ...row, saga };
    const payer = this.#shared.store.payerOf(row);
    const known = payer ? row : recorded(row, { leg: before, ask, answer });
    if (payer && before.kind === "cash_return") {
      const refund = { payer: row.refund?.payer ?? -1, refundId: cashReturnId(row), answer };
      this.#shared.store.alongside(refundRecorded(payer, refund));
    }
    const moved = decisions.hasMoved(before, after)
      ? decisions.postingsOf({ saga: row.saga, choices: choicesOf(row) }, after)
      : [];
    const entries = moved.filter(({ amount }) => amount > 0n).map((posting): Entry => ({
      ...posting,
      leg: n,
      cause: "moved",
    }));
    if (decisions.hasMovedBack(before, after)) entries.push(...reversedOf(row, n));
    if (entries.length === 0) return { ...known, saga };
    return { ...known, saga, postings: [...row.postings, ...entries] };
  }
}

interface Sent {
  readonly errand: Errand;
  readonly leg: number;
  readonly ask: Ask;
  /** Which ask of its drive it is. */
  readonly n: number;
}

function choicesOf({ trades, refund, saga }: OrderRow): ReadonlyMap<number, TenderChoice> {
  const cash = legOfKind(saga, "cash_return");
  if (refund?.choice && cash) return new Map([[cash.n, refund.choice]]);
  return new Map([...trades].map(([leg, { tradeId, way }]) => [leg, { tradeId, mode: way.mode }]));
}

/** As `reverseMovement`. */
function reversedOf(row: OrderRow, n: number): Entry[] {
  const ofLeg = row.postings.filter(({ leg }) => leg === n);
  if (ofLeg.some(({ cause }) => cause === "moved_back")) return [];
  return ofLeg.map(({ debit, credit, amount }) => ({
    debit: credit,
    credit: debit,
    amount,
    leg: n,
    cause: "moved_back",
  }));
}
