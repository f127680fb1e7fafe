import assert from "node:assert/strict";
import { ORDER_STATES } from "../server/modules/checkout/contract.ts";
import type { Problem } from "../server/platform/openapi.ts";
import { isDefinite, progressOf, waitMs } from "./order_rules.ts";

Deno.test("progressOf() ends an order only where money can move no more", () => {
  const ended = ORDER_STATES.filter((state) => progressOf(state) === "final");
  assert.deepEqual(ended, ["completed", "unwound"]);
  assert.equal(progressOf("needs_attention"), "attention");
});

Deno.test("isDefinite() takes only a refusal of the order itself for an answer", () => {
  const definite = [
    problem(409, "checkout.id_taken"),
    problem(401, "identity.ended"),
    problem(403, "settings.service_closed_here"),
  ];
  const passing = [
    problem(401, "fleet.not_authenticated"),
    problem(404, "fleet.not_found"),
    problem(429, "platform.busy"),
    problem(500, "platform.defect"),
    problem(503, "platform.database_unavailable"),
    { ...problem(409, "checkout.busy"), retry: "safe" as const },
  ];
  for (const one of definite) assert.equal(isDefinite(one), true, one.code);
  for (const one of passing) assert.equal(isDefinite(one), false, one.code);
});

Deno.test("waitMs() grows with silence up to a bound, and leaves attention mostly alone", () => {
  const silence = (failures: number, shown: boolean) => waitMs("no_answer", { failures, shown });
  assert.deepEqual([1, 2, 3, 4, 5, 900].map((failures) => silence(failures, true)), [
    1_000,
    2_000,
    4_000,
    8_000,
    8_000,
    8_000,
  ]);
  assert.equal(silence(900, false), 60_000);
  assert.equal(waitMs("attention", { failures: 0, shown: false }), 600_000);
});

function problem(status: number, code: string): Problem {
  return { type: "about:blank", title: code, status, code, retry: "never", traceId: "t-1" };
}
