import assert from "node:assert/strict";
import { manifestOf } from "../tests/release_folder.ts";
import { terminalEventSchema } from "../server/modules/fleet/contract.ts";
import type { OwnCheck } from "../server/platform/release/own_release.ts";
import { releaseNote } from "./release_note.ts";

const GOOD: OwnCheck = {
  verification: "enforce",
  manifest: manifestOf({}),
  signers: [],
  troubles: [],
};

Deno.test("releaseNote() says which release it is, and what is wrong with it", () => {
  const fields = { verification: "enforce", version: "1.2.3", counter: 7 };
  assert.deepEqual(releaseNote(GOOD), { kind: "release.verified", severity: "info", fields });
  const note = releaseNote({ ...GOOD, manifest: null, troubles: [{ kind: "no_manifest" }] });
  assert.deepEqual(note, {
    kind: "release.refused",
    severity: "error",
    fields: { verification: "enforce", troubles: "没有 manifest.json，或不能读取：不是完整的发布" },
  });
});

Deno.test("releaseNote() is one that the platform takes, however much is wrong", () => {
  const listed = Array.from({ length: 100 }, (_, at) => ({
    kind: "surplus" as const,
    path: `share/${"x".repeat(200)}/${at}`,
  }));
  const note = releaseNote({
    ...GOOD,
    troubles: [{ kind: "files", differences: { count: 100, listed } }],
  });
  const event = { id: crypto.randomUUID(), number: 1, ...note };
  assert.equal(terminalEventSchema.shape.fields.safeParse(event.fields).success, true);
  assert.equal(terminalEventSchema.shape.kind.safeParse(event.kind).success, true);
});
