/**
 * How big a release is, how soon `serve` answers on PostgreSQL and what it takes of memory when
 * nobody asks anything: `deno run -A bench/start.ts [--release <folder>] [--rounds N]`. Without a
 * folder that `deno task build` made it builds one, without its archive.
 */
import { parseArgs } from "node:util";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { BuiltRelease } from "../tests/built_release.ts";
import { requiredConfig } from "../tests/required_config.ts";
import { cpuSecondsOf } from "./cpu.ts";
import { ms, print, table } from "./figures.ts";

/** Issue 7, "Build". */
const ARCHIVE_MB_MAX = 45;
const READY_MS_MAX = 1_000;
const IDLE_MB_MAX = 120;

const GIVE_UP_MS = 60_000;
const ASK_EVERY_MS = 10;
const IDLE_AFTER_MS = 10_000;

interface Round {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly idleMb: number;
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
    const rounds: Round[] = [];
    for (let at = 0; at < Number(values.rounds); at++) {
      rounds.push(await measure(release, config, folder));
    }
    await tell(release, rounds);
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
    await new Promise((resume) => setTimeout(resume, IDLE_AFTER_MS));
    return { readyMs, cpuMs, idleMb: await residentMb(child.pid) };
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
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_000;
}

async function tell(release: string, rounds: readonly Round[]): Promise<void> {
  const archive = await Deno.stat(`${release}.tar.xz`).catch(() => null);
  const mb = (value: number) => value.toFixed(1);
  const best = (of: (round: Round) => number) => Math.min(...rounds.map(of));
  print(table(
    ["figure", "best", "all rounds", "target"],
    [
      ["archive, MB", archive ? mb(archive.size / 1e6) : "not packed", "", `${ARCHIVE_MB_MAX}`],
      [
        "ready after, ms",
        ms(best(({ readyMs }) => readyMs)),
        rounds.map(({ readyMs }) => ms(readyMs)).join(" "),
        `${READY_MS_MAX}`,
      ],
      ["CPU till then, ms", ms(best(({ cpuMs }) => cpuMs)), "", ""],
      [
        "idle memory, MB",
        mb(best(({ idleMb }) => idleMb)),
        rounds.map(({ idleMb }) => mb(idleMb)).join(" "),
        `${IDLE_MB_MAX}`,
      ],
    ],
  ));
}
