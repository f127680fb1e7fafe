import assert from "node:assert/strict";
import { newId } from "../server/platform/ids.ts";
import type { CreateOrderBody } from "../server/modules/checkout/contract.ts";
import { TemporaryFolder } from "../tests/temporary_folder.ts";
import { Journal } from "./journal.ts";

const START = new Date("2026-03-12T01:30:15Z");

Deno.test("Journal gives back an order as it was kept, after it was opened again", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const body = newBody();
  {
    using journal = new Journal(path, fixedClock(START));
    journal.keepOrder(body);
  }
  using journal = new Journal(path, fixedClock(START));
  assert.deepEqual(journal.openOrders(), [
    { body, progress: "sending", number: null },
  ]);
});

Deno.test("Journal keeps an order open till it is final or refused", () => {
  using journal = new Journal(":memory:", fixedClock(START));
  const [first, second] = [newBody(), newBody()];
  journal.keepOrder(first);
  journal.keepOrder(second);
  journal.moveOrder(first.id, { progress: "attention", number: "A7", reason: "checkout.x" });
  journal.moveOrder(second.id, { progress: "final", number: "A8", reason: null });
  assert.deepEqual(journal.openOrders().map((order) => order.number), ["A7"]);
  assert.equal(journal.findOrder(second.id)?.progress, "final");
});

Deno.test("Journal does not open a finished order again", () => {
  using journal = new Journal(":memory:", fixedClock(START));
  const body = newBody();
  journal.keepOrder(body);
  journal.moveOrder(body.id, { progress: "final", number: "A8", reason: null });
  journal.moveOrder(body.id, { progress: "following", number: "A8", reason: null });
  assert.deepEqual(journal.openOrders(), []);
});

Deno.test("Journal refuses to keep the same order twice", () => {
  using journal = new Journal(":memory:", fixedClock(START));
  const body = newBody();
  journal.keepOrder(body);
  assert.throws(() => journal.keepOrder(body), /UNIQUE/);
});

Deno.test("Journal.forgetOld() removes finished orders after 30 days and never open ones", () => {
  let now = START;
  using journal = new Journal(":memory:", { now: () => now });
  const [open, finished] = [newBody(), newBody()];
  journal.keepOrder(open);
  journal.keepOrder(finished);
  journal.moveOrder(finished.id, { progress: "final", number: "A8", reason: null });
  now = new Date(START.getTime() + 31 * 24 * 3_600_000);
  journal.forgetOld();
  assert.equal(journal.findOrder(finished.id), null);
  assert.equal(journal.openOrders().length, 1);
});

Deno.test("Journal says which file is broken", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  Deno.writeTextFileSync(path, "not a database, whatever else it may be ".repeat(30));
  assert.throws(() => new Journal(path, fixedClock(START)), new RegExp(`Cannot open the journal`));
});

Deno.test("Journal drops calls that are too old to help", () => {
  let now = START;
  using journal = new Journal(":memory:", { now: () => now });
  journal.keepCall({ id: newId(START), reason: "help", orderId: null });
  assert.equal(journal.unsentCalls().length, 1);
  now = new Date(START.getTime() + 11 * 60_000);
  assert.equal(journal.unsentCalls().length, 0);
});

Deno.test("Journal is written through: synchronous FULL with a write-ahead log", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  using journal = new Journal(path, fixedClock(START));
  journal.keepOrder(newBody());
  assert.ok(Deno.statSync(`${path}-wal`).size > 0);
});

function newBody(): CreateOrderBody {
  return {
    id: newId(START),
    identificationId: newId(START),
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  };
}

function fixedClock(at: Date): { now(): Date } {
  return { now: () => at };
}
