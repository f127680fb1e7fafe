import type { JSX } from "preact";
import type { DischargeState, DischargeView } from "../../../server/modules/inpatient/contract.ts";
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
import { Elsewhere } from "./DischargeConfirm.tsx";
import type { InpatientFlow } from "./model.ts";
import type { InpatientStep } from "./step.ts";

interface DischargeEndedProps {
  readonly flow: InpatientFlow;
  readonly step: Extract<InpatientStep, { kind: "ended" }>;
}

/** What came back and how; never "failed" while somebody or something still sees to it. */
export function DischargeEnded({ flow, step }: DischargeEndedProps): JSX.Element {
  const kiosk = useKiosk();
  const { view, slip } = step;
  const state = view?.state ?? "returning";
  const words = ZH.inpatient.ended[state];
  return (
    <Message
      step={`inpatient.${state}`}
      tone={state === "returned" ? "good" : "wait"}
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
      {view && <Parts view={view} />}
      {view && <Elsewhere fen={view.elsewhereFen} />}
      {view && view.state !== "refused" && <SlipNote flow={flow} slip={slip} />}
    </Message>
  );
}

function Parts({ view }: { readonly view: DischargeView }): JSX.Element {
  const given = view.refunds.filter(({ state }) => state !== "refused");
  return (
    <ul class="parts">
      {given.flatMap(({ id, parts }) =>
        parts.map((part) => (
          <li key={`${id}-${part.way}`} data-testid="discharge-part">
            {part.to === null ? ZH.refund.way[part.way] : ZH.refund.backTo(part.to)}
            <AmountText fen={part.amountFen} size="large" />
          </li>
        ))
      )}
    </ul>
  );
}

function pictureOf(state: DischargeState): JSX.Element {
  switch (state) {
    case "returned":
    case "partly":
      return <DonePicture />;
    case "needs_attention":
      return <StaffPicture />;
    case "returning":
      return <ReturnPicture />;
    case "refused":
      return <AttentionPicture />;
  }
}
