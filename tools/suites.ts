import { importsOf, readSources, type SourceFile } from "./source_files.ts";

export const SUITES = ["unit", "postgres", "long", "journeys"] as const;

export type Suite = typeof SUITES[number];

/** What decides between the embedded database and a server; whoever imports it runs on both. */
const DATABASE = "tests/db.ts";

/** Which test files a suite runs. Only tests with a database belong to two suites. */
export async function testFilesOf(suite: Suite): Promise<string[]> {
  return chooseTests(suite, await readSources());
}

export function chooseTests(suite: Suite, sources: readonly SourceFile[]): string[] {
  const tests = sources.map(({ path }) => path).filter((path) => /_test\.tsx?$/.test(path));
  switch (suite) {
    case "unit":
      return tests.filter((path) => onlySuiteOf(path) === null);
    case "postgres": {
      const graph = new Map(sources.map((file) => [file.path, importsOf(file)]));
      return tests.filter((path) =>
        onlySuiteOf(path) === suite || (onlySuiteOf(path) === null && reachesDatabase(path, graph))
      );
    }
    case "long":
    case "journeys":
      return tests.filter((path) => onlySuiteOf(path) === suite);
  }
}

/** The suite that a test's place binds it to. */
function onlySuiteOf(path: string): Suite | null {
  if (path.startsWith("tests/journeys/")) return "journeys";
  if (path.startsWith("tests/long/")) return "long";
  return path.startsWith("tests/postgres") ? "postgres" : null;
}

function reachesDatabase(start: string, graph: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set([start]);
  for (const path of seen) {
    if (path === DATABASE) return true;
    for (const next of graph.get(path) ?? []) seen.add(next);
  }
  return false;
}
