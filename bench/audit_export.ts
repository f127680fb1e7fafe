/**
 * A million audit events on a PostgreSQL of their own: exports as CSV, XLSX and evidence pack, and a
 * whole verify from the database and from the pack, each in a process of its own:
 * `deno run -A bench/audit_export.ts [--events N]`. See README.md.
 */
import { parseArgs } from "node:util";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { cpuSecondsOf, cpuSecondsOfTree } from "./cpu.ts";
import { print, table } from "./figures.ts";
import { type LongTrail, openLongTrail } from "./stage/long_trail.ts";

/** Issue 5, "Speed". */
const EXPORT_SECONDS_MAX = 60;
const VERIFY_EVENTS_PER_SECOND_MIN = 30_000;
const RSS_MB_MAX = 300;

const SAMPLE_MS = 50;
const PROGRESS_EVENTS = 100_000;
const MAIN = new URL("../main.ts", import.meta.url).pathname;
const CONSOLE_EXPORT = new URL("stage/console_export.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

const { values } = parseArgs({
  args: [...Deno.args],
  options: { events: { type: "string", default: "1000000" } },
});
if (import.meta.main) Deno.exitCode = await measure(Number(values.events)) ? 0 : 1;

interface Step {
  readonly name: string;
  readonly words: readonly string[];
  /** What it writes; null where nothing is kept. */
  readonly file: string | null;
  readonly secondsMax: number;
}

async function measure(events: number): Promise<boolean> {
  print(`· writing ${events} events`);
  await using trail = await openLongTrail(events, (written) => {
    if (written % PROGRESS_EVENTS === 0) print(`· ${written}`);
  });
  const rows: string[][] = [];
  let isMet = true;
  for (const step of stepsOf(trail, events)) {
    const run = await runStep(trail, step);
    const isGood = run.seconds <= step.secondsMax && run.peakMb <= RSS_MB_MAX;
    isMet &&= isGood;
    print(`· ${step.name}: ${run.seconds.toFixed(1)} s`);
    rows.push([
      step.name,
      run.seconds.toFixed(1),
      step.secondsMax.toFixed(1),
      run.cpuSeconds.toFixed(1),
      run.postgresSeconds.toFixed(1),
      run.peakMb.toFixed(0),
      run.megabytes === null ? "-" : run.megabytes.toFixed(0),
      isGood ? "met" : "MISSED",
    ]);
  }
  print("");
  print(table([
    "step",
    "seconds",
    "at most",
    "CPU s",
    "PostgreSQL CPU s",
    `peak MB (≤ ${RSS_MB_MAX})`,
    "file MB",
    "",
  ], rows));
  print(`\nload average ${Deno.loadavg().map((load) => load.toFixed(1)).join(" ")}`);
  return isMet;
}

function stepsOf({ folder, url, from }: LongTrail, events: number): Step[] {
  const day = (time: Date) => time.toISOString().slice(0, 10);
  const pack = `${folder}/pack.zip`;
  const config = ["--config", `${folder}/config.toml`];
  const period = ["--from", day(from), "--to", day(SYSTEM_CLOCK.now())];
  const inTime = { secondsMax: EXPORT_SECONDS_MAX };
  const verified = { secondsMax: events / VERIFY_EVENTS_PER_SECOND_MIN, file: null };
  return [
    // First: exports leave events that want links within minutes.
    { name: "verify", words: [MAIN, "audit", "verify", ...config], ...verified },
    ...["csv", "xlsx"].map((form) => {
      const file = `${folder}/events.${form}`;
      return { name: form, words: [CONSOLE_EXPORT, url, form, file], file, ...inTime };
    }),
    {
      name: "pack",
      words: [MAIN, "audit", "export", ...period, "--out", pack, ...config],
      file: pack,
      ...inTime,
    },
    { name: "verify --pack", words: [MAIN, "audit", "verify", "--pack", pack], ...verified },
  ];
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly postgresSeconds: number;
  readonly peakMb: number;
  readonly megabytes: number | null;
}

async function runStep({ folder, serverPid }: LongTrail, { words, file }: Step): Promise<Run> {
  const postgresBefore = await cpuSecondsOfTree(serverPid);
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", `--config=${CONFIG}`, ...words],
    cwd: folder,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const last = { cpuSeconds: 0, peakMb: 0 };
  const sampling = setInterval(async () => {
    const cpuSeconds = await cpuSecondsOf(child.pid);
    last.cpuSeconds = Math.max(last.cpuSeconds, cpuSeconds);
    last.peakMb = Math.max(last.peakMb, await peakMbOf(child.pid));
  }, SAMPLE_MS);
  const { code } = await child.status;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`Cannot measure "${words.join(" ")}": exit code ${code}`);
  return {
    ...last,
    seconds: (performance.now() - started) / 1_000,
    postgresSeconds: await cpuSecondsOfTree(serverPid) - postgresBefore,
    megabytes: file === null ? null : (await Deno.stat(file)).size / 1e6,
  };
}

/** The most there ever was: proc_pid_status(5), VmHWM; 0 when the process is gone. */
async function peakMbOf(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024 / 1e6;
}
