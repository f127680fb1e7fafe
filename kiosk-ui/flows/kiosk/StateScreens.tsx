import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { secondsLeft } from "../../i18n/format.ts";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import {
  AttentionPicture,
  CardPicture,
  ClosedPicture,
  DonePicture,
  NetworkPicture,
  WaitPicture,
} from "../../ui/Pictograms.tsx";
import { cardInside } from "./board.ts";
import type { KioskStep } from "./step.ts";

export function StartingScreen(): JSX.Element {
  return <Message step="starting" picture={<WaitPicture />} {...ZH.starting} actions={{}} live />;
}

export function UnreachableScreen({ until }: { readonly until: number }): JSX.Element {
  const { now } = useKiosk();
  return (
    <Message
      step="unreachable"
      tone="wait"
      picture={<NetworkPicture />}
      title={ZH.unreachable.title}
      lead={ZH.unreachable.lead}
      actions={{}}
    >
      <CountdownRing until={until} />
      <p class="soft-text">{ZH.unreachable.retry(secondsLeft(until, now.value))}</p>
    </Message>
  );
}

export function SuspendedScreen(): JSX.Element {
  const { settings } = useKiosk();
  const phone = settings.value?.institution.staffPhone;
  return (
    <Message
      step="suspended"
      tone="wait"
      picture={<ClosedPicture />}
      title={ZH.suspended.title}
      lead={ZH.suspended.lead}
      actions={{ note: phone && ZH.home.phone(phone) }}
    />
  );
}

export function FarewellScreen(
  { step }: { readonly step: Extract<KioskStep, { kind: "farewell" }> },
): JSX.Element {
  const { board } = useKiosk();
  const inside = cardInside(board.value);
  return (
    <Message
      step={inside ? "take_card" : "farewell"}
      tone={inside ? "wait" : "good"}
      picture={inside ? <CardPicture leaving /> : <DonePicture />}
      {...(inside ? ZH.farewell.takeCard : ZH.farewell.bye)}
      actions={{}}
      live
    >
      {step.takeSlip && <p class="banner banner-wait">{ZH.farewell.takeSlip}</p>}
      <CountdownRing until={step.until} />
    </Message>
  );
}

export function CardLeftScreen(): JSX.Element {
  const kiosk = useKiosk();
  return (
    <Message
      step="card_left"
      tone="bad"
      picture={<AttentionPicture />}
      title={ZH.cardLeft.title}
      lead={ZH.cardLeft.lead}
      actions={{
        callReason: "card_left_behind",
        primary: {
          testId: "ignore-card",
          onPress: () => kiosk.ignoreCard(),
          children: ZH.cardLeft.ignore,
        },
      }}
    />
  );
}

export function CardRetainedScreen(
  { number, until }: { readonly number: string; readonly until: number },
): JSX.Element {
  const kiosk = useKiosk();
  return (
    <Message
      step="card_retained"
      tone="wait"
      picture={<AttentionPicture />}
      title={ZH.cardRetained.title}
      lead={ZH.cardRetained.lead}
      actions={{
        callReason: "help",
        primary: {
          testId: "ignore-card",
          onPress: () => kiosk.ignoreCard(),
          children: ZH.cardLeft.ignore,
        },
      }}
      live
    >
      <p class="order-number">
        {ZH.cardRetained.number}
        <strong data-testid="card-number">{number}</strong>
      </p>
      <CountdownRing until={until} />
    </Message>
  );
}
