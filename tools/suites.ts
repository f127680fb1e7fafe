import { importsOf, readSources, type SourceFile } from "./source_files.ts";

export const SUITES = ["unit", "embedded", "postgres", "long", "journeys"] as const;

export type Suite = typeof SUITES[number];

/** Whoever imports this decides at run time between the embedded database and a server: runs on both. */
const DATABASE = "tests/db.ts";
const DATABASE_SERVER = "tests/postgres_server.ts";
const BROWSER = /^(?:import\b|\}).*\bfrom "playwright-core"/m;

/** Which test files a suite runs. Only tests with a database belong to two suites. */
export async function testFilesOf(suite: Suite): Promise<string[]> {
  return chooseTests(suite, await readSources());
}

/** Those that take longest come first, so that no core waits for the last of them at the end. */
export function chooseTests(suite: Suite, sources: readonly SourceFile[]): string[] {
  const files = new Map(sources.map((file) => [file.path, sourceOf(file)]));
  return sources.filter(({ path }) => /_test\.tsx?$/.test(path))
    .map(({ path, text }) => ({ path, chars: text.length, reached: reachedFrom(path, files) }))
    .filter((test) => suitesOf(test).includes(suite))
    .map((test) => ({ ...test, effort: effortOf(test) }))
    .sort((a, b) => b.effort - a.effort)
    .map(({ path }) => path);
}

interface Source {
  readonly path: string;
  readonly imports: readonly string[];
  readonly hasBrowser: boolean;
}

interface Test {
  readonly path: string;
  readonly chars: number;
  /** The file itself and all that it imports, directly or not. */
  readonly reached: readonly Source[];
}

function sourceOf(file: SourceFile): Source {
  return { path: file.path, imports: importsOf(file), hasBrowser: BROWSER.test(file.text) };
}

/**
 * Seconds of the files that took longest on CI's two cores, 2026-11-23: one of them begun last
 * would leave the other core idle.
 */
export const MEASURED_SECONDS: Readonly<Record<string, number>> = {
  "console-ui/preview/screens_test.ts": 82,
  "kiosk-ui/preview/screens_test.ts": 45,
  "tests/journeys/card_test.ts": 40,
  "tests/journeys/kill_test.ts": 41,
  "tests/journeys/kiosk_session_test.ts": 66,
  "tests/journeys/party_trouble_test.ts": 51,
  "tests/long/audit_cli_test.ts": 60,
  "tests/long/crashes_test.ts": 45,
  "tests/long/crypto_arm64_test.ts": 44,
  "tests/long/crypto_cli_memory_test.ts": 44,
  "tests/long/crypto_cross_check_test.ts": 63,
  "tests/long/crypto_leak_test.ts": 30,
  "tests/long/crypto_sm2_test.ts": 47,
  "tests/long/manual_commands_test.ts": 40,
  "tests/long/simulation_platform_even_test.ts": 100,
  "tests/long/simulation_platform_odd_test.ts": 100,
  "tests/postgres/audit_verify_test.ts": 17,
  "tests/postgres/faults_test.ts": 60,
  "tests/postgres/two_processes_test.ts": 12,
};
const MEASURED_CHARS = 1_000_000;

/** The whole platform in a process takes longest to test; how much else does is told by its length. */
const WORLD = "tests/world.ts";
const WORLD_CHARS = 100_000;

function effortOf({ path, chars, reached }: Test): number {
  const seconds = MEASURED_SECONDS[path];
  if (seconds !== undefined) return MEASURED_CHARS + seconds;
  return chars + (reached.some(({ path }) => path === WORLD) ? WORLD_CHARS : 0);
}

/** The quick suite must run where there is no browser and no database server, in a minute. */
function suitesOf({ path, reached }: Test): readonly Suite[] {
  if (reached.some((file) => file.hasBrowser)) return ["journeys"];
  if (path.startsWith("tests/journeys/")) return ["journeys"];
  if (path.startsWith("tests/long/")) return ["long"];
  if (path.startsWith("tests/postgres/")) return ["postgres"];
  if (reached.some((file) => file.path === DATABASE_SERVER)) return ["postgres"];
  return reached.some((file) => file.path === DATABASE) ? ["embedded", "postgres"] : ["unit"];
}

function reachedFrom(start: string, files: ReadonlyMap<string, Source>): Source[] {
  const paths = new Set([start]);
  const reached: Source[] = [];
  for (const path of paths) {
    const file = files.get(path);
    if (!file) continue;
    reached.push(file);
    for (const next of file.imports) paths.add(next);
  }
  return reached;
}
