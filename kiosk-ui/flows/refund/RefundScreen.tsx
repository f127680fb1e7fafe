import type { JSX } from "preact";
import { dayTime } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Message } from "../../ui/Message.tsx";
import { PagedList } from "../../ui/PagedList.tsx";
import { PlainWays } from "../../ui/PlainWays.tsx";
import { AttentionPicture, EmptyPicture, ReturnPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ChooseLines } from "./ChooseLines.tsx";
import { EndedScreen } from "./EndedScreen.tsx";
import { isWhole, ORDERS_PER_PAGE, type RefundFlow, type RefundStep, valueOf } from "./model.ts";
import { Waiting } from "../../ui/Waiting.tsx";
import { Refused } from "../../ui/Refused.tsx";

const WORDS = ZH.refund;
const REASONS = ["doctor_changed", "not_wanted", "duplicate", "other"] as const;

type StepOf<Kind> = Extract<RefundStep, { kind: Kind }>;

export function RefundScreen({ flow }: { readonly flow: RefundFlow }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "loading":
      return (
        <Waiting
          step="refund.loading"
          picture={<ReturnPicture />}
          title={WORDS.loading}
          lead={ZH.starting.lead}
          until={step.until}
          isLeavable
        />
      );
    case "list":
      return <PaidOrders flow={flow} step={step} />;
    case "barred":
      return <Barred step={step} />;
    case "choose":
      return <ChooseLines flow={flow} step={step} />;
    case "why":
      return <Why flow={flow} />;
    case "confirm":
      return <Confirm flow={flow} step={step} />;
    case "returning":
      return (
        <Waiting
          step="refund.returning"
          picture={<ReturnPicture />}
          title={WORDS.returning.title}
          lead={WORDS.returning.lead}
          until={step.until}
        />
      );
    case "ended":
      return <EndedScreen flow={flow} step={step} />;
    case "refused":
      return (
        <Refused
          step="refund.refused"
          title={WORDS.refusedTitle}
          code={step.code}
          again={() => void flow.load()}
        />
      );
  }
}

function PaidOrders(
  { flow, step }: { readonly flow: RefundFlow; readonly step: StepOf<"list"> },
): JSX.Element {
  const { orders, page } = step;
  if (orders.length === 0) {
    return (
      <Message
        step="refund.empty"
        picture={<EmptyPicture />}
        title={WORDS.emptyTitle}
        lead={WORDS.emptyLead}
        actions={{ back: "back" }}
      />
    );
  }
  return (
    <Screen
      step="refund.list"
      title={WORDS.title}
      lead={WORDS.lead}
      actions={{ back: "back" }}
    >
      <div class="list-screen">
        <PagedList
          items={orders}
          page={page}
          perPage={ORDERS_PER_PAGE}
          keyOf={({ orderId }) => orderId}
          draw={(order) => <PaidOrder flow={flow} order={order} />}
          onTurn={(next) => flow.turnTo(next)}
        />
      </div>
    </Screen>
  );
}

interface PaidOrderProps {
  readonly flow: RefundFlow;
  readonly order: StepOf<"list">["orders"][number];
}

function PaidOrder({ flow, order }: PaidOrderProps): JSX.Element {
  return (
    <button
      type="button"
      class="bill-choose"
      data-testid="refund-order"
      data-order={order.orderId}
      onClick={() => void flow.open(order.orderId)}
    >
      <span class="bill-mark">
        <ReturnPicture />
      </span>
      <span class="bill-words">
        <span class="bill-title">{order.title}</span>
        <span class="bill-from">{WORDS.paidAt(dayTime(order.paidAt))}</span>
      </span>
      <AmountText fen={order.totalFen} size="large" />
    </button>
  );
}

/** Why it cannot be given back here, and where it can. */
function Barred({ step }: { readonly step: StepOf<"barred"> }): JSX.Element {
  const [bar] = step.item.bars;
  return (
    <Message
      step="refund.barred"
      tone="wait"
      picture={<AttentionPicture />}
      title={WORDS.barredTitle}
      lead={bar ? WORDS.bars[bar] : WORDS.needsApproval}
      actions={{ back: "back" }}
    />
  );
}

function Why({ flow }: { readonly flow: RefundFlow }): JSX.Element {
  return (
    <Screen step="refund.why" title={WORDS.whyTitle} actions={{ back: "back" }}>
      <PlainWays
        ways={REASONS.map((why) => ({
          testId: `why-${why}`,
          name: WORDS.why[why],
          onPress: () => flow.because(why),
        }))}
      />
    </Screen>
  );
}

function Confirm(
  { flow, step }: { readonly flow: RefundFlow; readonly step: StepOf<"confirm"> },
): JSX.Element {
  const { choice } = step;
  const { item } = choice;
  return (
    <Message
      step="refund.confirm"
      picture={<ReturnPicture />}
      title={item.kind === "registration" ? WORDS.confirmRegistrationTitle : WORDS.confirmTitle}
      lead={item.kind === "registration" ? WORDS.confirmRegistration : WORDS.confirmLead}
      actions={{
        back: "back",
        primary: {
          testId: "refund-confirm",
          onPress: () => void flow.confirm(),
          children: WORDS.confirm,
        },
      }}
    >
      <p class="to-pay">
        {WORDS.value}
        <AmountText fen={valueOf(choice)} size="huge" testId="refund-value" />
      </p>
      {BigInt(item.insuranceFen) > 0n && !isWhole(choice) && (
        <p class="soft-text">{WORDS.insurancePart}</p>
      )}
    </Message>
  );
}
