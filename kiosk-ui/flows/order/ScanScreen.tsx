import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { Message } from "../../ui/Message.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { CodePicture } from "../../ui/Pictograms.tsx";
import { deviceWorks } from "../kiosk/board.ts";
import type { OrderFlow } from "./model.ts";
import type { OrderStep } from "./step.ts";

interface ScanScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "scan" }>;
}

export function ScanScreen({ flow, step }: ScanScreenProps): JSX.Element {
  const { board } = useKiosk();
  const works = step.sending || deviceWorks(board.value, "scanner");
  const words = step.sending ? ZH.order.pay.waiting : works ? ZH.order.scan : ZH.order.scan.down;
  return (
    <Message
      step="order.scan"
      picture={<CodePicture />}
      title={words.title}
      lead={words.lead}
      progress={3}
      actions={step.sending
        ? {}
        : { back: { name: ZH.order.scan.other, onPress: () => void flow.otherWay() } }}
      live
    >
      <p class="to-pay">
        {ZH.order.tender.amount}
        <AmountText fen={step.quote.cashFen} size="huge" testId="to-pay" />
      </p>
      {!works && (
        <p class="banner banner-bad" role="alert" data-testid="scanner-down">
          {ZH.order.scan.down.banner}
        </p>
      )}
      {works && !step.sending && <CountdownRing until={step.until} />}
    </Message>
  );
}
