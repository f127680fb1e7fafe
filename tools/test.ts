/** The whole proof: `deno task test`. The quick gate (`deno task ok`) is its first part. */
import { runDeno } from "./run_command.ts";
import { runSuite } from "./run_tests.ts";
import { say } from "./say.ts";
import { setUpMachine } from "./setup_machine.ts";
import { add, countsLine, NO_TESTS, type TestCounts } from "./test_counts.ts";

interface Step {
  readonly name: string;
  run(): Promise<TestCounts>;
}

const STEPS: readonly Step[] = [
  { name: "format", run: () => gate(["fmt", "--check"]) },
  { name: "lint", run: () => gate(["lint"]) },
  { name: "types", run: () => gate(["check"]) },
  { name: "unit tests", run: () => runSuite("unit") },
  { name: "PostgreSQL", run: () => runSuite("postgres") },
  { name: "long runs", run: () => runSuite("long") },
  { name: "browser journeys", run: () => runSuite("journeys") },
];

async function gate(args: readonly string[]): Promise<TestCounts> {
  return { passed: 0, failed: await runDeno(args) ? 0 : 1 };
}

/** A failing step does not hide what the later ones would say. */
async function main(): Promise<number> {
  let total = NO_TESTS;
  const report: string[] = [];
  if (!await setUpMachine()) total = add(total, { passed: 0, failed: 1 });
  for (const step of total.failed === 0 ? STEPS : []) {
    await say(`\n── ${step.name}`);
    const started = performance.now();
    const counts = await attempt(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    report.push(`${counts.failed === 0 ? "ok    " : "FAILED"} ${step.name}: ${seconds} s`);
    total = add(total, counts);
  }
  await say(`\n${report.join("\n")}\n${countsLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function attempt(step: Step): Promise<TestCounts> {
  try {
    return await step.run();
  } catch (thrown) {
    await say(`Cannot run ${step.name}: ${thrown instanceof Error ? thrown.message : thrown}`);
    return { passed: 0, failed: 1 };
  }
}

if (import.meta.main) Deno.exit(await main());
