import assert from "node:assert/strict";
import { newId } from "../../server/platform/ids.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { Journal } from "../journal.ts";
import type { ReleaseChange } from "./changes.ts";
import { startNote } from "./start_note.ts";
import { tellChanges } from "./tell_changes.ts";

function change(did: string, version: string): ReleaseChange {
  const now = did === "left" ? null : version;
  return { id: newId(new Date()), did, version, now, reason: did === "left" ? "没有确认" : "" };
}

async function look(folder: TemporaryFolder, journal: Pick<Journal, "events">): Promise<void> {
  const stop = new AbortController();
  await tellChanges({
    releases: folder.path,
    requests: folder.path,
    journal,
    pause: () => Promise.resolve(stop.abort()),
    log: SILENT_LOG,
  }, stop.signal);
}

async function write(folder: TemporaryFolder, changes: readonly ReleaseChange[]): Promise<void> {
  await Deno.writeTextFile(folder.file("changes.json"), JSON.stringify(changes));
}

Deno.test("tellChanges() takes each change into the journal once, in order, across restarts (R-TOM-06)", async () => {
  using folder = new TemporaryFolder();
  using journal = new Journal(folder.file("journal.sqlite"), SYSTEM_CLOCK);
  await look(folder, journal);
  assert.equal(journal.events.unsentCount, 0);
  const changes = [change("staged", "1.3.0"), change("switched", "1.3.0")];
  await write(folder, changes);
  await look(folder, journal);
  await look(folder, journal);
  const later = [...changes, change("left", "1.3.0"), change("new_word", "1.4.0")];
  await write(folder, later);
  await look(folder, journal);
  const kept = journal.events.unsent();
  assert.deepEqual(kept.map(({ id }) => id), later.map(({ id }) => id));
  assert.deepEqual(kept[2], {
    id: later[2]?.id,
    number: kept[2]?.number,
    kind: "release.left",
    severity: "error",
    fields: { version: "1.3.0", reason: "没有确认" },
  });
  assert.equal(kept[3]?.kind, "release.new_word", "of an updater newer than this program");
});

Deno.test("tellChanges() cut short before its mark keeps nothing twice that still waits", async () => {
  using folder = new TemporaryFolder();
  using journal = new Journal(folder.file("journal.sqlite"), SYSTEM_CLOCK);
  const changes = [change("staged", "1.3.0"), change("switched", "1.3.0")];
  await write(folder, changes);
  let kept = 0;
  const dying: Pick<Journal, "events"> = {
    events: Object.assign(Object.create(journal.events), {
      keepAs(id: string, note: Parameters<Journal["events"]["keepAs"]>[1]) {
        if (++kept > 1) throw new Error("The power is gone");
        journal.events.keepAs(id, note);
      },
    }),
  };
  await assert.rejects(look(folder, dying), /power/);
  assert.equal(journal.events.unsentCount, 1);
  await look(folder, journal);
  assert.deepEqual(journal.events.unsent().map(({ id }) => id), changes.map(({ id }) => id));
});

Deno.test("tellChanges() tells nothing of a file that is damaged, and goes on after it", async () => {
  using folder = new TemporaryFolder();
  using journal = new Journal(folder.file("journal.sqlite"), SYSTEM_CLOCK);
  for (const text of ["", "[{", "null", '[{"id":"x"}]']) {
    await Deno.writeTextFile(folder.file("changes.json"), text);
    await look(folder, journal);
  }
  assert.equal(journal.events.unsentCount, 0);
  await write(folder, [change("committed", "1.3.0")]);
  await look(folder, journal);
  assert.equal(journal.events.unsentCount, 1);
});

Deno.test("startNote() tells of a trial, and of a release that was passed over", async () => {
  using folder = new TemporaryFolder();
  const places = { releases: folder.path, requests: folder.path };
  assert.equal(await startNote(places, "1.3.0"), null);
  await Deno.mkdir(folder.file("1.3.0"));
  await Deno.symlink("1.3.0", folder.file("current"));
  assert.equal(await startNote(places, "1.3.0"), null);
  assert.deepEqual(await startNote(places, "1.2.0"), {
    kind: "release.passed_over",
    severity: "warning",
    fields: { version: "1.2.0", current: "1.3.0" },
  });
  await Deno.writeTextFile(folder.file("probation"), "1.3.0 1999999999\n");
  await Deno.writeTextFile(folder.file("starts"), "1.3.0 1999999999 2\n");
  assert.deepEqual(await startNote(places, "1.3.0"), {
    kind: "release.trial_started",
    severity: "info",
    fields: { version: "1.3.0", start: 2 },
  });
});
