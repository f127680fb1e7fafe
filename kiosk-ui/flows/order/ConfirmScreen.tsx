import type { JSX } from "preact";
import { yuan } from "../../i18n/format.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Button } from "../../ui/Button.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SettlementChoice } from "../../ui/SettlementChoice.tsx";
import { canPrint } from "../kiosk/board.ts";
import type { OrderStage } from "../kiosk/step.ts";
import type { Settlement } from "../bills/model.ts";
import type { OrderFlow } from "./model.ts";
import { QuoteFigures } from "./QuoteFigures.tsx";
import { type ConfirmStep, TOKEN_OVER } from "./step.ts";
import { SummaryLine } from "./SummaryLine.tsx";

interface ConfirmScreenProps {
  readonly stage: OrderStage;
  readonly step: ConfirmStep;
}

export function ConfirmScreen({ stage, step }: ConfirmScreenProps): JSX.Element {
  const { flow, summary, session } = stage;
  const { board } = useKiosk();
  const { order, quote, sending, trouble } = step;
  const words = ZH.order.confirm;
  const isTokenOver = order.reason === TOKEN_OVER;
  const insured = session.insurance.status === "covered";
  const selfPay = order.settlement === "self_pay";
  const balance = quote.accountBalanceFen;
  return (
    <Screen
      step="order.confirm"
      title={words.title}
      progress={2}
      actions={{
        back: "back",
        primary: isTokenOver
          ? {
            testId: "present-again",
            busy: sending,
            onPress: () => void flow.change({ kind: "medium" }),
            children: ZH.order.returned.presentAgain,
          }
          : {
            testId: "order-confirm",
            busy: sending,
            onPress: () => void flow.confirm(),
            children: BigInt(quote.cashFen) === 0n ? words.goNothing : words.go,
          },
      }}
    >
      <div class="list-screen">
        {isTokenOver && (
          <p class="banner banner-wait" role="alert" data-testid="token-over">
            {ZH.order.returned.tokenOver}
          </p>
        )}
        {trouble !== null && <p class="banner banner-wait" role="alert">{problemText(trouble)}</p>}
        <SummaryLine summary={summary} title={order.title} />
        <QuoteFigures quote={quote} selfPay={selfPay} />
        {selfPay && !insured && (
          <p class="banner banner-wait" data-testid="self-pay">{words.selfPay}</p>
        )}
        {!selfPay && balance !== null && <p class="soft-text">{words.balance(yuan(balance))}</p>}
        {order.cancellable && !sending && !isTokenOver && (
          <Otherwise
            flow={flow}
            settlement={order.settlement}
            insured={insured}
          />
        )}
        {!canPrint(board.value) && (
          <p class="banner banner-wait" data-testid="no-paper">{words.noPaper}</p>
        )}
      </div>
    </Screen>
  );
}

interface OtherwiseProps {
  readonly flow: OrderFlow;
  readonly settlement: Settlement;
  readonly insured: boolean;
}

/** Another fee category, or another medium, without leaving (R-BIL-14, R-BIL-15). */
function Otherwise({ flow, settlement, insured }: OtherwiseProps): JSX.Element {
  const change = (chosen: Settlement) => {
    if (chosen !== settlement) void flow.change({ kind: "settlement", settlement: chosen });
  };
  return (
    <div class="otherwise">
      {insured && (
        <div data-testid={settlement === "self_pay" ? "self-pay" : "insured"}>
          <SettlementChoice chosen={settlement} onChoose={change} />
        </div>
      )}
      <Button testId="other-medium" onPress={() => void flow.change({ kind: "medium" })}>
        {ZH.order.confirm.otherMedium}
      </Button>
    </div>
  );
}
