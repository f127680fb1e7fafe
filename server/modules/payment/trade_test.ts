import assert from "node:assert/strict";
import { advance, TRADE_STATES } from "./trade.ts";

Deno.test("advance() takes every state by every fact where money says it is", () => {
  const open = ["opening", "waiting", "password"];
  for (const state of TRADE_STATES) {
    for (const heard of TRADE_STATES) {
      const next = advance(state, heard);
      if (state === "paid" || heard === "paid") assert.equal(next, "paid", `${state} ${heard}`);
      else if (state === "refused" || state === "closed") assert.equal(next, state);
      else if (state === "closing") {
        assert.equal(next, open.includes(heard) ? "closing" : heard);
      } else assert.equal(next, heard === "opening" ? state : heard, `${state} ${heard}`);
    }
  }
});
