/**
 * How big a release is, how soon `serve` answers on PostgreSQL and what it takes of memory when
 * nobody asks anything: `deno run -A bench/start.ts [--release <folder>] [--rounds N]`. Without a
 * folder that `deno task build` made it builds one, without its archive. Exits with 1 when a limit
 * is missed.
 */
import { parseArgs } from "node:util";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { BuiltRelease } from "../tests/built_release.ts";
import { requiredConfig } from "../tests/required_config.ts";
import { cpuSecondsOf, cpuSecondsOfMachine } from "./cpu.ts";
import { latenciesOf, ms, print, table } from "./figures.ts";

/** Issue 7, "Build". */
const ARCHIVE_MB_MAX = 45;
const READY_MS_MAX = 1_000;
const IDLE_MB_MAX = 120;

const GIVE_UP_MS = 60_000;
const ASK_EVERY_MS = 10;
/** What the start has left is collected within this time. */
const IDLE_AFTER_MS = 40_000;
/** Busy by others; above it the times are theirs. */
const OTHERS_CORES_MAX = 0.5;

interface Round {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly idleMb: number;
  readonly othersCores: number;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { release: { type: "string" }, rounds: { type: "string", default: "5" } },
  });
  using built = values.release === undefined ? await BuiltRelease.build() : null;
  const release = values.release ?? built?.path ?? "";
  await using server = await startPostgresServer();
  const folder = await Deno.makeTempDir({ prefix: "yikatong-start-" });
  try {
    const config = await writeConfig(folder, `${server.url}/postgres`);
    await migrate(release, config);
    const first = await measure(release, config, folder);
    const rounds: Round[] = [];
    for (let at = 0; at < Number(values.rounds); at++) {
      rounds.push(await measure(release, config, folder));
    }
    if (!await report(release, first, rounds)) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Configured {
  readonly path: string;
  readonly port: number;
}

async function writeConfig(folder: string, url: string): Promise<Configured> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { stringify } = await import("smol-toml");
  const path = `${folder}/server.toml`;
  const text = stringify({
    ...requiredConfig(),
    data_dir: `${folder}/data`,
    port,
    database: { url },
    development: { seal_key: "01".repeat(32) },
  });
  await Deno.writeTextFile(path, text);
  return { path, port };
}

async function migrate(release: string, { path }: Configured): Promise<void> {
  const { success, stderr } = await new Deno.Command(`${release}/bin/yikatong`, {
    args: ["migrate", "--config", path],
    stdout: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** From the start of the launcher; the code that is kept is in `folder`, so that the first round has none. */
async function measure(
  release: string,
  { path, port }: Configured,
  folder: string,
): Promise<Round> {
  const began = performance.now();
  const machineBefore = await cpuSecondsOfMachine();
  const child = new Deno.Command(`${release}/bin/yikatong`, {
    args: ["serve", "--config", path, "--insecure-development"],
    env: { XDG_CACHE_HOME: folder },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    while (!await isReady(port)) {
      if (performance.now() - began > GIVE_UP_MS) throw new Error("Cannot reach what was started");
      await new Promise((resume) => setTimeout(resume, ASK_EVERY_MS));
    }
    const readyMs = performance.now() - began;
    const cpuMs = await cpuSecondsOf(child.pid) * 1_000;
    const machineMs = (await cpuSecondsOfMachine() - machineBefore) * 1_000;
    await new Promise((resume) => setTimeout(resume, IDLE_AFTER_MS));
    const othersCores = Math.max(0, machineMs - cpuMs) / readyMs;
    return { readyMs, cpuMs, othersCores, idleMb: await residentMb(child.pid) };
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`);
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
}

async function residentMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}

/** Whether every limit is kept, by medians. The first round, which has nothing kept, is shown alone. */
async function report(release: string, first: Round, rounds: readonly Round[]): Promise<boolean> {
  const archive = await Deno.stat(`${release}.tar.xz`).catch(() => null);
  const archiveMb = archive === null ? NaN : archive.size / 1e6;
  const readyMs = median(rounds.map((round) => round.readyMs));
  const idleMb = median(rounds.map((round) => round.idleMb));
  const all = (of: (round: Round) => number) => [first, ...rounds].map((round) => ms(of(round)));
  const row = (name: string, value: number, max: number, told: string[]) => [
    name,
    ms(value),
    told.join(" "),
    `${max}`,
    Number.isNaN(value) ? "not packed" : value <= max ? "met" : "MISSED",
  ];
  print(table(["figure", "median", "first, then each", "limit", ""], [
    row("archive, MB", archiveMb, ARCHIVE_MB_MAX, []),
    row("ready after, ms", readyMs, READY_MS_MAX, all((round) => round.readyMs)),
    ["CPU till then, ms", ms(median(rounds.map(({ cpuMs }) => cpuMs))), "", "", ""],
    row("idle memory, MB", idleMb, IDLE_MB_MAX, all((round) => round.idleMb)),
  ]));
  const others = median(rounds.map(({ othersCores }) => othersCores));
  if (others > OTHERS_CORES_MAX) {
    print(`\nNOT QUIET: others kept ${others.toFixed(2)} cores busy, the times are not ours`);
  }
  return !(archiveMb > ARCHIVE_MB_MAX) && readyMs <= READY_MS_MAX && idleMb <= IDLE_MB_MAX;
}

function median(values: readonly number[]): number {
  return latenciesOf(values).p50Ms;
}
