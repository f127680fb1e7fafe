import assert from "node:assert/strict";
import { AUDIT_EVENTS } from "../catalogue.ts";
import { keptDays, keptUntil, laterOf } from "./retention.ts";

const DAY_MS = 24 * 3_600_000;
const BEFORE = new Date("2026-06-01T00:00:00Z");

Deno.test("an event is kept as long as law, catalogue and policy ask, never under 184 days (R-SEC-02)", () => {
  for (const [kind, { retentionDays }] of Object.entries(AUDIT_EVENTS)) {
    for (const policyDays of [0, 180, 184, 400, 1_095, 36_500]) {
      const days = keptDays(kind, policyDays);
      assert.equal(days, Math.max(184, retentionDays, policyDays), kind);
    }
  }
  assert.equal(keptDays("later.kind", 184), 3_650);
});

Deno.test("a month is kept for its longest kind and by the longest policy since", () => {
  const at = new Date("2026-05-10T00:00:00Z");
  const days = (until: Date) => (until.getTime() - BEFORE.getTime()) / DAY_MS;
  assert.equal(days(keptUntil([], { before: BEFORE, policyDays: 0 })), 184);
  const short = keptUntil([{ kind: "platform.started", at }], { before: BEFORE, policyDays: 0 });
  assert.equal((short.getTime() - at.getTime()) / DAY_MS, 366);
  const paid = keptUntil([{ kind: "payment.trade_paid", at }], {
    before: BEFORE,
    policyDays: 1_095,
  });
  assert.equal((paid.getTime() - at.getTime()) / DAY_MS, 3_650);
  assert.deepEqual(laterOf(paid, BEFORE, 184), paid);
  assert.equal(days(laterOf(short, BEFORE, 1_095)), 1_095);
});
