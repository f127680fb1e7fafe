import type { JSX } from "preact";
import { dayTime } from "../../i18n/format.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { Message } from "../../ui/Message.tsx";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { AttentionPicture, EmptyPicture, ReturnPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ChooseLines } from "./ChooseLines.tsx";
import { EndedScreen } from "./EndedScreen.tsx";
import { ORDERS_PER_PAGE, type RefundFlow, type RefundStep, valueOf } from "./model.ts";

const WORDS = ZH.refund;
const REASONS = ["doctor_changed", "not_wanted", "duplicate", "other"] as const;

type StepOf<Kind> = Extract<RefundStep, { kind: Kind }>;

export function RefundScreen({ flow }: { readonly flow: RefundFlow }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "loading":
      return (
        <Message
          step="refund.loading"
          picture={
            <span class="busy-picture">
              <ReturnPicture />
            </span>
          }
          title={WORDS.loading}
          lead={ZH.starting.lead}
          actions={{ back: "back" }}
          live
        >
          <CountdownRing until={step.until} />
        </Message>
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
        <Message
          step="refund.returning"
          picture={
            <span class="busy-picture">
              <ReturnPicture />
            </span>
          }
          title={WORDS.returning.title}
          lead={WORDS.returning.lead}
          actions={{}}
          live
        >
          <CountdownRing until={step.until} />
        </Message>
      );
    case "ended":
      return <EndedScreen flow={flow} step={step} />;
    case "refused":
      return (
        <Message
          step="refund.refused"
          tone="wait"
          picture={<AttentionPicture />}
          title={WORDS.refusedTitle}
          lead={problemText(step.code)}
          actions={{
            back: "back",
            primary: {
              testId: "try-again",
              onPress: () => void flow.load(),
              children: ZH.action.again,
            },
          }}
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
        <ul class="bills">
          {pageOf(orders, page, ORDERS_PER_PAGE).map((order) => (
            <li key={order.orderId} class="bill">
              <button
                type="button"
                class="bill-choose"
                data-testid="refund-order"
                data-order={order.orderId}
                onClick={() =>
                  void flow.open(order.orderId)}
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
            </li>
          ))}
        </ul>
        <Pager
          page={page}
          pages={pagesOf(orders, ORDERS_PER_PAGE)}
          onTurn={(next) => flow.turnTo(next)}
        />
      </div>
    </Screen>
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
      <div class="ways ways-many">
        {REASONS.map((why) => (
          <button
            key={why}
            type="button"
            class="way way-plain"
            data-testid={`why-${why}`}
            onClick={() => flow.because(why)}
          >
            <span class="way-name">{WORDS.why[why]}</span>
          </button>
        ))}
      </div>
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
      title={WORDS.confirmTitle}
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
      {BigInt(item.insuranceFen) > 0n && <p class="soft-text">{WORDS.insurancePart}</p>}
    </Message>
  );
}
