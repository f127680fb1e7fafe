import type { JSX } from "preact";
import type { RefundState, RefundView } from "../../../server/modules/refund/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import {
  AttentionPicture,
  DonePicture,
  ReturnPicture,
  StaffPicture,
} from "../../ui/Pictograms.tsx";
import { SlipNote } from "../order/SlipNote.tsx";
import type { RefundFlow, RefundStep } from "./model.ts";

interface EndedScreenProps {
  readonly flow: RefundFlow;
  readonly step: Extract<RefundStep, { kind: "ended" }>;
}

/** What came back and how; never "failed" while somebody or something still sees to it. */
export function EndedScreen({ flow, step }: EndedScreenProps): JSX.Element {
  const kiosk = useKiosk();
  const { view, slip } = step;
  const state = view?.state ?? "returning";
  const words = ZH.refund.ended[state];
  const isGood = state === "returned";
  return (
    <Message
      step={`refund.${state}`}
      tone={isGood ? "good" : "wait"}
      picture={pictureOf(state)}
      title={words.title}
      lead={words.lead}
      actions={{
        back: { name: ZH.order.completed.more, onPress: () => kiosk.goOn() },
        primary: { testId: "finish", onPress: () => kiosk.end(), children: ZH.action.done },
      }}
      live
      dense
    >
      {view && view.number !== null && (
        <p class="order-number">
          {ZH.refund.number}
          <strong data-testid="refund-number">{view.number}</strong>
        </p>
      )}
      {isGood && view && <Parts view={view} />}
      {view?.gaveEverything && <p class="banner banner-wait">{ZH.refund.gaveEverything}</p>}
      {view && <SlipNote flow={flow} slip={slip} />}
    </Message>
  );
}

function Parts({ view }: { readonly view: RefundView }): JSX.Element {
  return (
    <ul class="parts">
      {view.parts.filter((part) => BigInt(part.amountFen) > 0n).map((part) => (
        <li key={part.way} data-testid={`part-${part.way}`}>
          {part.to === null ? ZH.refund.way[part.way] : ZH.refund.backTo(part.to)}
          <AmountText fen={part.amountFen} size="large" />
        </li>
      ))}
    </ul>
  );
}

function pictureOf(state: RefundState): JSX.Element {
  switch (state) {
    case "returned":
      return <DonePicture />;
    case "asked":
    case "needs_attention":
      return <StaffPicture />;
    case "returning":
      return <ReturnPicture />;
    case "rejected":
    case "refused":
      return <AttentionPicture />;
  }
}
