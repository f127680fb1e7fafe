import { isDeepStrictEqual } from "node:util";
import { OffsetClock } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { Log } from "../../server/platform/log.ts";
import type { OwnCheck } from "../../server/platform/release/own_release.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { noteKeeper } from "../../terminal/keep_note.ts";
import { releaseNote } from "../../terminal/release_note.ts";
import { claimFolder } from "../dev/data_folder.ts";
import { makeDataFolder, openJournal } from "./opened_terminal.ts";

/**
 * Into the journal: the platform hears of it when a good release runs here again. Once, however
 * often this one is started meanwhile.
 */
export async function noteRefused(
  config: TerminalConfig,
  found: OwnCheck,
  log: Log,
): Promise<void> {
  try {
    await makeDataFolder(config);
    using _lock = await claimFolder(config.data_dir, { reset: false });
    using journal = openJournal(config.data_dir, new OffsetClock());
    const note = releaseNote(found);
    const latest = journal.events.latest();
    const isKnown = latest?.kind === note.kind && isDeepStrictEqual(latest.fields, note.fields);
    if (!isKnown) noteKeeper({ journal, log })(note);
  } catch (thrown) {
    log.error("Cannot keep an event", { kind: "release.refused", reason: reasonOf(thrown) });
  }
}
