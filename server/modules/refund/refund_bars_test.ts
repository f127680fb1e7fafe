import assert from "node:assert/strict";
import type { RefundLimits } from "../settings/setting.ts";
import { type BarFacts, needsApproval, refundBars } from "./refund_bars.ts";

const LIMITS: RefundLimits = {
  patientFenMax: 50_000,
  patientSameDay: true,
  staffFenMax: 200_000,
  daysMax: 90,
  monthClosesOnDay: 5,
};
/** Ten in the morning in Beijing. */
const NOW = new Date("2026-11-18T02:00:00Z");

function facts(change: Partial<BarFacts> = {}): BarFacts {
  return {
    by: "patient",
    paidAt: NOW,
    now: NOW,
    valueFen: 50_000n,
    isInsured: true,
    kind: "bills",
    isRendered: false,
    limits: LIMITS,
    ...change,
  };
}

const at = (text: string) => new Date(text);

const CASES: readonly (readonly [string, Partial<BarFacts>, readonly string[]])[] = [
  ["at the limit on the same day", {}, []],
  ["a fen over the limit", { valueFen: 50_001n }, ["over_limit"]],
  ["over the limit at the window", { valueFen: 50_001n, by: "staff" }, []],
  ["the evening before in Beijing", { paidAt: at("2026-11-17T15:59:59Z") }, ["other_day"]],
  ["just after midnight in Beijing", { paidAt: at("2026-11-17T16:00:00Z") }, []],
  ["medicine handed out", { isRendered: true }, ["rendered"]],
  ["a registration, seen", { isRendered: true, kind: "registration" }, ["seen"]],
  [
    "91 days ago",
    { paidAt: at("2026-08-19T01:59:59Z"), by: "staff" },
    ["too_old"],
  ],
  [
    "a terminal that gives nothing back",
    { limits: { ...LIMITS, patientFenMax: 0 } },
    ["not_here"],
  ],
  [
    "of last month, self-paid",
    { paidAt: at("2026-10-31T02:00:00Z"), isInsured: false },
    ["other_day"],
  ],
  [
    "of last month, which insurance has cleared",
    { paidAt: at("2026-10-31T02:00:00Z") },
    ["other_day", "period_closed"],
  ],
  [
    "of last month, before it is cleared",
    { paidAt: at("2026-10-31T02:00:00Z"), now: at("2026-11-04T02:00:00Z") },
    ["other_day"],
  ],
];

for (const [what, change, bars] of CASES) {
  Deno.test(`refundBars(): ${what}`, () => {
    assert.deepEqual(refundBars(facts(change)), bars);
  });
}

Deno.test("needsApproval() over the staff's limit and of a month that was cleared", () => {
  const staff = (change: Partial<BarFacts>) => needsApproval(facts({ by: "staff", ...change }));
  assert.equal(staff({ valueFen: 200_000n }), false);
  assert.equal(staff({ valueFen: 200_001n }), true);
  assert.equal(staff({ paidAt: at("2026-10-02T02:00:00Z") }), true);
  assert.equal(staff({ paidAt: at("2026-10-02T02:00:00Z"), isInsured: false }), false);
  // Across the year: December is the month before January.
  const january = at("2027-01-04T02:00:00Z");
  assert.equal(staff({ paidAt: at("2026-12-30T02:00:00Z"), now: january }), false);
});
