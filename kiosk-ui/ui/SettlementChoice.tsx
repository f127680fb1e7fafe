import type { JSX } from "preact";
import type { InsuranceView } from "../../server/modules/identity/contract.ts";
import type { FeeCategory } from "../flows/order/step.ts";
import { ZH } from "../i18n/zh.ts";
import { TickPicture } from "./Pictograms.tsx";

interface SettlementChoiceProps {
  readonly insurance: InsuranceView;
  readonly chosen: FeeCategory;
  readonly onChoose: (fee: FeeCategory) => void;
  /** Insurance takes not all of it; the screen says why. */
  readonly insuranceBarred?: boolean;
}

interface Way {
  readonly testId: string;
  readonly name: string;
  readonly fee: FeeCategory;
}

/** One button for each scheme where there are several, the usual one first (R-BIL-13). */
export function SettlementChoice(props: SettlementChoiceProps): JSX.Element {
  const { insurance, chosen, onChoose, insuranceBarred = false } = props;
  return (
    <div class="settlement" role="radiogroup" aria-label={ZH.settlement.label}>
      {feeWays(insurance).map(({ testId, name, fee }) => {
        const isChosen = fee.settlement === chosen.settlement && fee.scheme === chosen.scheme;
        return (
          <button
            key={testId}
            type="button"
            role="radio"
            aria-checked={isChosen}
            class={isChosen ? "settlement-way settlement-chosen" : "settlement-way"}
            data-testid={testId}
            disabled={insuranceBarred && fee.settlement === "insurance"}
            onClick={() => onChoose(fee)}
          >
            {isChosen && <TickPicture />}
            {name}
          </button>
        );
      })}
    </div>
  );
}

export function feeWays(insurance: InsuranceView): readonly Way[] {
  const schemes = insurance.status === "covered" ? insurance.schemes ?? [] : [];
  const byInsurance = schemes.length > 1
    ? schemes.map(({ scheme, schemeName }, at): Way => ({
      testId: `settle-${scheme}`,
      name: ZH.settlement.scheme[scheme] ?? schemeName,
      // The usual one goes unnamed: HIS, where it settles, takes no other.
      fee: { settlement: "insurance", scheme: at === 0 ? null : scheme },
    }))
    : [{
      testId: "settle-insurance",
      name: ZH.settlement.insurance,
      fee: { settlement: "insurance", scheme: null } as const,
    }];
  const alone = { settlement: "self_pay", scheme: null } as const;
  return [...byInsurance, { testId: "settle-self_pay", name: ZH.settlement.self_pay, fee: alone }];
}
