import assert from "node:assert/strict";
import type { BackupManifest } from "./manifest.ts";
import { unneededWal } from "./prune.ts";

function base(firstSegment: string) {
  const server = { walSegmentBytes: 16 * 1024 * 1024 };
  const wal = { timeline: 1, start: "0/0", end: "0/0", firstSegment };
  // Only what the rule looks at.
  return { manifest: { server, wal } as BackupManifest };
}

const NAMES = [
  ".in_use",
  "open",
  "00000002.history.sealed",
  "000000010000000000000003.sealed",
  "000000010000000000000003.sealed.sig",
  "000000010000000000000004.sealed",
  "000000020000000000000005.sealed",
];

Deno.test("unneededWal() lets go what lies before the oldest base backup, and nothing else", () => {
  const keep = [base("000000010000000000000006"), base("000000010000000000000004")];
  assert.deepEqual(unneededWal(NAMES, keep), [
    "000000010000000000000003.sealed",
    "000000010000000000000003.sealed.sig",
  ]);
});

Deno.test("unneededWal() keeps all of it where no base backup stays", () => {
  assert.deepEqual(unneededWal(NAMES, []), []);
  const dump = { manifest: { wal: null } as BackupManifest };
  assert.deepEqual(unneededWal(NAMES, [dump]), []);
});
