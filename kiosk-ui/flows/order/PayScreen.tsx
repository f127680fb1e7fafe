import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { Message } from "../../ui/Message.tsx";
import { CodePicture, DonePicture, WaitPicture } from "../../ui/Pictograms.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { OrderFlow } from "./model.ts";
import type { OrderStep } from "./step.ts";

interface PayScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "pay" }>;
}

export function PayScreen({ flow, step }: PayScreenProps): JSX.Element {
  const { tender } = step;
  if (tender.state === "waiting_for_patient" && tender.codeText !== null) {
    return <ShownCode flow={flow} step={step} codeText={tender.codeText} />;
  }
  return <Waiting flow={flow} step={step} />;
}

function ShownCode(
  { flow, step, codeText }: PayScreenProps & { readonly codeText: string },
): JSX.Element {
  const words = ZH.order.pay;
  return (
    <Screen
      step="order.pay"
      title={words.title}
      lead={words.lead}
      progress={3}
      actions={{
        back: { name: words.other, onPress: () => void flow.otherWay() },
        primary: {
          testId: "pay-asked",
          busy: step.asking,
          onPress: () => void flow.askNow(),
          children: step.asking ? words.asking : words.paid,
        },
      }}
    >
      <div class="pay">
        <div class="pay-code">
          <QrCode text={codeText} label={words.title} />
        </div>
        <div class="pay-side">
          <p class="to-pay">
            {ZH.order.tender.amount}
            <AmountText fen={step.quote.cashFen} size="huge" testId="to-pay" />
          </p>
          {step.until !== null && (
            <div class="pay-bound">
              <CountdownRing until={step.until} />
              <p>{words.left}</p>
            </div>
          )}
          <p class="soft-text">{words.auto}</p>
        </div>
      </div>
    </Screen>
  );
}

function Waiting({ flow, step }: PayScreenProps): JSX.Element {
  const words = ZH.order.pay;
  const { state, mode } = step.tender;
  const said = state === "password"
    ? words.password
    : state === "closing"
    ? words.closing
    : state === "paid"
    ? words.done
    : mode === "show_code"
    ? { title: words.opening, lead: ZH.starting.lead }
    : words.waiting;
  const picture = state === "paid"
    ? <DonePicture />
    : state === "password"
    ? <CodePicture />
    : <WaitPicture />;
  const leavable = state === "password" || state === "waiting_for_patient";
  return (
    <Message
      step={`order.pay_${state}`}
      tone={state === "paid" ? "good" : "calm"}
      picture={<span class="busy-picture">{picture}</span>}
      title={said.title}
      lead={said.lead}
      progress={3}
      actions={leavable ? { back: { name: words.other, onPress: () => void flow.otherWay() } } : {}}
      live
    >
      <p class="to-pay">
        {ZH.order.tender.amount}
        <AmountText fen={step.quote.cashFen} size="huge" testId="to-pay" />
      </p>
      {step.until !== null && <CountdownRing until={step.until} />}
    </Message>
  );
}
