import { STAGE_TIME } from "../../server/modules/insurance/claim_stage_test.ts";
import { testDb } from "../db.ts";
import { INSURANCE_FLOWS } from "./insurance_flows.ts";
import { FSI_RIG } from "./insurance_fsi_rig.ts";
import { HIS_CENTRE_RIG, HIS_RIG } from "./insurance_his_rig.ts";
import { MOBILE_RIG } from "./insurance_mobile_rig.ts";

const RIGS = [FSI_RIG, HIS_RIG, HIS_CENTRE_RIG, MOBILE_RIG];

Deno.test("every way to settle with insurance passes the same flows", async (t) => {
  await using own = await testDb(STAGE_TIME);
  for (const rig of RIGS) {
    for (const flow of INSURANCE_FLOWS) {
      await t.step(`${rig.name}: ${flow.name}`, async () => {
        await using on = await rig.open(own);
        await flow.play(on);
      });
    }
  }
});
