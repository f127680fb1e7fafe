import type { TerminalNote } from "../device_notes.ts";
import { linkedVersion, readCount, readProbation, readWords, REQUEST_NAMES } from "./layout.ts";
import type { ReleasePlaces } from "./running.ts";

/**
 * What there is to tell of the release that starts: that it is on trial, or that it is not the one
 * which was switched to (select-release found that one damaged, or the package newer).
 */
export async function startNote(
  { releases, requests }: ReleasePlaces,
  version: string,
): Promise<TerminalNote | null> {
  const probation = await readProbation(releases);
  if (probation?.version === version) {
    const [, , count] = await readWords(`${requests}/${REQUEST_NAMES.starts}`) ?? [];
    const fields = { version, start: readCount(count) ?? 0 };
    return { kind: "release.trial_started", severity: "info", fields };
  }
  const current = await linkedVersion(releases, "current");
  if (current === null || current === version) return null;
  return { kind: "release.passed_over", severity: "warning", fields: { version, current } };
}
