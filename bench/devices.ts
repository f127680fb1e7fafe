/**
 * What the kiosk host costs: a card to its patient on the screen, records and receipts, and the idle
 * terminal: `deno run -A bench/devices.ts [--inserts N] [--seconds N]`. See README.md.
 */
import { parseArgs } from "node:util";
import { cardToPatient } from "./devices/card_to_patient.ts";
import { receiptFigures, recordsPerSecond } from "./devices/encoding.ts";
import { type IdleSettings, idleTerminal, type ProcessFigures } from "./devices/idle_terminal.ts";
import { ms, print, table } from "./figures.ts";

/** Issue 4, "Speed". */
const PATIENT_MS_MAX = 300;
const RECORDS_MIN = 20_000;
const RECEIPT_MS_MAX = 5;
const IDLE_CPU_MAX = 0.01;
const IDLE_MB_MAX = 150;

/** Of a reader with an aerial outside, for cards that are tapped. */
const TAP_POLL_MS = 400;
/** The devices, the browser and the platform of the bench need less. */
const OTHERS_CORES_MAX = 0.3;

const settings = parseArgs({
  options: {
    inserts: { type: "string", default: "20" },
    seconds: { type: "string", default: "60" },
  },
}).values;
const rows: string[][] = [];
await report(Number(settings.inserts), Number(settings.seconds));

async function report(inserts: number, seconds: number): Promise<void> {
  print("· ID records and receipts");
  judgeRecords();
  judgeReceipts();
  for (const devices of ["virtual", "hardware"] as const) {
    print(`· ${inserts} cards put in, devices: ${devices}`);
    const { p50Ms, maxMs } = await cardToPatient(devices, inserts);
    judge(`card to patient, ${devices}, median`, `${ms(p50Ms)} ms`, atMost(p50Ms, PATIENT_MS_MAX));
    judge(`card to patient, ${devices}, slowest`, `${ms(maxMs)} ms`, atMost(maxMs, PATIENT_MS_MAX));
  }
  for (const tapPollMs of [0, TAP_POLL_MS]) await judgeIdle({ seconds, tapPollMs });
  print("");
  print(table(["kiosk host", "figure", "limit", ""], rows));
}

function judgeRecords(): void {
  const perSecond = recordsPerSecond();
  judge("ID records read", `${Math.round(perSecond)}/s`, {
    limit: `≥ ${RECORDS_MIN}/s`,
    isMet: perSecond >= RECORDS_MIN,
  });
}

function judgeReceipts(): void {
  const { firstMs, p50Ms, maxMs } = receiptFigures();
  judge("receipt of 40 fees, a process's first", `${ms(firstMs)} ms`);
  judge("receipt of 40 fees, median", `${ms(p50Ms)} ms`, atMost(p50Ms, RECEIPT_MS_MAX));
  judge("receipt of 40 fees, slowest", `${ms(maxMs)} ms`, atMost(maxMs, RECEIPT_MS_MAX));
}

async function judgeIdle(idle: IdleSettings): Promise<void> {
  const what = idle.tapPollMs === 0 ? "idle" : `idle, aerial asked every ${idle.tapPollMs} ms`;
  print(`· a terminal that nobody uses for ${idle.seconds} s: ${what}`);
  const { terminal, deviceHost, busyCores } = await idleTerminal(idle);
  judge(`${what}: terminal's CPU`, percent(terminal), {
    limit: "≤ 1 %",
    isMet: terminal.cpuShare <= IDLE_CPU_MAX,
  });
  judge(`${what}: terminal's memory`, megabytes(terminal), {
    limit: `≤ ${IDLE_MB_MAX} MB`,
    isMet: terminal.memoryMb <= IDLE_MB_MAX,
  });
  judge(`${what}: device-host's CPU`, percent(deviceHost));
  judge(`${what}: device-host's memory`, megabytes(deviceHost));
  if (busyCores <= OTHERS_CORES_MAX) return;
  print(`\nNOT QUIET: ${busyCores.toFixed(2)} cores were busy, the figures are not ours\n`);
}

interface Judged {
  readonly limit: string;
  readonly isMet: boolean;
}

function judge(what: string, figure: string, judged?: Judged): void {
  if (judged && !judged.isMet) Deno.exitCode = 1;
  rows.push([what, figure, judged?.limit ?? "", judged ? judged.isMet ? "met" : "MISSED" : ""]);
}

function atMost(figureMs: number, limitMs: number): Judged {
  return { limit: `≤ ${limitMs} ms`, isMet: figureMs <= limitMs };
}

function percent({ cpuShare }: ProcessFigures): string {
  return `${(cpuShare * 100).toFixed(2)} %`;
}

function megabytes({ memoryMb, memoryMostMb }: ProcessFigures): string {
  return `${memoryMb.toFixed(0)} MB (most ${memoryMostMb.toFixed(0)})`;
}
