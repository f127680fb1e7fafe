import type { JSX } from "preact";
import type { InsuranceView } from "../../../server/modules/identity/contract.ts";
import { dayWords } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SettlementChoice } from "../../ui/SettlementChoice.tsx";
import { type RegisterFlow, SLOTS_PER_PAGE, type SlotsStep } from "./model.ts";

interface SlotListProps {
  readonly flow: RegisterFlow;
  readonly step: SlotsStep;
  readonly insurance: InsuranceView;
}

export function SlotList({ flow, step, insurance }: SlotListProps): JSX.Element {
  const { now } = useKiosk();
  const { schedule } = step;
  const day = dayWords(schedule.day, now.value);
  const words = ZH.register;
  return (
    <Screen
      step="register.slots"
      title={words.slots.title}
      lead={`${schedule.departmentName} ${schedule.doctorName}，${day.name} ${day.date} ${
        words.half[schedule.half]
      }`}
      progress={1}
      actions={{ back: "back" }}
    >
      <div class="list-screen">
        {step.taken && (
          <p class="banner banner-wait" role="alert" data-testid="slot-taken">{words.taken}</p>
        )}
        <ul class="slots">
          {pageOf(step.slots, step.page, SLOTS_PER_PAGE).map((slot) => (
            <li key={slot.id}>
              <button
                type="button"
                class="slot"
                data-testid="slot"
                data-slot={slot.id}
                onClick={() => flow.chooseSlot(slot)}
              >
                <span class="slot-time">{slot.startsAt}</span>
                <span>{words.number(slot.number)}</span>
              </button>
            </li>
          ))}
        </ul>
        <Pager
          page={step.page}
          pages={pagesOf(step.slots, SLOTS_PER_PAGE)}
          onTurn={(page) => flow.turnTo(page)}
        />
        <div class="bill-total">
          {insurance.status === "covered"
            ? (
              <SettlementChoice
                insurance={insurance}
                chosen={flow.fee.value}
                onChoose={(fee) => flow.settleBy(fee)}
              />
            )
            : <span class="tag">{ZH.settlement.self_pay}</span>}
          <p>
            {words.fee}
            <AmountText fen={schedule.feeFen} size="large" />
          </p>
        </div>
      </div>
    </Screen>
  );
}
