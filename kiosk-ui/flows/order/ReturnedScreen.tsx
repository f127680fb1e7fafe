import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { ReturnPicture } from "../../ui/Pictograms.tsx";
import type { OrderStage } from "../kiosk/step.ts";
import { SlipNote } from "./SlipNote.tsx";
import { type OrderStep, TOKEN_OVER } from "./step.ts";

interface ReturnedScreenProps {
  readonly stage: OrderStage;
  readonly step: Extract<OrderStep, { kind: "returned" }>;
}

export const SLOT_TAKEN = "checkout.slot_taken";

export function ReturnedScreen({ stage, step }: ReturnedScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const words = ZH.order.returned;
  const { order } = step;
  const slotTaken = order.reason === SLOT_TAKEN && stage.summary.kind === "registration";
  const isTokenOver = order.reason === TOKEN_OVER;
  const moneyBack = order.tender?.state === "paid";
  return (
    <Message
      step={slotTaken ? "order.slot_taken" : "order.returned"}
      tone="wait"
      picture={<ReturnPicture />}
      title={slotTaken ? words.slotTaken : isTokenOver ? words.tokenOver : words.title}
      lead={slotTaken || isTokenOver ? undefined : problemText(order.reason)}
      progress={3}
      actions={{
        back: "leave",
        primary: slotTaken
          ? {
            testId: "another-slot",
            onPress: () => kiosk.anotherSlot(),
            children: words.anotherSlot,
          }
          : isTokenOver
          ? {
            testId: "present-again",
            onPress: () => kiosk.presentAgain(),
            children: words.presentAgain,
          }
          : { testId: "try-again", onPress: () => kiosk.back(), children: words.again },
      }}
    >
      <p class="banner banner-good" data-testid={moneyBack ? "given-back" : "nothing-kept"}>
        {moneyBack ? words.givenBack : words.nothingKept}
      </p>
      {moneyBack && <SlipNote flow={stage.flow} slip={step.slip} />}
    </Message>
  );
}
