import { stateOf } from "../../../server/modules/checkout/saga.ts";
import { Dice, partSeed } from "../dice.ts";
import { RunLog } from "../run_log.ts";
import {
  PROCESSES,
  type Scenario,
  type SimulatedParty,
  STORM_MS,
  type Trouble,
  type Visit,
} from "../scenario.ts";
import { Agenda } from "./agenda.ts";
import { SimulatedChannel } from "./channel.ts";
import { type Decisions, SOUND } from "./decisions.ts";
import type { Parties } from "./errands.ts";
import { SimulatedHis } from "./his.ts";
import { SimulatedInsurance } from "./insurance.ts";
import { checkAtRest, checkCommit } from "./laws.ts";
import { checkOneOpen } from "./refund_laws.ts";
import { Line } from "./line.ts";
import { Notices } from "./notices.ts";
import type { OrderRow } from "./order_row.ts";
import { OrderStore } from "./order_store.ts";
import { PlatformProcess, type Shared } from "./platform.ts";
import { RULES } from "./rules.ts";
import { RefundDesk } from "./refund_desk.ts";
import { RefundOrders } from "./refund_orders.ts";
import { Terminal } from "./terminal.ts";
import { hold, Violation } from "./violation.ts";

export interface RunResult {
  readonly digest: string;
  readonly lines: readonly string[];
  /** The law that was broken; null for a sound run. */
  readonly broken: string | null;
  readonly ends: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly decisions?: Decisions;
  readonly keepsLines?: boolean;
}

/** Everything has long healed by then, and every schedule has come to its longest wait. */
const DRAIN_MS_MAX = 4 * 24 * 3_600_000;
const DUE_JITTER_MS = 1_000;
const REFUND_AFTER_MS = 20_000;
const CRASH_MS = 6_000;

export function runCore(
  scenario: Scenario,
  options: RunOptions = {},
): RunResult {
  const run = new CoreRun(scenario, options.decisions ?? SOUND, options.keepsLines ?? false);
  let broken: string | null = null;
  try {
    run.play();
  } catch (thrown) {
    // An invariant of the platform's own code is a law, too.
    if (!(thrown instanceof Error)) throw thrown;
    broken = thrown instanceof Violation ? thrown.message : `${thrown.name}: ${thrown.stack}`;
  }
  return { digest: run.log.digest, lines: run.log.lines, broken, ends: run.ends() };
}

class CoreRun {
  readonly log: RunLog;
  readonly #scenario: Scenario;
  readonly #agenda: Agenda;
  readonly #dice: Dice;
  readonly #visitDice = new Map<number, Dice>();
  readonly #commits = new Map<number, number>();
  readonly #calls = new Map<number, number>();
  readonly #store: OrderStore;
  readonly #line: Line;
  readonly #parties: Parties;
  readonly #processes: PlatformProcess[];
  readonly #notices: Notices;
  readonly #desk: RefundDesk;
  readonly #refunds: RefundOrders;
  #claims = 0;

  constructor(scenario: Scenario, decisions: Decisions, keepsLines: boolean) {
    this.log = new RunLog({ keepsLines });
    this.#scenario = scenario;
    const agenda = this.#agenda = new Agenda(scenario.startsAt);
    this.#dice = new Dice(partSeed(scenario.seed, 1_000_003));
    const store = this.#store = new OrderStore({
      agenda,
      dice: this.#dice,
      locksRows: decisions.locksRows,
      events: {
        beforeCommit: (row) => this.#count("before_commit", row),
        committed: (before, after) => this.#committed(before, after),
      },
    });
    const line = this.#line = new Line(agenda);
    const channel = new SimulatedChannel({
      paid: (tradeId) => this.#notices.begin(tradeId),
      asksPassword: (tradeId) =>
        agenda.in(this.#dice.between(3_000, 12_000), () => channel.pay(tradeId)),
    });
    const parties = this.#parties = {
      his: new SimulatedHis(),
      insurance: new SimulatedInsurance(),
      channel,
      refuses: (party, row, ask) => this.#refuses(party, row.visit, ask),
    };
    const shared: Shared = {
      agenda,
      store,
      line,
      parties,
      decisions,
      diceOf: (row) => this.#diceOf(row.visit),
      faultRateOf: (row) => this.#faultRateOf(row.visit),
      nextClaim: () => ++this.#claims,
      write: (text) => this.#write(text),
      calling: (row) => this.#count("call", row),
    };
    this.#processes = Array.from(
      { length: PROCESSES },
      (_, n) => new PlatformProcess(`process ${n}`, shared),
    );
    const world = { ...shared, channel, process: () => this.#anyProcess() };
    this.#notices = new Notices(world);
    this.#desk = new RefundDesk(world);
    this.#refunds = new RefundOrders(world);
  }

  play(): void {
    const { visits, troubles } = this.#scenario;
    for (const visit of visits) this.#begin(visit);
    for (const trouble of troubles) {
      this.#agenda.in(trouble.atMs, () => this.#suffer(trouble));
    }
    const isQuiet = this.#agenda.runUntil(this.#scenario.startsAt + DRAIN_MS_MAX);
    hold(isQuiet, () => "the platform does not come to rest");
    for (const row of this.#store.rows.values()) {
      checkAtRest(this.#parties, row, this.#store.refundsOf(row.id));
    }
    this.#checkStrangers();
  }

  ends(): ReadonlyMap<string, number> {
    const ends = new Map<string, number>();
    for (const row of this.#store.rows.values()) {
      const end = `${row.refund ? "refund " : ""}${stateOf(row.saga, RULES)}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    return ends;
  }

  #begin(visit: Visit): void {
    const agenda = this.#agenda;
    const world = {
      agenda,
      store: this.#store,
      channel: this.#parties.channel,
      cashFirst: this.#scenario.cashFirst,
      process: () => this.#anyProcess(),
    };
    agenda.in(visit.startsAtMs, () => new Terminal(world, visit, `v${visit.n}`).begin());
    if (visit.rivalAfterMs === null) return;
    agenda.in(
      visit.startsAtMs + visit.rivalAfterMs,
      () => new Terminal(world, visit, `v${visit.n}rival`).begin(),
    );
  }

  #suffer(trouble: Trouble): void {
    this.#write(`${trouble.kind} ${JSON.stringify(trouble)}`);
    switch (trouble.kind) {
      case "partition":
        return this.#line.part(trouble);
      case "crash":
        return this.#processes[trouble.process]?.crash(trouble.forMs);
      case "database":
        return this.#store.goDown(trouble.forMs);
      case "clock":
        return this.#processes[trouble.process]?.jumpClock(trouble.byMs);
    }
  }

  #anyProcess(): PlatformProcess | null {
    const up = this.#processes.filter(({ isUp }) => isUp);
    return up[this.#dice.below(up.length)] ?? null;
  }

  #committed(before: OrderRow | null, after: OrderRow): void {
    this.#write(`${after.id} ${stateOf(after.saga, RULES)} ${after.postings.length}`);
    checkCommit(this.#parties, before, after);
    if (after.refund) checkOneOpen(after, this.#store.refundsOf(after.refund.orderId));
    if (after.nextAttemptAt !== null) this.#wakeAt(after.id, after.nextAttemptAt);
    if (after.isCompleted && !before?.isCompleted && !after.refund) {
      const desk = after.visit.seed % 4 === 0 ? this.#desk : this.#refunds;
      this.#agenda.in(
        REFUND_AFTER_MS,
        () => desk.request(this.#store.rows.get(after.id) ?? after),
      );
    }
    this.#count("after_commit", after);
  }

  /** Workers look for due orders all the time; who comes first is chance, and two may come at once. */
  #wakeAt(id: string, at: number): void {
    const inMs = at - this.#agenda.now + this.#dice.below(DUE_JITTER_MS);
    this.#agenda.in(inMs, () => this.#wake(id, at));
  }

  #wake(id: string, at: number): void {
    const row = this.#store.rows.get(id);
    if (!row || row.nextAttemptAt !== at) return;
    const process = this.#anyProcess();
    process?.work(id);
    if (this.#dice.chance(0.1)) this.#anyProcess()?.work(id);
    // Whether anything came of it or not, the next round comes.
    const lateMs = Math.max(DUE_JITTER_MS, at - (process?.now ?? at));
    this.#agenda.in(lateMs, () => this.#wake(id, at));
  }

  #count(at: "before_commit" | "after_commit" | "call", { visit }: OrderRow): void {
    const counts = at === "call" ? this.#calls : this.#commits;
    const n = (counts.get(visit.n) ?? 0) + (at === "after_commit" ? 0 : 1);
    counts.set(visit.n, n);
    if (visit.crash?.at !== at || visit.crash.n !== n) return;
    // Which process it is does not matter: both work on everything.
    for (const process of this.#processes) process.crash(CRASH_MS);
  }

  #write(text: string): void {
    this.log.write(`${this.#agenda.now - this.#scenario.startsAt} ${text}`);
  }

  #diceOf(visit: Visit): Dice {
    const dice = this.#visitDice.get(visit.n) ?? new Dice(partSeed(visit.seed, 77));
    this.#visitDice.set(visit.n, dice);
    return dice;
  }

  #isStormy(): boolean {
    return this.#agenda.now < this.#scenario.startsAt + STORM_MS * 2;
  }

  #faultRateOf(visit: Visit): number {
    return this.#isStormy() ? visit.faultRate : 0;
  }

  #refuses(party: SimulatedParty, visit: Visit, ask: string): boolean {
    if (!this.#isStormy()) return false;
    if (ask === "perform") return visit.refusedBy === party;
    return ask === "undo" && this.#diceOf(visit).chance(visit.faultRate);
  }

  /** No party has anything of an order the platform does not know. */
  #checkStrangers(): void {
    const { his, insurance, channel } = this.#parties;
    const known = (id: string) => this.#store.rows.has(id);
    for (const id of his.postings.keys()) hold(known(id), () => `HIS knows ${id}, we do not`);
    for (const id of insurance.settlements.keys()) {
      hold(known(id), () => `insurance knows ${id}, we do not`);
    }
    for (const { orderId } of channel.trades.values()) {
      hold(known(orderId), () => `the channel knows ${orderId}, we do not`);
    }
  }
}
