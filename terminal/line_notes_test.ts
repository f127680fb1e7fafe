import assert from "node:assert/strict";
import type { TerminalNote } from "./device_notes.ts";
import { lineNotes } from "./line_notes.ts";

Deno.test("lineNotes() tells a gap once, and its length at the end", () => {
  const notes: TerminalNote[] = [];
  let now = 0;
  const hear = lineNotes((note) => notes.push(note), () => now);
  for (const connection of ["connecting", "connected", "unreachable", "unreachable"] as const) {
    hear(connection);
  }
  now = 90_400;
  hear("connecting");
  hear("connected");
  hear("connected");
  assert.deepEqual(notes.map(({ kind, fields }) => [kind, fields.seconds ?? null]), [
    ["line.lost", null],
    ["line.back", 90],
  ]);
});
