import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import type { TerminalNote } from "./device_notes.ts";
import type { Journal } from "./journal.ts";

/** Writes what happened down for the platform; a full disk keeps no card and no screen waiting. */
export function noteKeeper(
  { journal, log }: { readonly journal: Pick<Journal, "events">; readonly log: Log },
): (note: TerminalNote) => void {
  return (note) => {
    log.info("Noted", { kind: note.kind, severity: note.severity, ...note.fields });
    try {
      journal.events.keep({ ...note, fields: { ...note.fields } });
    } catch (thrown) {
      log.error("Cannot keep an event", { kind: note.kind, reason: reasonOf(thrown) });
    }
  };
}
