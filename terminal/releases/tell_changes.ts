import type { Log } from "../../server/platform/log.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { TerminalNote } from "../device_notes.ts";
import type { JournalEvents } from "../journal_events.ts";
import { readChanges, type ReleaseChange } from "./changes.ts";
import { writeDurably } from "./durable.ts";
import { readWords, REQUEST_NAMES, TOLD_MODE } from "./layout.ts";
import type { ReleasePlaces } from "./running.ts";

const LOOK_WAIT_MS = 5_000;

export interface TellDeps extends ReleasePlaces {
  readonly journal: { readonly events: Pick<JournalEvents, "keepAs"> };
  readonly pause: Pause;
  readonly log: Log;
}

/**
 * Takes what the updater did into the journal, in its order, also what it did while no terminal ran.
 * Cut short between the journal and the mark it comes a second time under the same id, and the
 * platform has it once.
 */
export async function tellChanges(deps: TellDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tellNew(deps);
    await deps.pause(LOOK_WAIT_MS, signal);
  }
}

async function tellNew({ releases, requests, journal, log }: TellDeps): Promise<void> {
  const changes = await readChanges(releases);
  const mark = `${requests}/${REQUEST_NAMES.told}`;
  const [told] = await readWords(mark) ?? [];
  const fresh = changes.slice(changes.findLastIndex(({ id }) => id === told) + 1);
  const last = fresh.at(-1);
  if (!last) return;
  for (const change of fresh) {
    journal.events.keepAs(change.id, changeNote(change));
    log.info("A release changed", { did: change.did, version: change.version });
  }
  await writeDurably(mark, `${last.id}\n`, TOLD_MODE);
}

const SEVERITIES: Readonly<Record<string, TerminalNote["severity"]>> = {
  left: "error",
  declined: "warning",
};

export function changeNote({ did, version, now, reason }: ReleaseChange): TerminalNote {
  return {
    kind: `release.${did}`,
    severity: SEVERITIES[did] ?? "info",
    fields: { version, ...(now !== null && { now }), ...(reason !== "" && { reason }) },
  };
}
