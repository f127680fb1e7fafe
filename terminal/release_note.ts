import type { OwnCheck } from "../server/platform/release/own_release.ts";
import { troubleLines } from "../server/platform/release/trouble_text.ts";
import type { TerminalNote } from "./device_notes.ts";

/** What an event's field may hold. */
const TEXT_CHARACTERS_MAX = 300;

/** What this terminal found of its own files (8.1.4.6), for the journal and the platform. */
export function releaseNote({ verification, manifest, troubles }: OwnCheck): TerminalNote {
  const about = {
    verification,
    ...(manifest && { version: manifest.version, counter: manifest.counter }),
  };
  if (troubles.length === 0) {
    return { kind: "release.verified", severity: "info", fields: about };
  }
  const text = troubles.flatMap(troubleLines).join("；").slice(0, TEXT_CHARACTERS_MAX);
  return { kind: "release.refused", severity: "error", fields: { ...about, troubles: text } };
}
