/**
 * Migrations, the core of the tests with a database, and whole visits on every PostgreSQL that can
 * be had: `deno task prove:databases [13 … 18 | installed | opengauss]`. The last is openGauss's dialect on an
 * installed PostgreSQL, since no openGauss can be had here. It prints the table of
 * `docs/databases.md`.
 */
import { table } from "../bench/figures.ts";
import { findPrograms, startPostgresServer } from "../tests/postgres_server.ts";
import { PACKAGED, unpackServer } from "./databases/packaged_server.ts";
import { readDeno } from "./run_command.ts";
import { say } from "./say.ts";
import { add, NO_TESTS, readCounts, type TestCounts } from "./test_counts.ts";

/** What runs on both kinds of databases and touches every module's SQL. */
const CORE = [
  "server/platform/migrate_test.ts",
  "server/platform/upsert_test.ts",
  "server/platform/outbox_test.ts",
  "tests/visits_test.ts",
  "tests/refunds_test.ts",
  "tests/registrations_test.ts",
  "tests/inpatient_test.ts",
  "tests/ledger_test.ts",
  "tests/in_flight_test.ts",
  "tests/sign_in_test.ts",
  "tests/rights_test.ts",
  "tests/persons_test.ts",
  "tests/protection_test.ts",
  "tests/audit_console_test.ts",
  "tests/party_health_test.ts",
];

/** Another dialect than the server's own. */
const NARROW = "opengauss";

interface Result {
  readonly version: string;
  readonly from: string;
  readonly counts: TestCounts;
  readonly seconds: number;
}

async function main(wanted: readonly string[]): Promise<number> {
  const names = wanted.length > 0 ? wanted : [...Object.keys(PACKAGED), "installed", NARROW];
  const results: Result[] = [];
  for (const name of names) {
    await say(`\n── ${name}`);
    results.push(await proveOne(name));
  }
  const rows = results.map((
    { version, from, counts, seconds },
  ) => [version, from, `${counts.passed}`, `${counts.failed}`, seconds.toFixed(0)]);
  await say(`\n${table(["server", "from", "passed", "failed", "seconds"], rows)}`);
  return results.every(({ counts }) => counts.failed === 0 && counts.passed > 0) ? 0 : 1;
}

async function proveOne(name: string): Promise<Result> {
  const version = PACKAGED[name];
  if (version === undefined) {
    if (name !== "installed" && name !== NARROW) throw new Error(`Cannot prove "${name}"`);
    const programs = await findPrograms();
    if (programs === null) throw new Error("Cannot prove: no PostgreSQL is installed");
    return await runCore(
      programs,
      name === NARROW ? "openGauss's dialect, installed" : "installed",
      {
        ...(name === NARROW && { TEST_DATABASE_PRODUCT: NARROW }),
      },
    );
  }
  const folder = await Deno.makeTempDir({ prefix: "yikatong-databases-" });
  try {
    return await runCore(await unpackServer(version, folder), `npm ${version}`, {});
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runCore(
  programs: string,
  from: string,
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  const version = await versionOf(programs);
  await using server = await startPostgresServer({}, programs);
  const begunAt = performance.now();
  let counts = NO_TESTS;
  const went = await readDeno({
    args: ["test", "-A", "--no-check", "--node-modules-dir=manual", ...CORE],
    env: { ...env, TEST_DATABASE_URL: server.url },
    onLine: (line) => counts = add(counts, readCounts(line) ?? NO_TESTS),
  });
  // A run that ends without its last line has proven nothing.
  const failed = went || counts.failed > 0 ? counts.failed : 1;
  const seconds = (performance.now() - begunAt) / 1_000;
  return { version, from, counts: { ...counts, failed }, seconds };
}

async function versionOf(programs: string): Promise<string> {
  const { stdout } = await new Deno.Command(`${programs}/postgres`, { args: ["--version"] })
    .output();
  const text = new TextDecoder().decode(stdout);
  return /\d[\d.]*/.exec(text)?.[0] ?? text.trim();
}

if (import.meta.main) Deno.exit(await main(Deno.args));
