import type { JSX } from "preact";
import type { Bill } from "../../../server/modules/billing/contract.ts";
import type { InsuranceView } from "../../../server/modules/identity/contract.ts";
import { dayTime } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Button } from "../../ui/Button.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { EmptyPicture, PayPicture, ReturnPicture, TickPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SettlementChoice } from "../../ui/SettlementChoice.tsx";
import type { PatientSession } from "../flow.ts";
import { BillDetail } from "./BillDetail.tsx";
import {
  BILLS_PER_PAGE,
  type BillsFlow,
  type BillsListStep,
  canPay,
  isInsuranceBarred,
  sumOf,
} from "./model.ts";
import { Waiting } from "../../ui/Waiting.tsx";
import { Refused } from "../../ui/Refused.tsx";

interface BillsScreenProps {
  readonly flow: BillsFlow;
  readonly session: PatientSession;
}

export function BillsScreen({ flow, session }: BillsScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const step = flow.step.value;
  switch (step.kind) {
    case "loading":
      return (
        <Waiting
          step="bills.loading"
          picture={<PayPicture />}
          title={ZH.bills.loading}
          lead={ZH.starting.lead}
          progress={1}
          until={step.until}
          isLeavable
        />
      );
    case "empty":
      return (
        <Message
          step="bills.empty"
          tone="good"
          picture={<EmptyPicture />}
          title={ZH.bills.emptyTitle}
          lead={ZH.bills.emptyLead}
          progress={1}
          actions={{
            back: "back",
            primary: {
              testId: "finish",
              onPress: () => kiosk.leave(),
              children: ZH.action.done,
            },
          }}
        >
          <Button testId="service-refund" picture={<ReturnPicture />} onPress={kiosk.refunds}>
            {ZH.refund.open}
          </Button>
        </Message>
      );
    case "refused":
      return (
        <Refused
          step="bills.refused"
          title={ZH.bills.refusedTitle}
          code={step.code}
          progress={1}
          again={() => void flow.load()}
        />
      );
    case "list":
      return <BillList flow={flow} list={step} insurance={session.insurance} />;
    case "detail":
      return <BillDetail flow={flow} bill={step.bill} page={step.page} />;
  }
}

interface BillListProps {
  readonly flow: BillsFlow;
  readonly list: BillsListStep;
  readonly insurance: InsuranceView;
}

function BillList({ flow, list, insurance }: BillListProps): JSX.Element {
  const { bills, chosen } = list;
  const isBarred = isInsuranceBarred(list);
  const words = isBarred && list.fee.settlement === "insurance" ? ZH.bills.barred : null;
  return (
    <Screen
      step="bills.list"
      title={words?.title ?? ZH.bills.title}
      lead={words?.lead ?? ZH.bills.lead(bills.length)}
      progress={1}
      actions={{
        back: "back",
        primary: {
          testId: "bills-pay",
          disabled: !canPay(list),
          onPress: () => flow.pay(),
          children: ZH.bills.pay,
        },
      }}
    >
      <div class="list-screen">
        <ul class="bills">
          {pageOf(bills, list.page, BILLS_PER_PAGE).map((bill) => (
            <BillRow key={bill.id} flow={flow} bill={bill} chosen={chosen.includes(bill.id)} />
          ))}
        </ul>
        <Pager
          page={list.page}
          pages={pagesOf(bills, BILLS_PER_PAGE)}
          onTurn={(page) => flow.turnTo(page)}
        />
        {list.tooMany && <p class="banner banner-wait" role="alert">{ZH.bills.tooMany}</p>}
        <div class="bill-total">
          {insurance.status === "covered"
            ? (
              <SettlementChoice
                insurance={insurance}
                chosen={list.fee}
                insuranceBarred={isBarred}
                onChoose={(fee) => flow.settleBy(fee)}
              />
            )
            : <span class="tag">{ZH.settlement.self_pay}</span>}
          <p>
            {ZH.bills.chosen(chosen.length)}
            <AmountText fen={sumOf(bills, chosen)} size="large" testId="bills-total" />
          </p>
        </div>
      </div>
    </Screen>
  );
}

interface BillRowProps {
  readonly flow: BillsFlow;
  readonly bill: Bill;
  readonly chosen: boolean;
}

function BillRow({ flow, bill, chosen }: BillRowProps): JSX.Element {
  return (
    <li class={chosen ? "bill bill-chosen" : "bill"} data-testid="bill" data-bill={bill.id}>
      <button
        type="button"
        role="checkbox"
        aria-checked={chosen}
        class="bill-choose"
        data-testid="bill-choose"
        onClick={() => flow.toggle(bill.id)}
      >
        <span class="check">{chosen && <TickPicture />}</span>
        <span class="bill-words">
          <span class="bill-title">{bill.title}</span>
          <span class="bill-from">
            {fromOf(bill)}
          </span>
          <span class="bill-from">{ZH.bills.issued(dayTime(bill.issuedAt))}</span>
        </span>
        <AmountText fen={bill.amountFen} size="large" />
      </button>
      <Button kind="quiet" testId="bill-open" onPress={() => flow.open(bill.id)}>
        {ZH.bills.open}
      </Button>
    </li>
  );
}

/** What keeps it from insurance is said in place of what fits beside it otherwise. */
function fromOf({ department, doctor, feeType, mobilePayable }: Bill): string {
  if (mobilePayable === false) return `${department} · ${ZH.bills.noInsurance}`;
  return [department, doctor, feeType].filter((part) => part !== undefined).join(" · ");
}
