import type { JSX } from "preact";
import { yuan } from "../../i18n/format.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Screen } from "../../ui/Screen.tsx";
import { canPrint } from "../kiosk/board.ts";
import type { OrderSummary } from "../kiosk/step.ts";
import type { OrderFlow } from "./model.ts";
import { QuoteFigures } from "./QuoteFigures.tsx";
import type { ConfirmStep } from "./step.ts";
import { SummaryLine } from "./SummaryLine.tsx";

interface ConfirmScreenProps {
  readonly flow: OrderFlow;
  readonly step: ConfirmStep;
  readonly summary: OrderSummary;
}

export function ConfirmScreen({ flow, step, summary }: ConfirmScreenProps): JSX.Element {
  const { board } = useKiosk();
  const { order, quote, sending, trouble } = step;
  const words = ZH.order.confirm;
  const selfPay = order.settlement === "self_pay";
  const balance = quote.accountBalanceFen;
  return (
    <Screen
      step="order.confirm"
      title={words.title}
      progress={2}
      actions={{
        back: "back",
        primary: {
          testId: "order-confirm",
          busy: sending,
          onPress: () => void flow.confirm(),
          children: BigInt(quote.cashFen) === 0n ? words.goNothing : words.go,
        },
      }}
    >
      <div class="list-screen">
        {trouble !== null && <p class="banner banner-wait" role="alert">{problemText(trouble)}</p>}
        <SummaryLine summary={summary} title={order.title} />
        <QuoteFigures quote={quote} selfPay={selfPay} />
        {selfPay && <p class="banner banner-wait" data-testid="self-pay">{words.selfPay}</p>}
        {!selfPay && balance !== null && <p class="soft-text">{words.balance(yuan(balance))}</p>}
        {!canPrint(board.value) && (
          <p class="banner banner-wait" data-testid="no-paper">{words.noPaper}</p>
        )}
      </div>
    </Screen>
  );
}
