import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { AttentionPicture, PayPicture, ReturnPicture, WaitPicture } from "../../ui/Pictograms.tsx";
import type { OrderStage } from "../kiosk/step.ts";
import { AttentionScreen, UnknownScreen } from "./UnknownScreen.tsx";
import { CardScreen } from "./CardScreen.tsx";
import { CompletedScreen } from "./CompletedScreen.tsx";
import { ConfirmAgainScreen } from "./ConfirmAgainScreen.tsx";
import { ConfirmScreen } from "./ConfirmScreen.tsx";
import { OneCodeScreen } from "./OneCodeScreen.tsx";
import { PayScreen } from "./PayScreen.tsx";
import { ReturnedScreen } from "./ReturnedScreen.tsx";
import { ScanScreen } from "./ScanScreen.tsx";
import { TenderScreen } from "./TenderScreen.tsx";
import { Waiting } from "../../ui/Waiting.tsx";

export function OrderScreen({ stage }: { readonly stage: OrderStage }): JSX.Element {
  const kiosk = useKiosk();
  const { flow } = stage;
  const step = flow.step.value;
  switch (step.kind) {
    case "preparing":
      return (
        <Waiting
          step="order.preparing"
          picture={<PayPicture />}
          title={ZH.order.preparing.title}
          lead={step.slow ? ZH.order.preparing.slow : ZH.order.preparing.lead}
          progress={2}
          until={step.slow ? null : step.until}
          isLeavable
        />
      );
    case "confirm":
      return <ConfirmScreen stage={stage} step={step} />;
    case "confirm_again":
      return <ConfirmAgainScreen flow={flow} step={step} />;
    case "choose_tender":
      return <TenderScreen flow={flow} step={step} />;
    case "scan":
      return <ScanScreen flow={flow} step={step} />;
    case "card":
      return <CardScreen flow={flow} step={step} />;
    case "one_code":
      return <OneCodeScreen flow={flow} step={step} />;
    case "pay":
      return <PayScreen flow={flow} step={step} />;
    case "changing":
      return (
        <Waiting
          step="order.changing"
          picture={<WaitPicture />}
          title={ZH.order.changing.title}
          lead={ZH.order.changing.lead}
          progress={2}
          until={step.until}
        />
      );
    case "working":
      return (
        <Waiting
          step="order.working"
          picture={<WaitPicture />}
          title={ZH.order.working.title}
          lead={ZH.order.working.lead}
          progress={3}
          until={step.until}
        />
      );
    case "unknown":
      return <UnknownScreen flow={flow} step={step} />;
    case "completed":
      return <CompletedScreen flow={flow} step={step} />;
    case "returning":
      return (
        <Waiting
          step="order.returning"
          tone="wait"
          picture={<ReturnPicture />}
          title={ZH.order.returning.title}
          lead={ZH.order.returning.lead}
          progress={3}
          until={step.until}
        />
      );
    case "returned":
      return <ReturnedScreen stage={stage} step={step} />;
    case "attention":
      return <AttentionScreen flow={flow} step={step} />;
    case "refused":
      return (
        <Message
          step="order.refused"
          tone="wait"
          picture={<AttentionPicture />}
          title={ZH.order.refusedTitle}
          lead={problemText(step.code)}
          progress={2}
          actions={{
            back: "leave",
            primary: {
              testId: "try-again",
              onPress: () => kiosk.back(),
              children: ZH.order.returned.again,
            },
          }}
        >
          <p class="banner banner-good">{ZH.order.refusedLead}</p>
        </Message>
      );
  }
}
