import type { JSX } from "preact";
import type { InsuranceView } from "../../../server/modules/identity/contract.ts";
import type { Quote } from "../../../server/modules/checkout/contract.ts";
import { yuan } from "../../i18n/format.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Button } from "../../ui/Button.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SettlementChoice } from "../../ui/SettlementChoice.tsx";
import { canPrint } from "../kiosk/board.ts";
import type { OrderStage } from "../kiosk/step.ts";
import { QuoteFigures } from "./QuoteFigures.tsx";
import { type ConfirmStep, type FeeCategory, TOKEN_OVER } from "./step.ts";
import { SummaryLine } from "./SummaryLine.tsx";

interface ConfirmScreenProps {
  readonly stage: OrderStage;
  readonly step: ConfirmStep;
}

export function ConfirmScreen({ stage, step }: ConfirmScreenProps): JSX.Element {
  const { flow, summary, session } = stage;
  const kiosk = useKiosk();
  const { board } = kiosk;
  const { order, quote, sending, trouble } = step;
  const words = ZH.order.confirm;
  const isTokenOver = order.reason === TOKEN_OVER;
  const isToMend = order.reason !== null && !isTokenOver && trouble === null;
  const insured = session.insurance.status === "covered";
  const selfPay = order.settlement === "self_pay";
  const isDeposit = summary.kind === "deposit";
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
            onPress: () => kiosk.presentAgain(),
            children: ZH.order.returned.presentAgain,
          }
          : isToMend
          ? {
            testId: "order-otherwise",
            busy: sending,
            onPress: () => kiosk.changeOrder(),
            children: words.otherwise,
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
        {isToMend && (
          <p class="banner banner-wait" role="alert" data-testid="to-mend">
            {problemText(order.reason)}
          </p>
        )}
        {trouble !== null && <p class="banner banner-wait" role="alert">{problemText(trouble)}</p>}
        <SummaryLine summary={summary} title={order.title} />
        <QuoteFigures quote={quote} selfPay={selfPay} />
        {selfPay && !insured && !isDeposit && (
          <p class="banner banner-wait" data-testid="self-pay">{words.selfPay}</p>
        )}
        {!selfPay && balance !== null && !stage.payer && !isToMend && (
          <p class="soft-text">{words.balance(yuan(balance))}</p>
        )}
        {order.cancellable && !sending && !isTokenOver && !isToMend && !isDeposit && (
          <Otherwise stage={stage} settlement={order.settlement} quote={quote} />
        )}
        {!canPrint(board.value) && (
          <p class="banner banner-wait" data-testid="no-paper">{words.noPaper}</p>
        )}
      </div>
    </Screen>
  );
}

interface OtherwiseProps {
  readonly stage: OrderStage;
  readonly settlement: FeeCategory["settlement"];
  readonly quote: Quote;
}

/** Another fee category, medium or account, without leaving (R-BIL-14, R-BIL-15, R-PAY-03). */
function Otherwise({ stage, settlement, quote }: OtherwiseProps): JSX.Element {
  const kiosk = useKiosk();
  const { flow, session, payer, scheme = null } = stage;
  // Else the figures say so.
  const isLent = BigInt(quote.relativeFen ?? "0") !== 0n;
  const words = ZH.order.confirm;
  const insured = session.insurance.status === "covered";
  const change = (fee: FeeCategory) => {
    const isSame = fee.settlement === settlement && fee.scheme === scheme;
    if (!isSame) void flow.change({ kind: "settlement", ...fee });
  };
  return (
    <>
      {payer && !isLent && (
        <p class="soft-text" data-testid="payer">
          {words.payer(payer.maskedName, ZH.relatives.relation[payer.relation])}
        </p>
      )}
      <div class="otherwise">
        {insured && !hasSchemes(session.insurance) && (
          <div data-testid={settlement === "self_pay" ? "self-pay" : "insured"}>
            <SettlementChoice
              insurance={session.insurance}
              chosen={{ settlement, scheme }}
              onChoose={change}
            />
          </div>
        )}
        <Button testId="order-otherwise" onPress={() => kiosk.changeOrder()}>
          {insured ? words.otherwise : words.otherMedium}
        </Button>
      </div>
    </>
  );
}

/** Several do not fit beside the figures: they are on a page of their own. */
function hasSchemes(insurance: InsuranceView): boolean {
  return insurance.status === "covered" && (insurance.schemes?.length ?? 0) > 1;
}
