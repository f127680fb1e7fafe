import assert from "node:assert/strict";
import { judgeOpening, judgeUse, OVERLAP_MS, type SessionFacts } from "./session_facts.ts";

const NOW = new Date("2026-11-18T01:00:00Z");

function at(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

const GOOD: SessionFacts = {
  expires_at: at(1),
  used_at: at(-1_000_000),
  superseded_at: null,
  superseded_time: null,
  key_ended_why: null,
  terminal_state: "active",
};

function use(facts: Partial<SessionFacts>, time = NOW): string {
  return judgeUse({ ...GOOD, ...facts }, { now: NOW, time });
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

Deno.test("judgeUse() calls a line a copy's only when both clocks say so", () => {
  const since = (ours: number, theirs: number) => ({
    superseded_at: at(-ours),
    superseded_time: at(-theirs),
  });
  assert.equal(use(since(OVERLAP_MS - 1, OVERLAP_MS * 9)), "good", "what is under way ends");
  assert.equal(use(since(OVERLAP_MS, OVERLAP_MS + 1)), "cloned");
  assert.equal(use(since(OVERLAP_MS, OVERLAP_MS)), "over");
  assert.equal(use(since(OVERLAP_MS * 9, 0), at(OVERLAP_MS)), "over", "late on its way");
  assert.equal(use({ ...since(OVERLAP_MS * 9, OVERLAP_MS * 9), expires_at: NOW }), "over");
});

Deno.test("judgeOpening() tells a new opening, a repeated one and a copy's", () => {
  const fresh = { generation: 0n, opened_time: null };
  const key = { generation: 7n, opened_time: NOW };
  assert.equal(judgeOpening(fresh, { generation: 1, time: NOW }), "new");
  assert.equal(judgeOpening(key, { generation: 8, time: at(-60_000) }), "new", "a clock set back");
  assert.equal(judgeOpening(key, { generation: 900, time: at(1) }), "new");
  for (const generation of [1, 6, 7]) {
    assert.equal(judgeOpening(key, { generation, time: NOW }), "old");
    assert.equal(judgeOpening(key, { generation, time: at(-1) }), "old");
    assert.equal(judgeOpening(key, { generation, time: at(1) }), "cloned");
  }
});
