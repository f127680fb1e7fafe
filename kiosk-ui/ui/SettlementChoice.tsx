import type { JSX } from "preact";
import type { Settlement } from "../flows/bills/model.ts";
import { ZH } from "../i18n/zh.ts";
import { TickPicture } from "./Pictograms.tsx";

interface SettlementChoiceProps {
  readonly chosen: Settlement;
  readonly onChoose: (settlement: Settlement) => void;
}

const WAYS: readonly Settlement[] = ["insurance", "self_pay"];

export function SettlementChoice({ chosen, onChoose }: SettlementChoiceProps): JSX.Element {
  return (
    <div class="settlement" role="radiogroup" aria-label={ZH.settlement.label}>
      {WAYS.map((way) => (
        <button
          key={way}
          type="button"
          role="radio"
          aria-checked={way === chosen}
          class={way === chosen ? "settlement-way settlement-chosen" : "settlement-way"}
          data-testid={`settle-${way}`}
          onClick={() => onChoose(way)}
        >
          {way === chosen && <TickPicture />}
          {ZH.settlement[way]}
        </button>
      ))}
    </div>
  );
}
