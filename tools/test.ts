/** The whole proof: `deno task test`. The quick gate (`deno task ok`) is its first part. */
import { readDeno } from "./run_command.ts";
import { runSuite, type SuiteRun } from "./run_tests.ts";
import { say } from "./say.ts";
import { setUpMachine } from "./setup_machine.ts";
import { add, countsLine, NO_TESTS } from "./test_counts.ts";
import { failureLines } from "./test_failures.ts";

interface Step {
  readonly name: string;
  run(): Promise<SuiteRun>;
}

const ONE_FAILED = { passed: 0, failed: 1 };

/** One after the other; those of a row at the same time: checking types keeps one core busy. */
const STEPS: readonly (readonly Step[])[] = [
  [{ name: "format", run: () => gate(["fmt", "--check"]) }],
  [{ name: "lint", run: () => gate(["lint"]) }],
  [
    { name: "types", run: () => gate(["check"]) },
    { name: "unit tests", run: () => runSuite("unit") },
  ],
  [{ name: "embedded database", run: () => runSuite("embedded") }],
  [{ name: "PostgreSQL", run: () => runSuite("postgres") }],
  [{ name: "long runs", run: () => runSuite("long") }],
  [{ name: "browser journeys", run: () => runSuite("journeys") }],
];

/** Among what `deno fmt`, `lint` and `check` say: what is wrong, and where. */
const FINDING = /\[ERROR\]|^error\b|^from |-->|^ +at file:/;

async function gate(args: readonly string[]): Promise<SuiteRun> {
  const said: string[] = [];
  const onLine = (line: string) => {
    if (FINDING.test(line)) said.push(line.trim());
  };
  const went = await readDeno({ args, onLine, readErrors: true });
  return went ? { counts: NO_TESTS, failures: [] } : { counts: ONE_FAILED, failures: said };
}

/** A failing step does not hide what the later ones would say. */
async function main(): Promise<number> {
  let total = NO_TESTS;
  const report: string[] = [];
  const failures: string[] = [];
  if (!await setUpMachine()) total = add(total, ONE_FAILED);
  for (const steps of total.failed === 0 ? STEPS : []) {
    await say(`\n── ${steps.map(({ name }) => name).join(", ")}`);
    for (const { name, run, seconds } of await Promise.all(steps.map(timed))) {
      report.push(`${run.counts.failed === 0 ? "ok    " : "FAILED"} ${name}: ${seconds} s`);
      failures.push(...run.failures.map((failure) => `${name}: ${failure}`));
      total = add(total, run.counts);
    }
  }
  const end = [...report, ...failureLines(failures), countsLine(total)];
  await say(`\n${end.join("\n")}`);
  return total.failed === 0 ? 0 : 1;
}

interface Done {
  readonly name: string;
  readonly run: SuiteRun;
  readonly seconds: string;
}

async function timed(step: Step): Promise<Done> {
  const started = performance.now();
  const run = await attempt(step);
  return { name: step.name, run, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

async function attempt(step: Step): Promise<SuiteRun> {
  try {
    return await step.run();
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { counts: ONE_FAILED, failures: [`Cannot run ${step.name}: ${message}`] };
  }
}

if (import.meta.main) Deno.exit(await main());
