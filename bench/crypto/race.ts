/** The whole measurement: every row's contenders in turns, then our native engine and `openssl speed`. */
import { print } from "../figures.ts";
import { type OpensslRun, runOpensslSpeed, sm2Run, symmetricRun } from "./openssl_speed.ts";
import { type Pace, type Paced, takeTurn, takeTurns, warmUp } from "./rounds.ts";
import { type Row, ROWS } from "./rows.ts";
import type { Contender, ContenderName, Deed, Work } from "./work.ts";

/** Calls per second, a figure per round. The rounds of a row are one race. */
export interface RowRates {
  readonly row: Row;
  readonly rates: ReadonlyMap<ContenderName, readonly number[]>;
}

/** Turns of the native engine before and after each run of the command. */
export interface OpensslRates {
  readonly deed: Deed;
  readonly bytes: number;
  readonly openssl: readonly number[];
  readonly native: readonly number[];
}

export interface OpensslPace extends Pace {
  readonly seconds: number;
  readonly core: number;
}

export async function raceContenders(
  contenders: readonly Contender[],
  pace: Pace,
): Promise<RowRates[]> {
  const raced: RowRates[] = [];
  for (const row of ROWS) {
    print(`· ${row.label}`);
    const works = new Map<ContenderName, Work>();
    for (const { name, deeds } of contenders) {
      const work = await deeds[row.deed]?.(row.bytes);
      if (work !== undefined) works.set(name, work);
    }
    raced.push({ row, rates: await takeTurns(works, pace) });
  }
  return raced;
}

/** A target is judged by many rounds; the other figures of the command are there to be seen. */
export async function raceOpenssl(
  native: Contender,
  pace: OpensslPace,
  isTarget: (deed: Deed, bytes: number) => boolean,
): Promise<OpensslRates[]> {
  const raced: OpensslRates[] = [];
  for (const run of opensslRuns()) {
    print(`· openssl speed ${run.args.join(" ")}`);
    const judged = run.deeds.some(({ deed, bytes }) => isTarget(deed, bytes));
    raced.push(...await raceRun(native, run, judged ? pace : { ...pace, rounds: 1 }));
  }
  return raced;
}

function opensslRuns(): OpensslRun[] {
  const symmetric = ROWS.map(({ deed, bytes }) => symmetricRun(deed, bytes));
  const messageBytes = ROWS.find(({ deed }) => deed === "sm2_sign")?.bytes ?? 0;
  return [...symmetric.filter((run) => run !== null), sm2Run(messageBytes)];
}

async function raceRun(
  native: Contender,
  run: OpensslRun,
  pace: OpensslPace,
): Promise<OpensslRates[]> {
  const raced: Turn[] = [];
  for (const deed of run.deeds) raced.push(await prepareTurn(native, deed, pace));
  for (let round = 0; round < pace.rounds; round++) {
    const before: number[] = [];
    for (const { paced } of raced) before.push(await takeTurn(paced, pace));
    const told = await runOpensslSpeed(run, pace);
    for (const [at, { paced, native, openssl }] of raced.entries()) {
      native.push(((before[at] ?? NaN) + await takeTurn(paced, pace)) / 2);
      openssl.push(told[at]?.callsPerSecond ?? NaN);
    }
  }
  return raced;
}

interface Turn {
  readonly deed: Deed;
  readonly bytes: number;
  readonly paced: Paced;
  readonly openssl: number[];
  readonly native: number[];
}

async function prepareTurn(
  native: Contender,
  { deed, bytes }: OpensslRun["deeds"][number],
  pace: Pace,
): Promise<Turn> {
  const work = await native.deeds[deed]?.(bytes);
  if (work === undefined) throw new Error(`Cannot race "${deed}": the native engine has none`);
  return { deed, bytes, paced: await warmUp(work, pace), openssl: [], native: [] };
}
