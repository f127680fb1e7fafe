import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { StaffPicture, WaitPicture } from "../../ui/Pictograms.tsx";
import type { OrderFlow } from "./model.ts";
import { SlipNote } from "./SlipNote.tsx";
import type { OrderStep } from "./step.ts";

interface UnknownScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "unknown" }>;
}

/** The outcome is not known yet: never "failed", and what happens next. */
export function UnknownScreen({ flow, step }: UnknownScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const words = ZH.order.unknown;
  return (
    <Message
      step="order.unknown"
      tone="wait"
      picture={
        <span class="busy-picture">
          <WaitPicture />
        </span>
      }
      title={words.title}
      lead={words.lead}
      progress={3}
      actions={{
        callReason: "order_unknown",
        primary: {
          testId: "take-slip",
          onPress: () => kiosk.end(),
          children: words.leave,
        },
      }}
      live
      dense
    >
      {step.order && <OrderNumber name={words.number} number={step.order.number} />}
      <ol class="next-steps" aria-label={words.next}>
        {words.steps.map((text) => <li key={text}>{text}</li>)}
      </ol>
      <SlipNote flow={flow} slip={step.slip} />
    </Message>
  );
}

interface AttentionScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "attention" }>;
}

/** A person decides: nothing is dropped, and the patient has a number to show. */
export function AttentionScreen({ flow, step }: AttentionScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const words = ZH.order.attention;
  return (
    <Message
      step="order.attention"
      tone="wait"
      picture={<StaffPicture />}
      title={words.title}
      lead={words.lead}
      progress={3}
      actions={{
        callReason: "order_unknown",
        primary: {
          testId: "finish",
          onPress: () => kiosk.end(),
          children: ZH.action.done,
        },
      }}
      live
      dense
    >
      <OrderNumber name={words.number} number={step.order.number} />
      <SlipNote flow={flow} slip={step.slip} />
    </Message>
  );
}

function OrderNumber(props: { readonly name: string; readonly number: string }): JSX.Element {
  return (
    <p class="order-number">
      {props.name}
      <strong data-testid="order-number">{props.number}</strong>
    </p>
  );
}
