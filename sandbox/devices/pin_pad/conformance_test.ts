import { PIN_PAD_CHECKS } from "../../../ffi/conformance/pin_pad.ts";
import { MAKES, simulatedRig, wiredRig } from "./testing/rigs.ts";

for (const [behaviour, check] of Object.entries(PIN_PAD_CHECKS)) {
  Deno.test(`simulated PIN pad: ${behaviour}`, async () => {
    await using rig = simulatedRig();
    await check(rig);
  });
  for (const [make, { simulate, open }] of Object.entries(MAKES)) {
    Deno.test(`${make} pad on a line: ${behaviour}`, async () => {
      await using rig = await wiredRig(simulate(), open);
      await check(rig);
    });
  }
}
