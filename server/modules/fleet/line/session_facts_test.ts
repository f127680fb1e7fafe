import assert from "node:assert/strict";
import {
  BEHIND_AT,
  judgeOpening,
  judgeUse,
  OVERLAP_MS,
  type SessionFacts,
} from "./session_facts.ts";

const NOW = new Date("2026-11-18T01:00:00Z");

function at(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

const GOOD: SessionFacts = {
  expires_at: at(1),
  used_at: at(-1_000_000),
  superseded_at: null,
  key_ended_why: null,
  terminal_state: "active",
};

function use(facts: Partial<SessionFacts>): string {
  return judgeUse({ ...GOOD, ...facts }, { now: NOW });
}

Deno.test("judgeUse() serves a session till its time, its key's or its terminal's is over", () => {
  assert.equal(use({}), "good");
  assert.equal(use({ terminal_state: "suspended" }), "good");
  assert.equal(use({ expires_at: NOW }), "over");
  assert.equal(use({ terminal_state: "retired" }), "key_revoked");
  assert.equal(use({ key_ended_why: "revoked" }), "key_revoked");
  assert.equal(use({ key_ended_why: "replaced" }), "key_revoked");
  assert.equal(use({ key_ended_why: "cloned", expires_at: NOW }), "key_blocked");
});

Deno.test("judgeUse() lets what is under way end, and calls one a copy's that was opened behind", () => {
  assert.equal(use({ superseded_at: at(1 - OVERLAP_MS) }), "good");
  assert.equal(use({ superseded_at: at(-OVERLAP_MS) }), "over");
  assert.equal(use({ superseded_at: BEHIND_AT }), "cloned");
  assert.equal(use({ superseded_at: BEHIND_AT, used_at: null }), "cloned");
  assert.equal(use({ superseded_at: BEHIND_AT, expires_at: NOW }), "over");
});

Deno.test("judgeOpening() tells a new opening, a repeated one and one that is behind", () => {
  const fresh = { generation: 0n, opened_time: null };
  const key = { generation: 7n, opened_time: NOW };
  assert.equal(judgeOpening(fresh, { generation: 1, time: NOW }), "new");
  assert.equal(judgeOpening(key, { generation: 8, time: at(-60_000) }), "new", "a clock set back");
  assert.equal(judgeOpening(key, { generation: 900, time: at(1) }), "new");
  for (const generation of [1, 6, 7]) {
    assert.equal(judgeOpening(key, { generation, time: NOW }), "old");
    assert.equal(judgeOpening(key, { generation, time: at(-1) }), "old");
    assert.equal(judgeOpening(key, { generation, time: at(1) }), "behind");
  }
});
