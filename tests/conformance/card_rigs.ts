import { UNIONPAY_SM4, UNIONPAY_TDES } from "../../server/gateways/card_host/wire/unionpay.ts";
import type { HostProfile } from "../../server/gateways/card_host/wire/host_profile.ts";
import { openCardRig, PAN } from "../../server/modules/payment/card/testing/card_rig.ts";
import type { ChannelTrade, TenderChannel } from "../../server/modules/payment/channel.ts";
import type { TenderContext } from "../../server/modules/payment/tender_leg.ts";
import type { RigStage, Step, TenderRig } from "./tender_rig.ts";

/** Bank cards with PIN at the card host, by both families of work keys. */

/** Over what the host takes for late, so that "not found" ends a reversal. */
const LATE_MS = 61_000;

export const CARD_SM4 = cardRig("SM4", UNIONPAY_SM4);
export const CARD_TDES = cardRig("3DES", UNIONPAY_TDES);

function cardRig(keys: string, profile: HostProfile): TenderRig {
  return {
    name: `bank card by ${keys} (R-PAY-04, R-PAY-16)`,
    mode: "card",
    payers: ["pays", "insufficient"],
    lostAnswer: "reversed",
    lateMs: LATE_MS,
    lostRefund: "absent",
    accountClosedCode: "payment.card_closed",
    does: new Set(["closed_accounts", "merchant_moves"]),
    open: () => openHost(profile),
  };
}

async function openHost(profile: HostProfile): Promise<RigStage> {
  const rig = await openCardRig({ profile });
  const { channel } = rig;
  const none: TenderChannel = {
    collect: unused,
    query: unused,
    close: unused,
    refund: unused,
    queryRefund: unused,
  };
  const account = (change: unknown) => rig.control(`/sandbox/accounts/${PAN}`, change);
  return {
    db: rig.own.db,
    clock: rig.clock,
    faults: rig.faults,
    channels: { aggregate_pay: none, card_host: channel, citizen_code: none, medical_mix: none },
    place: { ...placeOf(rig.trade()) },
    async present(payer, tender) {
      await account({ balanceFen: payer === "insufficient" ? 0 : 100_000_000 });
      return { kind: "card", card: rig.card(tradeOf(tender)) };
    },
    lose: (step, kind) => void rig.faults.plan("card_host", CALLS[step], { kind }),
    wrongAmount: (_where, byFen) =>
      void rig.faults.plan("card_host", "sale", { kind: "wrong_amount", byFen }),
    async closedAccount() {
      await account({ state: "closed" });
      return async () => void await account({ state: "open" });
    },
    refuseRefund: () =>
      void rig.faults.plan("card_host", "void", { kind: "refuse", text: "系统维护" }),
    async books({ tradeId }) {
      const message = await rig.own.db.selectFrom("card_message").select(["stan", "batch"])
        .where("trade_id", "=", tradeId).where("kind", "=", "sale")
        .orderBy("attempt", "desc").executeTakeFirst();
      const entries = await rig.entries();
      const sale = entries.find((entry) =>
        entry.kind === "sale" && entry.code === "00" && entry.stan === message?.stan
      );
      return sale ? moneyOf(sale) : { paid: 0n, refunded: 0n };
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

const CALLS: Readonly<Record<Step, string>> = {
  collect: "sale",
  query: "reversal",
  close: "reversal",
  refund: "void",
  query_refund: "reversal",
};

function unused(): never {
  throw new Error("Cannot ask this channel: the rig has cards alone");
}

function placeOf({ institutionId, terminalNumber, merchant }: ChannelTrade) {
  return { institutionId, terminalNumber, merchant };
}

function tradeOf(tender: TenderContext): ChannelTrade {
  return { ...tender, amount: tender.amountFen };
}

function moneyOf(
  sale: { readonly amountFen: string; readonly returnedFen: string; readonly state: string },
): { paid: bigint; refunded: bigint } {
  const paid = BigInt(sale.amountFen);
  return { paid, refunded: sale.state === "booked" ? BigInt(sale.returnedFen) : paid };
}
