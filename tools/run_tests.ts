/** Runs one suite of tests: `deno run -A tools/run_tests.ts unit|embedded|postgres|long|journeys`. */
import { startPostgresServer } from "../tests/postgres_server.ts";
import { readDeno } from "./run_command.ts";
import { type Suite, SUITES, testFilesOf } from "./suites.ts";
import { writeBatches } from "./test_batches.ts";
import { add, countsLine, NO_TESTS, readCounts, type TestCounts } from "./test_counts.ts";
import { failureLines, FailureReader } from "./test_failures.ts";
import { makeRunFolder } from "./run_folder.ts";
import { say } from "./say.ts";

/**
 * The machines that run this have two cores; journeys wait for screens much of their time, long
 * runs for the processes they start.
 */
const JOBS: Readonly<Record<Suite, number>> = {
  unit: 2,
  embedded: 2,
  postgres: 2,
  long: 3,
  journeys: 3,
};

/** The others start processes, browsers and libraries of their own, and tidy up once for all. */
const BATCHED: readonly Suite[] = ["unit", "embedded", "postgres"];
/** These start servers and processes, and take longest. */
const ALONE = "tests/postgres/";

const BROKEN: TestCounts = { passed: 0, failed: 1 };

export interface SuiteRun {
  readonly counts: TestCounts;
  /** One line for each. */
  readonly failures: readonly string[];
}

export async function runSuite(suite: Suite): Promise<SuiteRun> {
  const files = await testFilesOf(suite);
  if (files.length === 0) {
    return { counts: BROKEN, failures: [`No test belongs to the suite "${suite}"`] };
  }
  if (suite !== "postgres") return await runTests(suite, files, {});
  await using server = await startPostgresServer();
  return await runTests(suite, files, { TEST_DATABASE_URL: server.url });
}

async function runTests(
  suite: Suite,
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SuiteRun> {
  const reader = new FailureReader();
  let counts = NO_TESTS;
  await using folder = await makeRunFolder();
  await using batches = await makeRunFolder();
  const run = await inBatches(suite, files, batches.path);
  // Types are checked once by `deno check`, not again by every suite.
  const went = await readDeno({
    args: ["test", "--no-check", "-A", "--config=deno.json", "--parallel", ...run],
    env: { ...env, DENO_JOBS: String(JOBS[suite]), TMPDIR: folder.path },
    onLine: (line) => {
      counts = add(counts, readCounts(line) ?? NO_TESTS);
      reader.see(line);
    },
  });
  const left = await folder.leftovers();
  if (left.length > 0) await say(`Left behind by tests of "${suite}": ${left.join(", ")}`);
  // A run that broke before its tests, or whose end could not be read, did not pass.
  const unexplained = counts.failed === 0 && (!went || counts.passed === 0);
  return {
    counts: unexplained ? add(counts, BROKEN) : counts,
    failures: reader.failures,
  };
}

async function inBatches(
  suite: Suite,
  files: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  if (!BATCHED.includes(suite)) return files;
  const isAlone = (path: string) => path.startsWith(ALONE);
  const batches = await writeBatches(files.filter((path) => !isAlone(path)), folder);
  return [...files.filter(isAlone), ...batches];
}

function readSuite(word: string | undefined): Suite | undefined {
  return SUITES.find((suite) => suite === word);
}

async function main(): Promise<number> {
  const suite = readSuite(Deno.args[0]);
  if (!suite) {
    await say(`Cannot run the suite "${Deno.args[0] ?? ""}": expected ${SUITES.join(", ")}`);
    return 2;
  }
  const { counts, failures } = await runSuite(suite);
  await say([...failureLines(failures), countsLine(counts)].join("\n"));
  return counts.failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
