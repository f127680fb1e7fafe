import type { InpatientAccount } from "../../gateways/his/wire/inpatient.ts";
import { asFen, type Fen, parseYuan } from "../../platform/money.ts";
import { done, type Outcome, refused } from "../../platform/outcome.ts";
import type { Payable } from "../checkout/contract.ts";
import type { DepositTerms } from "../settings/setting.ts";

/** An amount a terminal offers; it is asked for by its id, never by the amount. */
export interface DepositChoice {
  readonly id: string;
  readonly amountFen: Fen;
  /** What HIS would have the patient pay. */
  readonly isSuggested: boolean;
}

/** Between the limits of HIS and of the setting, fen; null when nothing fits between them. */
export interface DepositLimits {
  readonly minFen: Fen;
  readonly maxFen: Fen;
}

type TopUp = NonNullable<InpatientAccount["topUp"]>;
type DepositAmount = Extract<Payable, { kind: "deposit" }>["amount"];

export function depositLimits(topUp: TopUp, terms: DepositTerms): DepositLimits | null {
  const most = BigInt(terms.fenMax);
  const hisMost = parseYuan(topUp.maximum);
  const minFen = parseYuan(topUp.minimum);
  const maxFen = asFen(hisMost < most ? hisMost : most);
  return minFen <= maxFen ? { minFen, maxFen } : null;
}

/** What of the setting's amounts HIS takes, smallest first; its own suggestion before them. */
export function depositChoices(topUp: TopUp, terms: DepositTerms): DepositChoice[] {
  const limits = depositLimits(topUp, terms);
  if (limits === null) return [];
  const suggested = topUp.suggested === null ? [] : [parseYuan(topUp.suggested)];
  const preset = [...terms.choicesFen].sort((left, right) => left - right)
    .map((amount) => asFen(BigInt(amount))).filter((amount) => !suggested.includes(amount));
  return [
    ...suggested.map((amountFen) => ({ id: "suggested", amountFen, isSuggested: true })),
    ...preset.map((amountFen) => ({ id: `preset-${amountFen}`, amountFen, isSuggested: false })),
  ].filter(({ amountFen }) => isWithin(amountFen, limits));
}

/** What a deposit comes to, by what is offered now; what is not offered is refused. */
export function depositAmount(
  asked: DepositAmount,
  { topUp, terms }: { readonly topUp: TopUp; readonly terms: DepositTerms },
): Outcome<Fen> {
  if ("choice" in asked) {
    const choice = depositChoices(topUp, terms).find(({ id }) => id === asked.choice);
    return choice ? done(choice.amountFen) : outside();
  }
  const amount = asFen(BigInt(asked.typedFen));
  const limits = depositLimits(topUp, terms);
  return terms.typed && limits !== null && isWithin(amount, limits) ? done(amount) : outside();
}

function isWithin(amount: Fen, { minFen, maxFen }: DepositLimits): boolean {
  return amount >= minFen && amount <= maxFen;
}

function outside(): Outcome<Fen> {
  return refused("checkout.deposit_limits", "The amount is not among those that are taken");
}
