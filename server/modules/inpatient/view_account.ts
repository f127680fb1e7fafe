import type { InpatientAccount } from "../../gateways/his/wire/inpatient.ts";
import { businessDay } from "../../platform/clock.ts";
import { parseYuan } from "../../platform/money.ts";
import { activeTender } from "../checkout/saga.ts";
import { maskIdNumber, maskName } from "../identity/masking.ts";
import { findTradeView } from "../payment/find_trade.ts";
import type { DepositTerms } from "../settings/setting.ts";
import type { DischargeOffer, InpatientView } from "./contract.ts";
import { depositChoices, depositLimits } from "./deposit_choices.ts";
import { type DischargePlan, planDischarge, type Whose } from "./plan_discharge.ts";
import type { DischargeDeps } from "./request_discharge.ts";

type Account = NonNullable<InpatientView["account"]>;

/** The stay as a screen shows it, masked. */
export async function viewAccount(
  deps: DischargeDeps,
  account: InpatientAccount,
  { whose, terms }: { readonly whose: Whose; readonly terms: DepositTerms },
): Promise<Account> {
  const plan = await planDischarge(deps, account, whose);
  return {
    maskedName: maskName(account.name),
    maskedAdmissionNumber: maskIdNumber(account.admissionNumber),
    ward: account.ward,
    bed: account.bed,
    admittedOn: account.admittedOn,
    state: account.state,
    balanceFen: parseYuan(account.balance).toString(),
    topUp: account.topUp && viewTopUp(account.topUp, terms),
    discharge: plan && await viewPlan(deps, plan),
  };
}

function viewTopUp(
  topUp: NonNullable<InpatientAccount["topUp"]>,
  terms: DepositTerms,
): NonNullable<Account["topUp"]> {
  const limits = terms.typed ? depositLimits(topUp, terms) : null;
  return {
    choices: depositChoices(topUp, terms).map(({ id, amountFen, isSuggested }) => ({
      id,
      amountFen: amountFen.toString(),
      suggested: isSuggested,
    })),
    typed: limits && { minFen: limits.minFen.toString(), maxFen: limits.maxFen.toString() },
  };
}

/** What goes back, and where to. */
export async function viewPlan(
  { db }: Pick<DischargeDeps, "db">,
  { dueFen, shares, elsewhereFen, bars, needsApproval }: DischargePlan,
): Promise<DischargeOffer> {
  return {
    dueFen: dueFen.toString(),
    hereFen: (dueFen - elsewhereFen).toString(),
    elsewhereFen: elsewhereFen.toString(),
    parts: await Promise.all(shares.map(async ({ deposit: { order }, amountFen }) => {
      const tender = activeTender(order.saga);
      const choice = tender && order.choices.get(tender.n);
      const trade = choice ? await findTradeView(db, choice.tradeId) : null;
      return {
        amountFen: amountFen.toString(),
        paidOn: businessDay(order.completedAt ?? order.at),
        to: trade?.walletName ?? null,
      };
    })),
    bars: [...bars],
    needsApproval,
  };
}
