import assert from "node:assert/strict";
import { ORDER_STATES } from "../../checkout/contract.ts";
import { requestState, wantedOf } from "./request.ts";

const NOW = new Date("2026-11-23T01:00:00Z");
const LATER = new Date(NOW.getTime() + 1);

Deno.test("requestState() goes by the order first, then by withdrawal, then by time", () => {
  const open = { withdrawnAt: null, expiresAt: LATER };
  const withdrawn = { withdrawnAt: NOW, expiresAt: NOW };
  for (const state of ORDER_STATES) {
    const expected = state === "completed" ? "paid" : state === "unwound" ? "open" : "paying";
    assert.equal(requestState(open, state, NOW), expected);
    if (state !== "unwound") assert.equal(requestState(withdrawn, state, NOW), expected);
  }
  assert.equal(requestState(open, null, NOW), "open");
  assert.equal(requestState(withdrawn, "unwound", NOW), "withdrawn");
  assert.equal(requestState({ withdrawnAt: null, expiresAt: NOW }, null, NOW), "expired");
});

Deno.test("wantedOf() takes the named bills, or all of a visit, and never another's", () => {
  const unpaid = [{ billId: "B1", visitId: "V1" }, { billId: "B2" }, {
    billId: "B3",
    visitId: "V1",
  }];
  const ids = (bills: Parameters<typeof wantedOf>[0]["bills"]) =>
    wantedOf({ bills }, unpaid).map(({ billId }) => billId);
  assert.deepEqual(ids({ billIds: ["B2", "B9"] }), ["B2"]);
  assert.deepEqual(ids({ visitId: "V1" }), ["B1", "B3"]);
  assert.deepEqual(ids({ visitId: "V2" }), []);
});
