import { type Log, type LogFields, SILENT_LOG } from "../../../server/platform/log.ts";
import type { Services } from "../../../server/services.ts";
import { Crash } from "../../crash.ts";
import type { World } from "../../world.ts";
import type { FaultyLine } from "./faulty_line.ts";
import type { Misbuilt } from "./planted_bugs.ts";
import type { ReusedDatabase } from "./reused_database.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** A new process is there so long after one died. */
const RESTART_MS = 6_000;

export interface ProcessDeps {
  readonly world: World;
  readonly database: ReusedDatabase;
  readonly time: VirtualTime;
  readonly line: FaultyLine;
  readonly misbuilt: Misbuilt;
  readonly write: (line: string) => void;
}

/** One process of the platform, and those that take its place: each with its own memory and clock. */
export class MortalProcess {
  readonly name: string;
  readonly #deps: ProcessDeps;
  #offsetMs = 0;
  #living: { readonly services: Services; readonly crash: Crash };

  constructor(name: string, deps: ProcessDeps) {
    this.name = name;
    this.#deps = deps;
    this.#living = this.#start();
  }

  /** Null while no process lives. */
  get services(): Services | null {
    return this.#living.crash.isDead ? null : this.#living.services;
  }

  jumpClock(byMs: number): void {
    this.#offsetMs += byMs;
  }

  die(): void {
    this.#living.crash.die();
  }

  /** The n-th commit from now is its last, or the first that does not come to be. */
  dieAt(at: "before_commit" | "after_commit", n: number): void {
    const { crash } = this.#living;
    if (at === "before_commit") crash.beforeCommit(n);
    else crash.afterCommits(n);
  }

  /** The database does not answer for a while; the process lives on. */
  loseDatabase(forMs: number): void {
    const { crash } = this.#living;
    if (crash.isDead) return;
    crash.lose();
    this.#deps.time.in(forMs, () => crash.restart());
  }

  #start() {
    const { world, database, time, line, misbuilt } = this.#deps;
    const crash = new Crash(() => this.#died());
    const db = database.connect((dialect) =>
      crash.wrap(misbuilt.database?.(dialect, time) ?? dialect)
    );
    const clock = { now: () => new Date(time.ms + this.#offsetMs) };
    const own = { db, clock, log: this.#log(), fetch: line.fetch };
    const connectCardHost = line.cardHost(world.connectCardHost);
    const services = world.another({ ...own, connectCardHost });
    return { crash, services: misbuilt.services?.(services) ?? services };
  }

  #log(): Log {
    const say = (what: string, fields?: LogFields) =>
      this.#deps.write(`${this.name}: ${what} ${JSON.stringify(fields ?? {})}`);
    return { ...SILENT_LOG, warn: say, error: say };
  }

  #died(): void {
    const { time, write } = this.#deps;
    write(`${this.name} dies`);
    time.in(RESTART_MS, () => {
      write(`${this.name} begins anew`);
      this.#living = this.#start();
    });
  }
}
