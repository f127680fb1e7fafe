import { CARD_READER_CHECKS } from "../conformance/card_reader.ts";
import { ManualCardRig, MotorCardRig } from "./testing/card_rigs.ts";

for (const [behaviour, check] of Object.entries(CARD_READER_CHECKS)) {
  Deno.test(`card reader of motor and chip [R-DEV-05]: ${behaviour}`, async () => {
    await using rig = await new MotorCardRig().open();
    await check(rig);
  });
  Deno.test(`card reader without a motor [R-DEV-05]: ${behaviour}`, async () => {
    await using rig = new ManualCardRig();
    await check(rig);
  });
}
