import { consumptionCode } from "../../sandbox/citizen_code/code_accounts.ts";
import { presentCode } from "../../sandbox/citizen_code/present_code.ts";
import type { World } from "../world.ts";
import type { Payer, RigStage, TenderRig } from "./tender_rig.ts";
import { worldStage } from "./world_stage.ts";

/** The consumption code of the electronic social-security card. */
export const CITIZEN_CODE: TenderRig = {
  name: "citizen code, consumption code (R-PAY-05)",
  mode: "citizen_code",
  payers: ["pays", "insufficient"],
  lostAnswer: "done",
  does: new Set(["slow_refunds", "closed_accounts", "wrong_amounts", "merchant_moves"]),
  open: openCodePlatform,
};

async function openCodePlatform(): Promise<RigStage> {
  const { world, ...stage } = await worldStage();
  let serial = 0;
  return {
    ...stage,
    async present(payer) {
      const code = await codeOf(world, payer, serial++);
      return { kind: "code", code: presentCode(code, world.clock.now()) };
    },
    lose(step, kind) {
      world.faults.plan("citizen_code", step === "collect" ? "pay" : step, { kind });
    },
    wrongAmount: (where, byFen) =>
      void world.faults.plan("citizen_code", where, { kind: "wrong_amount", byFen }),
    slowRefund: (ms) =>
      void world.faults.plan("citizen_code", "refund", { kind: "slow_refund", ms }),
    closedAccount() {
      world.faults.plan("citizen_code", "refund", { kind: "account_closed" });
      return Promise.resolve(() => Promise.resolve());
    },
    refuseRefund: () =>
      void world.faults.plan("citizen_code", "refund", { kind: "refuse", text: "系统维护" }),
    async books({ tradeId }) {
      const { orders } = await (await world.control("/citizen-code/sandbox/orders")).json();
      const number = tradeId.replaceAll("-", "");
      const order = orders.find((one: { number: string }) => one.number === number);
      return { paid: BigInt(order?.paidFen ?? 0), refunded: BigInt(order?.refundedFen ?? 0) };
    },
  };
}

const HOLDERS = 20;

/** Each tender its own payer, so that nobody runs out of money; the first person has none. */
async function codeOf(world: World, payer: Payer, serial: number): Promise<string> {
  const holders = world.city.persons.filter((person) => person.codes.essc !== null);
  const holder = payer === "insufficient" ? holders[0] : holders[1 + serial % HOLDERS];
  const code = holder && consumptionCode(holder);
  if (!holder || !code) throw new Error("Cannot present a code: nobody has an electronic card");
  if (payer === "insufficient") {
    const body = { idNumber: holder.idNumber, balanceFen: 0 };
    await world.control("/citizen-code/sandbox/accounts", body);
  }
  return code;
}
