import assert from "node:assert/strict";
import { runFaults } from "../faults/run_faults.ts";

/** The short version of `deno task prove:faults`: another seed every day, told when it fails. */

const DAY_MS = 86_400_000;

Deno.test("processes die under load and no book differs by a fen (R-PAY-19)", async () => {
  const seed = Math.floor(Date.now() / DAY_MS);
  const lines: string[] = [];
  const differences = await runFaults({
    seed,
    seconds: 12,
    perSecond: 1.5,
    payWaitMs: 10_000,
    working: 0,
    faultsPerSecond: 1.5,
    troubleRestMs: [200, 800],
    staySeconds: 6,
    drainSecondsMax: 120,
    // A card's sale that was lost takes a minute until it is certain: not here.
    mix: { modes: ["show_code", "scan_code", "citizen_code"], registrations: 0.25, deposits: 0.2 },
    write: (line) => Promise.resolve(void lines.push(line)),
  });
  assert.deepEqual(differences, [], lines.join("\n"));
});
