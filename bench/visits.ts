/**
 * Complete paid visits per second beside what the database alone could do, and latencies at a
 * steady pace: `deno run -A bench/visits.ts [--seconds N] [--clients N] [--rate N]`; what the audit
 * trail adds to a visit: `… --audit [--rounds N]`. See README.md.
 */
import { parseArgs } from "node:util";
import { cpuSecondsOf, cpuSecondsOfMachine, cpuSecondsOfTree } from "./cpu.ts";
import { type Latencies, latenciesOf, ms, print, table } from "./figures.ts";
import { measureProofs, type Variant, type VariantCost, VARIANTS } from "./load/proof_cost.ts";
import { allRequests, type Load, pace, saturate } from "./load/run_load.ts";
import { REQUESTS } from "./load/visit.ts";
import { type CapturedVisit, captureVisit } from "./peer/capture_visit.ts";
import { type PeerResult, runPgbench } from "./peer/run_pgbench.ts";
import type { RunningProcess } from "./stage/process.ts";
import { openStage, type Stage } from "./stage/stage.ts";

/** Issue 2, "Speed". */
const RATIO_MIN = 0.25;
const REQUEST_P99_MS_MAX = 300;
/** Issue 5, "Speed": of a visit's cost without it. */
const AUDIT_SHARE_MAX = 0.1;
const VISITS_A_ROUND = 40;

const WARM_SECONDS = 12;
/** Above this share of one core, others' work is in the figures. */
const OTHERS_CORES_MAX = 0.1;

interface Settings {
  readonly seconds: number;
  readonly clients: number;
  readonly rate: number;
  /** Writes a CPU profile of the saturated platform there (`--v8-flags=--prof`). */
  readonly profile: string | null;
  /** Measures what the audit trail adds, and nothing else. */
  readonly audit: boolean;
  readonly rounds: number;
}

interface Cpu {
  readonly platform: number;
  readonly sandbox: number;
  readonly postgres: number;
  readonly generator: number;
}

/** What one stretch used, and what the rest of the machine did meanwhile. */
interface Used {
  readonly cpu: Cpu;
  readonly othersCores: number;
}

interface Results {
  readonly captured: CapturedVisit;
  readonly saturated: Load;
  readonly used: Used;
  readonly paced: Load;
  readonly pacedUsed: Used;
  readonly peer: PeerResult;
  readonly peerPostgresCpu: number;
}

const settings = readSettings(Deno.args);
if (settings.audit) await measureAudit(settings);
else report(settings, await measure(settings));

function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "20" },
      clients: { type: "string", default: "16" },
      rate: { type: "string", default: "20" },
      profile: { type: "string" },
      audit: { type: "boolean", default: false },
      rounds: { type: "string", default: "9" },
    },
  });
  return {
    seconds: whole("seconds", values.seconds, 600),
    clients: whole("clients", values.clients, 40),
    rate: whole("rate", values.rate, 1_000),
    profile: values.profile ?? null,
    audit: values.audit,
    rounds: whole("rounds", values.rounds, 100),
  };
}

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`Cannot use --${name} "${text}": expected a whole number from 1 to ${max}`);
}

async function measureAudit({ rounds }: Settings): Promise<void> {
  print("· starting PostgreSQL and the sandbox");
  await using stage = await openStage();
  print(`· ${rounds} rounds of ${VISITS_A_ROUND} visits, with and without`);
  const costs = await measureProofs(stage, { rounds, visits: VISITS_A_ROUND });
  print("");
  print(table(["CPU ms a visit", "platform", "PostgreSQL", "both", "statements"], [
    ...VARIANTS.map((variant) => costRow(variant, costs[variant])),
  ]));
  const [whole, bare, untagged] = VARIANTS.map((variant) => totalOf(costs[variant]));
  const share = (whole ?? NaN) / (bare ?? NaN) - 1;
  const tags = (bare ?? NaN) / (untagged ?? NaN) - 1;
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
  print(
    `\nThe audit trail adds ${percent(share)} ${
      verdict(share <= AUDIT_SHARE_MAX, `≤ ${percent(AUDIT_SHARE_MAX)}`)
    }; row tags add ${percent(tags)}`,
  );
  if (!(share <= AUDIT_SHARE_MAX)) Deno.exitCode = 1;
}

function costRow(variant: Variant, cost: VariantCost): string[] {
  const { platformMs, postgresMs, statements } = cost;
  const figures = [median(platformMs), median(postgresMs), totalOf(cost)];
  return [variant, ...figures.map((value) => value.toFixed(2)), statements.toFixed(0)];
}

/** Median of the rounds' sums. */
function totalOf({ platformMs, postgresMs }: VariantCost): number {
  return median(platformMs.map((value, round) => value + (postgresMs[round] ?? NaN)));
}

function median(values: readonly number[]): number {
  return latenciesOf(values).p50Ms;
}

async function measure({ seconds, clients, rate, profile }: Settings): Promise<Results> {
  print("· starting PostgreSQL, the sandbox and the platform");
  await using stage = await openStage();
  print("· writing one visit's statements down");
  const captured = await captureVisit(stage);
  const serialFrom = (stretch: number) => stretch * 1_000_000;
  const loads = await withPlatform(stage, profile, async (platform) => {
    print(`· warming up for ${WARM_SECONDS} s`);
    await saturate(stage, { clients, seconds: WARM_SECONDS, serialFrom: serialFrom(1) });
    print(`· ${clients} patients at a time for ${seconds} s`);
    const watched = <Made>(work: () => Promise<Made>) => watch(stage, platform, work);
    const [saturated, used] = await watched(() =>
      saturate(stage, { clients, seconds, serialFrom: serialFrom(2) })
    );
    print(`· ${rate} visits a second for ${seconds} s`);
    const [paced, pacedUsed] = await watched(() =>
      pace(stage, { rate, seconds, serialFrom: serialFrom(3) })
    );
    return { saturated, used, paced, pacedUsed };
  });
  print(`· pgbench with ${clients} clients for ${seconds} s`);
  const { database, folder } = stage;
  const postgresBefore = await cpuSecondsOfTree(database.server.pid);
  const peer = await runPgbench({ database, folder, captured, clients, seconds });
  const peerPostgresCpu = await cpuSecondsOfTree(database.server.pid) - postgresBefore;
  return { captured, ...loads, peer, peerPostgresCpu };
}

async function withPlatform<Made>(
  stage: Stage,
  profile: string | null,
  work: (platform: RunningProcess) => Promise<Made>,
): Promise<Made> {
  await using platform = await stage.startPlatform(
    profile === null
      ? {}
      : { v8Flags: ["--prof", `--logfile=${profile}`, "--no-logfile-per-isolate"] },
  );
  return await work(platform);
}

async function watch<Made>(
  stage: Stage,
  platform: RunningProcess,
  work: () => Promise<Made>,
): Promise<[Made, Used]> {
  const started = performance.now();
  const machineBefore = await cpuSecondsOfMachine();
  const before = await cpuOf(stage, platform);
  const made = await work();
  const cpu = less(await cpuOf(stage, platform), before);
  const machine = await cpuSecondsOfMachine() - machineBefore;
  const ours = cpu.platform + cpu.sandbox + cpu.postgres + cpu.generator;
  const seconds = (performance.now() - started) / 1_000;
  return [made, { cpu, othersCores: Math.max(0, (machine - ours) / seconds) }];
}

async function cpuOf(stage: Stage, platform: RunningProcess): Promise<Cpu> {
  return {
    platform: await cpuSecondsOf(platform.pid),
    sandbox: await cpuSecondsOf(stage.sandbox.pid),
    postgres: await cpuSecondsOfTree(stage.database.server.pid),
    generator: await cpuSecondsOf(Deno.pid),
  };
}

function less(after: Cpu, before: Cpu): Cpu {
  return {
    platform: after.platform - before.platform,
    sandbox: after.sandbox - before.sandbox,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
  };
}

function report(settings: Settings, results: Results): void {
  const { captured, saturated, used, paced, pacedUsed, peer, peerPostgresCpu } = results;
  const rate = saturated.visitMs.length / saturated.seconds;
  const peerVisits = peer.visitsPerSecond * settings.seconds;
  const ratio = rate / peer.visitsPerSecond;
  const isBegin = (sql: string) => /^(begin|commit)$/i.test(sql);
  const commits = captured.statements.filter(({ sql }) => /^commit$/i.test(sql)).length;
  const queries = captured.statements.filter(({ sql }) => !isBegin(sql)).length;

  print(
    `\nOne visit: ${queries} statements, ${commits} commits, ${captured.calls} outside calls\n`,
  );
  print(table(["saturated", "visits/s", "p50 ms", "p99 ms"], [
    ["platform", rate.toFixed(1), ...two(latenciesOf(saturated.visitMs))],
    ["pgbench (peer)", peer.visitsPerSecond.toFixed(1), ms(peer.latencyMs), "-"],
    ["ratio", `${ratio.toFixed(2)} ${verdict(ratio >= RATIO_MIN, `≥ ${RATIO_MIN}`)}`],
  ]));
  print("");
  const perVisit = (seconds: number, visits: number) => ms(seconds * 1_000 / visits);
  const visits = saturated.visitMs.length;
  print(table(
    ["CPU", "seconds", "ms a visit"],
    [
      ...Object.entries(used.cpu).map(([name, seconds]) => [
        name,
        seconds.toFixed(1),
        perVisit(seconds, visits),
      ]),
      ["postgres under pgbench", peerPostgresCpu.toFixed(1), perVisit(peerPostgresCpu, peerVisits)],
    ],
  ));
  print("");
  const all = latenciesOf(allRequests(paced));
  print(table(["request", "p50 ms", "p99 ms", `at ${settings.rate}/s: p50`, "p99", "max"], [
    ...REQUESTS.map((name) => {
      const steady = latenciesOf(paced.requestMs[name]);
      return [
        name,
        ...two(latenciesOf(saturated.requestMs[name])),
        ...two(steady),
        ms(steady.maxMs),
      ];
    }),
    ["any", ...two(latenciesOf(allRequests(saturated))), ...two(all), ms(all.maxMs)],
    ["whole visit", ...two(latenciesOf(saturated.visitMs)), ...two(latenciesOf(paced.visitMs)), ""],
  ]));
  const slowest = Math.max(
    ...REQUESTS.map((name) => latenciesOf(paced.requestMs[name]).p99Ms).filter(Number.isFinite),
  );
  print(
    `\nSlowest request's p99 at ${settings.rate} visits/s: ${ms(slowest)} ms ` +
      verdict(slowest <= REQUEST_P99_MS_MAX, `≤ ${REQUEST_P99_MS_MAX}`),
  );
  const failures = [...saturated.failures, ...paced.failures];
  print(`Visits failed: ${failures.length}${failures[0] === undefined ? "" : ` (${failures[0]})`}`);
  const others = Math.max(used.othersCores, pacedUsed.othersCores);
  if (others > OTHERS_CORES_MAX) {
    const cores = [used, pacedUsed].map(({ othersCores }) => othersCores.toFixed(2)).join(" and ");
    print(
      `\nNOT QUIET: other processes kept ${cores} of ${navigator.hardwareConcurrency} cores busy ` +
        "meanwhile\n(saturated and paced); latencies and rates are worse than the platform's own.",
    );
  }
  print(
    "\nPlatform, sandbox, generator and PostgreSQL share the machine's cores; pgbench shares them\n" +
      "with PostgreSQL alone and calls nobody. fsync and synchronous_commit are on for both.",
  );
  if (failures.length > 0) Deno.exitCode = 1;
}

function two({ p50Ms, p99Ms }: Latencies): [string, string] {
  return [ms(p50Ms), ms(p99Ms)];
}

function verdict(isMet: boolean, target: string): string {
  return isMet ? `(met: ${target})` : `(MISSED: ${target})`;
}
