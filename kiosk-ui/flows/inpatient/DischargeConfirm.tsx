import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Message } from "../../ui/Message.tsx";
import { ReturnPicture } from "../../ui/Pictograms.tsx";
import type { InpatientFlow } from "./model.ts";
import type { Stay } from "./step.ts";

const WORDS = ZH.inpatient;

interface DischargeConfirmProps {
  readonly flow: InpatientFlow;
  readonly stay: Stay;
}

/** How it goes back, before it does. */
export function DischargeConfirm({ flow, stay }: DischargeConfirmProps): JSX.Element {
  const { discharge } = stay;
  return (
    <Message
      step="inpatient.confirm"
      picture={<ReturnPicture />}
      title={WORDS.confirmTitle}
      lead={WORDS.confirmLead}
      dense
      actions={{
        back: "back",
        primary: {
          testId: "discharge-confirm",
          onPress: () => void flow.confirm(),
          children: WORDS.confirm,
        },
      }}
    >
      <ul class="parts">
        {discharge?.parts.map((part, place) => (
          <li key={place} data-testid="discharge-part">
            {part.to === null ? ZH.refund.way.cash : ZH.refund.backTo(part.to)}
            <AmountText fen={part.amountFen} size="large" />
          </li>
        ))}
      </ul>
      {discharge && <Elsewhere fen={discharge.elsewhereFen} />}
    </Message>
  );
}

/** What was not paid in by the platform, and where it is. */
export function Elsewhere({ fen }: { readonly fen: string }): JSX.Element | null {
  if (fen === "0") return null;
  return (
    <p class="banner banner-wait" data-testid="elsewhere">
      {WORDS.elsewhere}
      <AmountText fen={fen} size="large" />
    </p>
  );
}
