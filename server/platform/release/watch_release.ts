import { reasonOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Pause } from "../pause.ts";
import { mayServe, type OwnCheck } from "./own_release.ts";
import { troubleLines } from "./trouble_text.ts";

const DAY_MS = 86_400_000;
/** While an upgrade puts new files in their places they fit no manifest. */
const SECOND_LOOK_MS = 120_000;

export interface WatchReleaseDeps {
  /** As the start found it. */
  readonly verification: OwnCheck["verification"];
  /** Looks at all files, until the signal aborts. */
  readonly check: (signal: AbortSignal) => Promise<OwnCheck>;
  /** For the audit trail or the journal; a failure is its own to tell. */
  readonly record: (check: OwnCheck) => Promise<void>;
  readonly log: Log;
  readonly pause: Pause;
}

export interface ReleaseWatch extends AsyncDisposable {
  /** Resolves when the first look did not find all that must be there; never otherwise. */
  readonly refused: Promise<void>;
}

/**
 * Looks at all files after the start and then once a day (可信验证 8.1.4.6). What is found later
 * is told and does not end a program that serves: an operator decides.
 */
export function watchRelease(deps: WatchReleaseDeps): ReleaseWatch {
  const stopping = new AbortController();
  const refused = Promise.withResolvers<void>();
  const watching = watch(deps, stopping.signal, refused.resolve);
  return {
    refused: refused.promise,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await watching;
    },
  };
}

async function watch(
  deps: WatchReleaseDeps,
  signal: AbortSignal,
  refuse: () => void,
): Promise<void> {
  const { verification, check, pause, log } = deps;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      let found = await check(signal);
      if (!isFirst && found.troubles.length > 0) {
        await pause(SECOND_LOOK_MS, signal);
        found = await check(signal);
      }
      await tell(deps, found);
      if (isFirst && !mayServe(found)) refuse();
    } catch (thrown) {
      if (signal.aborted) return;
      log.error("Cannot check the release", { why: reasonOf(thrown) });
      if (isFirst && verification === "enforce") refuse();
    }
    await pause(DAY_MS, signal);
  }
}

async function tell({ record, log }: WatchReleaseDeps, found: OwnCheck): Promise<void> {
  logRelease(log, found);
  await record(found);
}

export function logRelease(log: Log, { verification, manifest, troubles }: OwnCheck): void {
  const about = { verification, version: manifest?.version, counter: manifest?.counter };
  if (troubles.length === 0) {
    log.info("Release verified", about);
    return;
  }
  const why = troubles.flatMap(troubleLines).join("; ");
  if (mayServe({ verification, troubles })) log.warn("Release does not verify", { ...about, why });
  else log.error("Release refused", { ...about, why });
}
