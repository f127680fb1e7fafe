import type { City } from "../../sandbox/city/city.ts";
import { inProcessFetch } from "../../sandbox/faults.ts";
import { createHisSandbox } from "../../sandbox/his/create_his_sandbox.ts";
import { PATIENT } from "../../sandbox/insurance/worked_visit.ts";
import { openHisClient } from "../../server/gateways/his/client.ts";
import { openStage, SITE, type Stage } from "../../server/modules/insurance/claim_stage_test.ts";
import { hisAdapter } from "../../server/modules/insurance/his/his_adapter.ts";
import type { InsuranceAdapter } from "../../server/modules/insurance/insurance_leg.ts";
import { openParty } from "../../server/platform/party.ts";
import { askAdapter, askAdapterBack, type InsuranceRig } from "./insurance_rig.ts";

const CITY: City = {
  admdvs: "441900",
  name: "东莞市",
  towns: [],
  institutions: [{
    code: SITE.code,
    name: SITE.name,
    townCode: "441900101000",
    kind: "centre",
    parentCode: null,
    staffPhone: "0769",
  }],
  terminals: [],
  persons: [{ ...PATIENT, hisRecords: [SITE.code] }],
};
const KEY = { app: "yikatong", secret: "his-secret-of-tests" };
const CALLS = { quote: "presettle_claim", settle: "settle_claim", void: "void_claim" } as const;
/** What HIS itself sends to the centre for each. */
const BEHIND = { quote: "2206", settle: "2207", void: "2208" } as const;

/** HIS settles, the platform asks HIS; faults between the platform and HIS. */
export const HIS_RIG: InsuranceRig = rig("his", false);

/** The same with losses between HIS and the centre. */
export const HIS_CENTRE_RIG: InsuranceRig = rig("his, the centre behind it failing", true);

function rig(name: string, isBehind: boolean): InsuranceRig {
  return {
    name,
    async open(own) {
      const stage = await openStage({ own });
      const { adapter, dispose } = openAdapter(stage);
      const { faults } = stage;
      return {
        stage,
        async newOrder() {
          const order = await stage.newOrder();
          return { ...order, site: { ...order.site, route: "his" } };
        },
        ask: (context, ask) => askAdapter(stage, adapter, { context, ask }),
        askReturn: (original, ask) => askAdapterBack(stage, adapter, { original, ask }),
        lose(step, kind) {
          if (isBehind) faults.plan("insurance", BEHIND[step], { kind });
          else faults.plan("his", CALLS[step], { kind });
        },
        refuse(step) {
          faults.plan("insurance", BEHIND[step], { kind: "refuse", text: "待遇已暂停" });
        },
        misstate(step) {
          faults.plan("insurance", BEHIND[step], { kind: "wrong_amount", byFen: 1 });
        },
        async [Symbol.asyncDispose]() {
          dispose();
          await stage[Symbol.asyncDispose]();
        },
      };
    },
  };
}

function openAdapter(stage: Stage): { adapter: InsuranceAdapter; dispose: () => void } {
  const { deps: { clock, db, sealer, tags }, faults, centre } = stage;
  const sandbox = createHisSandbox({
    store: ":memory:",
    clock,
    faults,
    city: CITY,
    key: KEY,
    centre,
  });
  const fetch = inProcessFetch(sandbox.app.fetch);
  const party = openParty({
    name: "his",
    baseUrl: "http://his.test",
    timeoutMs: 2_000,
    clock,
    fetch,
  });
  const his = openHisClient({ party, key: KEY, clock });
  const adapter = hisAdapter({
    db,
    his,
    clock,
    tags,
    sealer,
    async hisPatientIdOf() {
      const by = { kind: "id_number", idNumber: PATIENT.idNumber } as const;
      const found = await his.findPatient({ institutionCode: SITE.code, by });
      return found.kind === "done" && found.value ? found.value.patientId : null;
    },
  });
  return { adapter, dispose: () => sandbox[Symbol.dispose]() };
}
