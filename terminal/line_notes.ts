import type { Connection } from "./contract.ts";
import type { KeepNote } from "./device_notes.ts";

const MS_PER_SECOND = 1_000;

/** Writes down when the platform was out of reach, and for how long. */
export function lineNotes(note: KeepNote, nowMs: () => number): (connection: Connection) => void {
  let lostAt: number | null = null;
  return (connection) => {
    if (connection === "unreachable" && lostAt === null) {
      lostAt = nowMs();
      note({ kind: "line.lost", severity: "warning", fields: {} });
    } else if (connection === "connected" && lostAt !== null) {
      const seconds = Math.round((nowMs() - lostAt) / MS_PER_SECOND);
      lostAt = null;
      note({ kind: "line.back", severity: "info", fields: { seconds } });
    }
  };
}
