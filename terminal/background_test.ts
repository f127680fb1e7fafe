import assert from "node:assert/strict";
import { SILENT_LOG } from "../server/platform/log.ts";
import { Background } from "./background.ts";

Deno.test("Background.keepUp() begins anew what failed, till the terminal stops", async () => {
  let rounds = 0;
  const goesOn = Promise.withResolvers<void>();
  {
    await using background = new Background(SILENT_LOG, () => Promise.resolve());
    background.keepUp("ship events", (signal) => {
      rounds += 1;
      if (rounds < 3) return Promise.reject(new Error("database or disk is full"));
      goesOn.resolve();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    });
    await goesOn.promise;
  }
  assert.equal(rounds, 3);
});
