import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { Journal } from "./journal.ts";
import type { EventNote } from "./journal_events.ts";
import { JOURNAL_VERSIONS } from "./journal_tables.ts";
import { TemporaryFolder } from "../tests/temporary_folder.ts";

const START = new Date("2026-03-12T01:30:15Z");
const CLOCK: Clock = { now: () => START };

Deno.test("events are numbered without a gap, also over a restart and after all were shipped", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const numbers: number[] = [];
  for (let start = 0; start < 3; start++) {
    using journal = new Journal(path, CLOCK);
    for (let i = 0; i < 3; i++) numbers.push(journal.events.keep(note("info")).number);
    journal.events.dropUpTo(numbers.at(-1) ?? 0);
    assert.equal(journal.events.unsentCount, 0);
  }
  const [first = 0] = numbers;
  assert.deepEqual(numbers, numbers.map((_, at) => first + at));
});

Deno.test("a journal that was lost goes on above the numbers of the old one", () => {
  const later: Clock = { now: () => new Date(START.getTime() + 3_600_000) };
  using old = new Journal(":memory:", CLOCK);
  using fresh = new Journal(":memory:", later);
  let last = 0;
  for (let i = 0; i < 20; i++) last = old.events.keep(note("info")).number;
  assert.ok(fresh.events.keep(note("info")).number > last);
});

Deno.test("events come back in order as they were kept, a batch at a time", () => {
  using journal = new Journal(":memory:", CLOCK);
  const kept = Array.from({ length: 5 }, (_, at) => journal.events.keep(note("warning", at)));
  assert.deepEqual(journal.events.unsent(3), kept.slice(0, 3));
  journal.events.dropUpTo(kept[1]?.number ?? 0);
  assert.deepEqual(journal.events.unsent(), kept.slice(2));
  assert.deepEqual(journal.events.latest(), kept.at(-1));
  journal.events.dropUpTo(kept.at(-1)?.number ?? 0);
  assert.equal(journal.events.latest(), null);
});

Deno.test("a batch of long events is no larger than what the platform takes", () => {
  using journal = new Journal(":memory:", CLOCK);
  const story = "驱动报告的原因".repeat(40);
  for (let at = 0; at < 90; at++) {
    journal.events.keep({ kind: "device.failed", severity: "error", fields: { at, story } });
  }
  let shipped = 0;
  while (journal.events.unsentCount > 0) {
    const batch = journal.events.unsent();
    const bytes = new TextEncoder().encode(JSON.stringify({ events: batch })).length;
    assert.ok(bytes < 60 * 1_024, `${bytes} bytes`);
    shipped += batch.length;
    journal.events.dropUpTo(batch.at(-1)?.number ?? 0);
  }
  assert.equal(shipped, 90);
});

Deno.test("a full journal drops the oldest info events, counted, and keeps errors and orders", () => {
  using journal = new Journal(":memory:", CLOCK, { eventsMax: 10 });
  journal.keepOrder({
    id: newId(START),
    identificationId: newId(START),
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  });
  const error = journal.events.keep(note("error"));
  for (let at = 0; at < 30; at++) journal.events.keep(note("info", at));
  const left = journal.events.unsent();
  assert.ok(left.length <= 10);
  assert.deepEqual(left[0], error);
  const dropped = left.filter(({ kind }) => kind === "journal.dropped");
  const counted = dropped.reduce((sum, { fields }) => sum + Number(fields.count), 0);
  assert.equal(counted + left.length - dropped.length, 31, "what is not there is counted");
  assert.equal(journal.openOrders().length, 1);
});

Deno.test("an event that the platform would refuse is refused when it is kept", () => {
  using journal = new Journal(":memory:", CLOCK);
  assert.throws(() => journal.events.keep({ ...note("info"), kind: "Not a kind" }));
  assert.throws(() => journal.events.keep({ ...note("info"), fields: { text: "x".repeat(301) } }));
  assert.equal(journal.events.unsentCount, 0);
});

Deno.test("a journal of the first release opens with its orders", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const old = new DatabaseSync(path);
  old.exec(JOURNAL_VERSIONS[0] ?? "");
  const body = {
    id: newId(START),
    identificationId: newId(START),
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  } as const;
  old.prepare(
    `INSERT INTO order_in_flight (id, body, progress, kept_at_ms, moved_at_ms)
     VALUES (?, ?, 'sending', 1, 1)`,
  ).run(body.id, JSON.stringify(body));
  old.close();
  for (let start = 0; start < 2; start++) {
    using journal = new Journal(path, CLOCK);
    assert.deepEqual(journal.openOrders().map((order) => order.body), [body]);
    journal.events.keep(note("info"));
  }
});

Deno.test("a journal of a newer release is refused by name, and not touched", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${JOURNAL_VERSIONS.length + 1}`);
  newer.close();
  assert.throws(() => new Journal(path, CLOCK), /newer release/);
});

Deno.test("the generation grows over restarts, and an enrolment stays the first one begun", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const generations: number[] = [];
  const enrolment = {
    id: newId(START),
    terminalNumber: "0317",
    nonce: "00",
    signKey: "04",
    platform: null,
    terminalId: null,
  };
  for (let start = 0; start < 2; start++) {
    using journal = new Journal(path, CLOCK);
    generations.push(journal.line.nextGeneration(), journal.line.nextGeneration());
    const begun = journal.line.beginEnrolment({ ...enrolment, nonce: String(start) });
    assert.equal(begun.nonce, "0");
  }
  assert.deepEqual(generations, [8, 9, 17, 18], "no power cut makes one come twice");
});

Deno.test("the last movement of a card tells whether one is inside, over a restart", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  {
    using journal = new Journal(path, CLOCK);
    assert.equal(journal.cards.isOneInside, false);
    journal.cards.keep({ kind: "taken" });
  }
  using journal = new Journal(path, CLOCK);
  assert.equal(journal.cards.isOneInside, true);
  journal.cards.keep({ kind: "given_back" });
  assert.equal(journal.cards.isOneInside, false);
});

Deno.test("every try at a slip is kept in order", () => {
  using journal = new Journal(":memory:", CLOCK);
  journal.slips.keep("o1", "receipt", { kind: "not_printed", reason: "paper_out" });
  journal.slips.keep("o1", "receipt", { kind: "printed" });
  journal.slips.keep("o2", "pending", { kind: "printed" });
  assert.deepEqual(journal.slips.of("o1").map(({ result }) => result), ["paper_out", "printed"]);
});

function note(severity: EventNote["severity"], at = 0): EventNote {
  return { kind: "device.state_changed", severity, fields: { device: "scanner", at } };
}
