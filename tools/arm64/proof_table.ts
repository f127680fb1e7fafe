import type { SourceFacts } from "../build/facts.ts";
import { say } from "../say.ts";
import { ROOT } from "../source_files.ts";
import type { CheckResult } from "./run_checks.ts";

/** One processor's or machine's run. */
export interface ProvenRun {
  /** `cortex-a72`, `cortex-a72, 64K pages`. */
  readonly about: string;
  readonly results: readonly CheckResult[];
}

/** Says the table, of which commit it is and when it was made; false where something is not proven. */
export async function sayProof(
  runs: readonly ProvenRun[],
  { commit }: SourceFacts,
  devices: string,
): Promise<boolean> {
  const checks = await readChecks(devices);
  await say(`\nCommit ${commit}, ${new Date().toISOString().slice(0, 10)}:\n`);
  await say(proofTable(runs, checks));
  return runs.every((run) => isProven(run, checks));
}

/** Every check is there and went well: a run that ended early has proven nothing. */
export function isProven({ results }: ProvenRun, checks: readonly string[]): boolean {
  return checks.every((what) => results.some((result) => result.what === what && result.went)) &&
    results.every(({ went }) => went);
}

/** For `docs/compatibility.md`: a row for each check, a column for each run. */
export function proofTable(runs: readonly ProvenRun[], checks: readonly string[]): string {
  const rows = checks.map((what) => [what, ...runs.map(({ results }) => cellOf(results, what))]);
  const head = ["", ...runs.map(({ about }) => about)];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function cellOf(results: readonly CheckResult[], what: string): string {
  const found = results.find((result) => result.what === what);
  if (!found) return "not run";
  return found.went ? `${found.seconds} s` : "**failed**";
}

/** What `checks.sh` calls its checks, for a form of devices. */
export async function readChecks(devices: string): Promise<string[]> {
  const script = await Deno.readTextFile(new URL("tools/arm64/checks.sh", ROOT));
  return [...script.matchAll(/^check "([^"]+)"/gm)].map(([, what = ""]) =>
    what.replace("$devices", devices)
  );
}
