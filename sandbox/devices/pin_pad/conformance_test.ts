import { PIN_PAD_CHECKS } from "../../../ffi/conformance/pin_pad.ts";
import { simulatedRig, WIRED_RIGS } from "./testing/rigs.ts";

for (const [behaviour, check] of Object.entries(PIN_PAD_CHECKS)) {
  Deno.test(`simulated PIN pad: ${behaviour}`, async () => {
    await using rig = simulatedRig();
    await check(rig);
  });
  for (const [make, openRig] of Object.entries(WIRED_RIGS)) {
    Deno.test(`${make} pad on a line: ${behaviour}`, async () => {
      await using rig = await openRig();
      await check(rig);
    });
  }
}
