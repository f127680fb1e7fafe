import { reasonOf } from "../../../server/platform/errors.ts";
import { dispatchOutbox } from "../../../server/platform/outbox.ts";
import { driveDueOrders } from "../../../server/modules/checkout/jobs.ts";
import type { Payable } from "../../../server/modules/checkout/contract.ts";
import { TRADE_REPORTED } from "../../../server/modules/payment/events.ts";
import { driveOpenCardMessages } from "../../../server/modules/payment/card/jobs.ts";
import type { Services } from "../../../server/services.ts";
import { subscriptions } from "../../../server/subscriptions.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { identifyByCard } from "../../visit.ts";
import { openWorld, type World } from "../../world.ts";
import type { RunResult } from "../core/run_core.ts";
import { Dice, partSeed } from "../dice.ts";
import { RunLog } from "../run_log.ts";
import { PROCESSES, type Scenario, STORM_MS, type Trouble, type Visit } from "../scenario.ts";
import { askBack } from "./asker_back.ts";
import { CardReader } from "./card_holder.ts";
import { FaultyLine } from "./faulty_line.ts";
import { type FreeSlot, freeSlots } from "./free_slots.ts";
import { installChance } from "./installed_chance.ts";
import { MortalProcess } from "./mortal_process.ts";
import { checkAtRest, checkEnded, checkNow, dueAt, endsOf } from "./platform_laws.ts";
import type { Misbuilt } from "./planted_bugs.ts";
import { Purses } from "./purses.ts";
import type { ReusedDatabase } from "./reused_database.ts";
import { VirtualTime } from "./virtual_time.ts";
import { type Errand, Visitor, type VisitorDeps } from "./visitor.ts";

const PEOPLE = ["two_bills", "one_bill_resident", "card_v2", "all_fund", "habit"] as const;
/** The real platform costs more than its model: the same comes in less time. */
const HASTE = 3;
const ROUND_MS = 3_000;
/** A process whose clock is ahead may find due what nobody else does. */
const CLOCK_AHEAD_MS_MAX = 1_000;
/** Everything that waits has come to its longest wait by then. */
const DRAIN_ROUNDS_MAX = 600;
const LOOK_EVERY_ROUNDS = 8;

const NOTICE_FAULTS: readonly [Fault, ...Fault[]] = [
  { kind: "duplicate_notify" },
  { kind: "late_notify", ms: 60_000 },
  { kind: "lose_answer" },
];

export async function runPlatform(
  database: ReusedDatabase,
  scenario: Scenario,
  { keepsLines = false, misbuilt = {} }: {
    readonly keepsLines?: boolean;
    readonly misbuilt?: Misbuilt;
  } = {},
): Promise<RunResult> {
  await database.clear();
  const own = { db: database.db, url: null, [Symbol.asyncDispose]: () => Promise.resolve() };
  const legs = ["insurance", "tender"] as const;
  const legOrder = [...(scenario.cashFirst ? legs.toReversed() : legs), "fulfilment" as const];
  await using world = await openWorld({ own, profile: { legOrder } });
  world.clock.advance(scenario.startsAt - world.clock.now().getTime());
  const time = new VirtualTime(world.clock, database.busy);
  using _chance = installChance(time, scenario.seed);
  const run = new PlatformRun({ world, database, time, scenario, keepsLines, misbuilt });
  let broken: string | null = null;
  try {
    await time.run(run.play());
  } catch (thrown) {
    broken = thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : String(thrown);
  }
  const ends = await endsOf(world);
  return { digest: run.log.digest, lines: run.log.lines, broken, ends };
}

interface RunParts {
  readonly world: World;
  readonly database: ReusedDatabase;
  readonly time: VirtualTime;
  readonly scenario: Scenario;
  readonly keepsLines: boolean;
  readonly misbuilt: Misbuilt;
}

class PlatformRun {
  readonly log: RunLog;
  readonly #parts: RunParts;
  readonly #dice: Dice;
  readonly #line: FaultyLine;
  readonly #processes: readonly MortalProcess[];
  readonly #identified = new Map<string, Promise<string>>();
  readonly #shown = new Set<string>();
  #left: number;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const { world, time, scenario } = parts;
    this.log = new RunLog({ keepsLines: parts.keepsLines });
    this.#dice = new Dice(partSeed(scenario.seed, 2_000_003));
    const dice = new Dice(partSeed(scenario.seed, 3_000_017));
    const write = (line: string) => this.#write(line);
    const inner: typeof fetch = (input, init) =>
      parts.database.busy.during(world.fetch(input, init));
    this.#line = new FaultyLine({ time, dice, inner, write });
    const deps = { ...parts, line: this.#line, write };
    this.#processes = Array.from(
      { length: PROCESSES },
      (_, n) => new MortalProcess(`process ${n}`, deps),
    );
    this.#left = scenario.visits.length;
  }

  async play(): Promise<void> {
    const { scenario, time, world } = this.#parts;
    const paysByCard = scenario.visits.some(({ purse }) => purse === "card");
    const purses = new Purses(world, paysByCard ? await CardReader.open(world) : null);
    const registers = scenario.visits.some(({ payable }) => payable === "registration");
    const slots = registers ? await freeSlots(world) : [];
    this.#line.faultRate = scenario.visits[0]?.faultRate ?? 0;
    for (const trouble of scenario.troubles) {
      time.in(trouble.atMs / HASTE, () => this.#suffer(trouble));
    }
    time.in(STORM_MS, () => this.#line.faultRate = 0);
    const deps = {
      world,
      time,
      purses,
      shown: this.#shown,
      services: () => this.#anyServices(),
      write: (line: string) => this.#write(line),
    };
    const visits = scenario.visits.map((visit) => this.#visit(visit, { deps, slots }));
    await Promise.all([this.#workOn(), ...visits]);
    await checkAtRest(world, this.#shown);
  }

  async #visit(
    visit: Visit,
    { deps, slots }: { readonly deps: VisitorDeps; readonly slots: readonly FreeSlot[] },
  ): Promise<void> {
    const { time, world } = this.#parts;
    await time.sleep(visit.startsAtMs / HASTE);
    const story = PEOPLE[visit.n % PEOPLE.length] ?? PEOPLE[0];
    const identificationId = await this.#identify(story);
    const { idNumber } = world.person(story);
    const payable = await this.#payable(visit, { idNumber, slots });
    this.#plant(visit);
    const stay = async (name: string) => {
      const errand: Errand = { name, id: world.id(), identificationId, payable, idNumber };
      await new Visitor(deps, visit, errand).stay();
      await askBack(deps, visit, errand);
    };
    const stays = [stay(`v${visit.n}`)];
    if (visit.rivalAfterMs !== null) {
      await time.sleep(visit.rivalAfterMs / HASTE);
      stays.push(stay(`v${visit.n}rival`));
    }
    await Promise.all(stays);
    this.#left -= 1;
  }

  async #payable(
    visit: Visit,
    { idNumber, slots }: { readonly idNumber: string; readonly slots: readonly FreeSlot[] },
  ): Promise<Payable> {
    const slot = visit.payable === "registration" && slots[visit.seed % slots.length];
    if (slot) return { kind: "registration", ...slot };
    const made = await this.#parts.world.control(`/his/sandbox/persons/${idNumber}/bills`, {});
    const { billIds }: { billIds: string[] } = await made.json();
    return { kind: "bills", billIds };
  }

  #identify(story: (typeof PEOPLE)[number]): Promise<string> {
    const known = this.#identified.get(story) ?? identifyByCard(this.#parts.world, story);
    this.#identified.set(story, known);
    return known;
  }

  /** What parties and processes do wrong on account of this visit. */
  #plant(visit: Visit): void {
    const { faults } = this.#parts.world;
    const { crash, refusedBy, settlesDifferentlyFen } = visit;
    if (settlesDifferentlyFen !== 0) {
      faults.plan("insurance", "2207", { kind: "settle_differs", byFen: settlesDifferentlyFen });
    }
    if (refusedBy === "his") faults.plan("his", "post", { kind: "refuse", text: "退回" });
    if (refusedBy === "insurance") {
      faults.plan("insurance", this.#dice.pick(["2207", "2206", "2208"]), {
        kind: "refuse",
        text: "系统繁忙",
      });
    }
    if (visit.faultRate > 0 && this.#dice.chance(visit.faultRate)) {
      faults.plan("aggregate_pay", "notify", this.#dice.pick(NOTICE_FAULTS));
    }
    if (!crash) return;
    const process = this.#processes[this.#dice.below(PROCESSES)];
    if (crash.at === "call") {
      this.#parts.time.in(this.#dice.below(20_000), () => process?.die());
    } else process?.dieAt(crash.at, crash.n);
  }

  #suffer(trouble: Trouble): void {
    this.#write(`${trouble.kind} ${JSON.stringify(trouble)}`);
    switch (trouble.kind) {
      case "partition":
        return this.#line.part(trouble);
      case "crash":
        return this.#processes[trouble.process]?.die();
      case "database":
        for (const process of this.#processes) process.loseDatabase(trouble.forMs);
        return;
      case "clock":
        return this.#processes[trouble.process]?.jumpClock(trouble.byMs);
    }
  }

  /** Workers of all processes, till nobody is there and nothing is to be done any more. */
  async #workOn(): Promise<void> {
    const { time, world } = this.#parts;
    let drained = 0;
    for (let round = 0; drained < DRAIN_ROUNDS_MAX; round++) {
      await world.tick();
      // One look for all of them: a round that finds nothing is two questions a process.
      const due = await dueAt(world);
      if (due !== null && due <= time.ms + CLOCK_AHEAD_MS_MAX) await this.#workAll();
      if (round % LOOK_EVERY_ROUNDS === 0) await checkNow(world);
      if (this.#left > 0) {
        await time.sleep(ROUND_MS);
        continue;
      }
      drained += 1;
      if (due === null) return;
      await time.sleep(Math.max(ROUND_MS, due - time.ms));
    }
    await checkEnded(world);
    throw new Error("the platform does not come to rest");
  }

  async #workAll(): Promise<void> {
    await Promise.all(this.#processes.map(({ services }) => services && this.#work(services)));
  }

  async #work(services: Services): Promise<void> {
    try {
      await dispatchOutbox({ ...services.platform, handlers: this.#handlers(services) });
      await driveDueOrders(services.checkout);
      if (services.card) await driveOpenCardMessages(services.card);
    } catch (thrown) {
      // A dead process, or one without its database: the next round comes.
      this.#write(`round: ${reasonOf(thrown)}`);
    }
  }

  #handlers(services: Services): ReturnType<typeof subscriptions> {
    const sound = subscriptions(services);
    const broken = this.#parts.misbuilt.onNotice?.(services);
    if (!broken) return sound;
    return { ...sound, [TRADE_REPORTED]: [...sound[TRADE_REPORTED] ?? [], broken] };
  }

  #anyServices(): Services | null {
    const living = this.#processes.flatMap(({ services }) => services ?? []);
    return living[this.#dice.below(living.length)] ?? null;
  }

  #write(line: string): void {
    const { scenario, time } = this.#parts;
    this.log.write(`${time.ms - scenario.startsAt} ${line}`);
  }
}
