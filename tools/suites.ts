import { importsOf, readSources, type SourceFile } from "./source_files.ts";

export const SUITES = ["unit", "postgres", "long", "journeys"] as const;

export type Suite = typeof SUITES[number];

/** Whoever imports this decides at run time between the embedded database and a server: runs on both. */
const DATABASE = "tests/db.ts";
const DATABASE_SERVER = "tests/postgres_server.ts";
const BROWSER = /^(?:import\b|\}).*\bfrom "playwright-core"/m;

/** Which test files a suite runs. Only tests with a database belong to two suites. */
export async function testFilesOf(suite: Suite): Promise<string[]> {
  return chooseTests(suite, await readSources());
}

export function chooseTests(suite: Suite, sources: readonly SourceFile[]): string[] {
  const files = new Map(sources.map((file) => [file.path, file]));
  return [...files.keys()].filter((path) => /_test\.tsx?$/.test(path))
    .filter((path) => suitesOf(path, files).includes(suite));
}

/** The quick suite must run where there is no browser and no database server. */
function suitesOf(path: string, files: ReadonlyMap<string, SourceFile>): readonly Suite[] {
  const reached = reachedFrom(path, files);
  if (reached.some((file) => BROWSER.test(file.text))) return ["journeys"];
  if (path.startsWith("tests/journeys/")) return ["journeys"];
  if (path.startsWith("tests/long/")) return ["long"];
  if (path.startsWith("tests/postgres/")) return ["postgres"];
  if (reached.some((file) => file.path === DATABASE_SERVER)) return ["postgres"];
  return reached.some((file) => file.path === DATABASE) ? ["unit", "postgres"] : ["unit"];
}

/** The file itself and all that it imports, directly or not. */
function reachedFrom(start: string, files: ReadonlyMap<string, SourceFile>): SourceFile[] {
  const paths = new Set([start]);
  const reached: SourceFile[] = [];
  for (const path of paths) {
    const file = files.get(path);
    if (!file) continue;
    reached.push(file);
    for (const next of importsOf(file)) paths.add(next);
  }
  return reached;
}
