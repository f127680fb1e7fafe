import assert from "node:assert/strict";
import type { KeyRecord, KeyState } from "./key_record.ts";
import { activateKey, destroyEveryKey, destroyKeyVersion } from "./key_states.ts";

const ACT = { by: "operator-7", at: "2026-11-22T08:00:00.000Z" };
const STATES: readonly KeyState[] = ["pending", "active", "retiring", "destroyed"];

Deno.test("activateKey() makes the new version active and the old one retiring", () => {
  const before = [record(1, "retiring"), record(2, "active"), record(3, "pending")];
  const after = activateKey(before, 3, ACT);
  assert.deepEqual(after.map(({ state }) => state), ["retiring", "retiring", "active"]);
  assert.equal(after[0], before[0], "what does not change is the same record");
  assert.deepEqual(after[1]?.moves, [{ to: "retiring", ...ACT }]);
  assert.deepEqual(after[2]?.moves, [{ to: "active", ...ACT }]);
  assert.deepEqual(before.map(({ state }) => state), ["retiring", "active", "pending"]);
});

Deno.test("every move of a key: from every state, by every deed", () => {
  const outcomes = STATES.map((state) => [
    state,
    outcome(() => activateKey([record(1, state)], 1, ACT)),
    outcome(() => destroyKeyVersion([record(1, state)], 1, ACT)),
    outcome(() => destroyEveryKey([record(1, state)], ACT)),
  ]);
  assert.deepEqual(outcomes, [
    ["pending", "active", "destroyed", "destroyed"],
    ["active", "invalid_argument", "invalid_argument", "destroyed"],
    ["retiring", "invalid_argument", "destroyed", "destroyed"],
    ["destroyed", "invalid_argument", "invalid_argument", "destroyed"],
  ]);
});

Deno.test("a destroyed record has no key in it any more, and a retiring one still has", () => {
  const [retiring, active] = activateKey([record(1, "active"), record(2, "pending")], 2, ACT);
  assert.deepEqual([retiring?.wrapped, active?.wrapped], [Uint8Array.of(1), Uint8Array.of(1)]);
  const [destroyed] = destroyKeyVersion([record(1, "retiring")], 1, ACT);
  assert.equal(destroyed?.wrapped, null);
  assert.deepEqual(destroyed?.moves, [{ to: "destroyed", ...ACT }]);
});

Deno.test("destroyEveryKey() tells once when a key was destroyed", () => {
  const once = destroyEveryKey([record(1, "active"), record(2, "pending")], ACT);
  const later = { by: "system", at: "2027-01-01T00:00:00.000Z" };
  assert.deepEqual(destroyEveryKey(once, later), once);
});

Deno.test("records of two keys, or a version twice, are not one key", () => {
  const pending = record(2, "pending");
  const others = [
    { ...record(1, "active"), purpose: "mac" },
    { ...record(1, "active"), owner: { kind: "terminal", id: "T2" } },
    { ...record(1, "active"), owner: { kind: "host", id: "T1" } },
    record(2, "active"),
  ] as const;
  for (const other of others) {
    assert.throws(() => activateKey([pending, other], 2, ACT), { code: "invalid_argument" });
    assert.throws(() => destroyKeyVersion([pending, other], 2, ACT), { code: "invalid_argument" });
  }
  assert.throws(() => activateKey([pending], 3, ACT), { code: "invalid_argument" });
  assert.throws(() => activateKey([], 1, ACT), { code: "invalid_argument" });
});

function outcome(deed: () => KeyRecord[]): string {
  try {
    return deed()[0]?.state ?? "nothing";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function record(version: number, state: KeyState): KeyRecord {
  return {
    owner: { kind: "terminal", id: "T1" },
    purpose: "pin",
    algorithm: "sm4",
    version,
    state,
    checkValue: new Uint8Array(8),
    root: { label: "root", version: 1 },
    wrapped: state === "destroyed" ? null : Uint8Array.of(1),
    created: ACT,
    moves: [],
  };
}
