import type { JSX } from "preact";
import type { OrderView, Receipt } from "../../../server/modules/checkout/contract.ts";
import { dayTime } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { DonePicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { cardInside } from "../kiosk/board.ts";
import type { OrderFlow } from "./model.ts";
import { SlipNote } from "./SlipNote.tsx";
import type { OrderStep } from "./step.ts";

interface CompletedScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "completed" }>;
}

export function CompletedScreen({ flow, step }: CompletedScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const { receipt, slip, order } = step;
  const words = ZH.order.completed;
  const notPrinted = slip.kind === "not_printed";
  return (
    <Screen
      step="order.completed"
      title={words.titles[order.kind]}
      progress={4}
      picture={<DonePicture />}
      actions={{
        back: { name: words.more, onPress: () => kiosk.goOn() },
        callReason: notPrinted ? "receipt_not_printed" : "help",
        primary: { testId: "finish", onPress: () => kiosk.end(), children: words.done },
      }}
    >
      <div class="completed">
        <div class="completed-side">
          <SlipNote flow={flow} slip={slip} paid />
          {cardInside(kiosk.board.value) && (
            <p class="banner banner-wait" data-testid="take-card">{words.takeCard}</p>
          )}
          <GivenBack refunds={order.refunds ?? []} />
          <Guidance receipt={receipt} kind={order.kind} />
        </div>
        <ReceiptPaper receipt={receipt} selfPay={order.settlement === "self_pay"} />
      </div>
    </Screen>
  );
}

/** Where to go next; of a deposit HIS says what is left. */
function Guidance(
  { receipt, kind }: { readonly receipt: Receipt; readonly kind: OrderView["kind"] },
): JSX.Element | null {
  if (receipt.guidance.length === 0) return null;
  return (
    <div class="guidance" data-testid="guidance">
      <p>{ZH.order.completed.guidance[kind]}</p>
      {receipt.guidance.map((text) => <strong key={text}>{text}</strong>)}
    </div>
  );
}

/** What went back of it, or is on its way (R-REF-05). */
function GivenBack(
  { refunds }: { readonly refunds: NonNullable<OrderView["refunds"]> },
): JSX.Element | null {
  const words = ZH.order.completed.givenBack;
  if (refunds.length === 0) return null;
  return (
    <ul class="banner banner-good given-back" data-testid="refunds">
      {refunds.map(({ id, state, cashFen, at }) => (
        <li key={id}>
          <span>{words[state]}</span>
          <AmountText fen={cashFen} />
          <span class="given-back-at">{dayTime(at)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Everything the printed slip says, so that a photograph of it serves as well (R-REG-05). */
function ReceiptPaper(
  { receipt, selfPay }: { readonly receipt: Receipt; readonly selfPay: boolean },
): JSX.Element {
  const { quote, registration } = receipt;
  const words = ZH.order.completed;
  const amounts = ZH.order.confirm;
  return (
    <article class="receipt" data-testid="receipt" aria-label={words.details}>
      {registration && (
        <p class="receipt-visit">
          <strong>{registration.department} {registration.doctor}</strong>
          <span>{registration.day} {registration.time}</span>
          <span class="receipt-number">{ZH.register.number(registration.number)}</span>
          {registration.location !== null && <span>{registration.location}</span>}
        </p>
      )}
      <dl class="facts">
        <dt>{amounts.total}</dt>
        <dd>
          <AmountText fen={quote.totalFen} />
        </dd>
        {!selfPay && (
          <>
            <dt>{amounts.fund}</dt>
            <dd>
              <AmountText fen={quote.fundFen} />
            </dd>
            <dt>{amounts.account}</dt>
            <dd>
              <AmountText fen={quote.accountFen} />
            </dd>
          </>
        )}
        {BigInt(quote.relativeFen ?? "0") !== 0n && (
          <>
            <dt>{amounts.lentOf}</dt>
            <dd>
              <AmountText fen={quote.relativeFen ?? "0"} testId="receipt-relative" />
            </dd>
          </>
        )}
        <dt>{receipt.tender ?? words.ownPart}</dt>
        <dd class="receipt-cash">
          <AmountText fen={quote.cashFen} size="large" />
        </dd>
      </dl>
      <dl class="facts facts-soft">
        <dt>{words.receiptNumber}</dt>
        <dd data-testid="receipt-number">{receipt.receiptNumber}</dd>
        <dt>{words.orderNumber}</dt>
        <dd>{receipt.orderNumber}</dd>
        <dt>{words.paidAt}</dt>
        <dd>{dayTime(receipt.paidAt)}</dd>
        <dt>{ZH.profile.intro.name}</dt>
        <dd>{receipt.maskedName}</dd>
      </dl>
    </article>
  );
}
