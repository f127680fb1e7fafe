import { openStage } from "../../server/modules/insurance/claim_stage_test.ts";
import { fsiAdapter } from "../../server/modules/insurance/fsi_adapter.ts";
import { askAdapter, askAdapterBack, type InsuranceRig } from "./insurance_rig.ts";

const CALLS = { quote: "2206", settle: "2207", void: "2208" } as const;

/** The centre itself. */
export const FSI_RIG: InsuranceRig = {
  name: "fsi",
  async open(own) {
    const stage = await openStage({ own });
    const adapter = fsiAdapter(stage.deps);
    const { faults } = stage;
    return {
      stage,
      newOrder: () => stage.newOrder(),
      ask: (context, ask) => askAdapter(stage, adapter, { context, ask }),
      askReturn: (original, ask) => askAdapterBack(stage, adapter, { original, ask }),
      lose: (step, kind) => void faults.plan("insurance", CALLS[step], { kind }),
      refuse: (step) =>
        void faults.plan("insurance", CALLS[step], { kind: "refuse", text: "待遇已暂停" }),
      misstate: (step) =>
        void faults.plan("insurance", CALLS[step], { kind: "wrong_amount", byFen: 1 }),
      [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
    };
  },
};
