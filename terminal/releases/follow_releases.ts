import type { Background } from "../background.ts";
import { type ProofDeps, proveRelease } from "./prove_release.ts";
import { readOfflineBefore } from "./running.ts";
import { startNote } from "./start_note.ts";
import { tellChanges, type TellDeps } from "./tell_changes.ts";
import { type HoldDeps, watchHold } from "./watch_hold.ts";

type Deps =
  & HoldDeps
  & Omit<ProofDeps, "offlineBefore">
  & TellDeps
  & { readonly background: Background };

const SCREENS_MS_MAX = 3_000;

/** The terminal's part in updates, as long as it runs: it gives way, proves itself, and tells. */
export async function followReleases(deps: Deps): Promise<void> {
  // Before the hold that it was written under is forgotten.
  const offlineBefore = await readOfflineBefore(deps);
  const { background, note, version } = deps;
  const started = await startNote(deps, version);
  if (started) note(started);
  background.keepUp("heed the updater", (signal) => watchHold(deps, signal));
  background.keepUp("tell of releases", (signal) => tellChanges(deps, signal));
  background.keepUp(
    "prove the release",
    (signal) => proveRelease({ ...deps, offlineBefore }, signal),
  );
}

export async function servesScreens(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SCREENS_MS_MAX) });
    const text = await response.text();
    return response.ok && text.includes('name="kiosk-token"');
  } catch {
    return false;
  }
}
