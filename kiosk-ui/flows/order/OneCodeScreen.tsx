import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Button } from "../../ui/Button.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { OrderFlow } from "./model.ts";
import type { OneCodeStep } from "./step.ts";

interface OneCodeScreenProps {
  readonly flow: OrderFlow;
  readonly step: OneCodeStep;
}

/** One QR; the phone that reads it chooses how to pay (R-PAY-10), and the screen follows. */
export function OneCodeScreen({ flow, step }: OneCodeScreenProps): JSX.Element {
  const words = ZH.order.oneCode;
  const { title, lead } = step.isPaying ? words.paying : words.waiting;
  return (
    <Screen
      step={step.isPaying ? "order.one_code_paying" : "order.one_code"}
      title={title}
      lead={lead}
      progress={3}
      actions={{ back: { name: ZH.order.pay.other, onPress: () => void flow.otherWay() } }}
    >
      <div class="pay">
        <div class="pay-code">
          <QrCode text={step.url} label={title} />
        </div>
        <div class="pay-side">
          {step.refused !== null && (
            <p class="banner banner-wait" role="alert" data-testid="tender-refused">
              {problemText(step.refused)}
            </p>
          )}
          <p class="to-pay">
            {ZH.order.tender.amount}
            <AmountText fen={step.quote.cashFen} size="huge" testId="to-pay" />
          </p>
          <div class="pay-bound">
            <CountdownRing until={step.until} />
            <p>{ZH.order.pay.left}</p>
          </div>
          {!step.isPaying && (
            <Button testId="direct-code" onPress={() => void flow.showCode()}>
              {words.direct}
            </Button>
          )}
          {step.isPaying && step.refused === null && <p class="soft-text">{ZH.order.pay.auto}</p>}
        </div>
      </div>
    </Screen>
  );
}
