import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Button } from "../../ui/Button.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { Message } from "../../ui/Message.tsx";
import { CardPicture, PinPicture, WaitPicture } from "../../ui/Pictograms.tsx";
import type { OrderFlow } from "./model.ts";
import type { CardStep } from "./step.ts";

interface CardScreenProps {
  readonly flow: OrderFlow;
  readonly step: CardStep;
}

/** The bank card from the slot to the bank. Of the PIN the screen knows how long it is, no more. */
export function CardScreen({ flow, step }: CardScreenProps): JSX.Element {
  const { at } = step;
  const words = ZH.order.card[at.kind];
  const stop = { name: ZH.order.card.stop, onPress: () => void flow.actOnCard("stop") };
  const isLeavable = at.kind === "waiting_card" || at.kind === "pin";
  return (
    <Message
      step={`order.card_${at.kind}`}
      picture={pictureOf(at.kind)}
      title={words.title}
      lead={words.lead}
      progress={3}
      actions={isLeavable ? { back: stop } : {}}
      live
      dense={at.kind === "pin"}
    >
      {at.kind === "pin" && <Pin flow={flow} at={at} />}
      <p class="to-pay">
        {ZH.order.tender.amount}
        <AmountText fen={step.quote.cashFen} size="huge" testId="to-pay" />
      </p>
      <CountdownRing until={step.until} />
    </Message>
  );
}

type PinAt = Extract<CardStep["at"], { kind: "pin" }>;

function Pin({ flow, at }: { readonly flow: OrderFlow; readonly at: PinAt }): JSX.Element {
  const words = ZH.order.card.pin;
  return (
    <>
      <p class="pin" role="img" data-testid="pin" aria-label={words.digits(at.digits)}>
        {"●".repeat(at.digits) || "\u00a0"}
      </p>
      <p class="soft-text">{words.mistake}</p>
      <div class="other-ways">
        {at.skippable && (
          <Button testId="no-pin" onPress={() => void flow.actOnCard("skip_pin")}>
            {words.none}
          </Button>
        )}
        <Button testId="other-card" onPress={() => void flow.actOnCard("other_card")}>
          {words.other}
        </Button>
      </div>
    </>
  );
}

function pictureOf(kind: CardStep["at"]["kind"]): JSX.Element {
  switch (kind) {
    case "waiting_card":
    case "reading":
      return <CardPicture />;
    case "pin":
      return <PinPicture />;
    case "sending":
      return (
        <span class="busy-picture">
          <WaitPicture />
        </span>
      );
  }
}
