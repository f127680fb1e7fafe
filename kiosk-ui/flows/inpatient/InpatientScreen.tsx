import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/Message.tsx";
import { EmptyPicture, ReturnPicture, WardPicture } from "../../ui/Pictograms.tsx";
import { Refused } from "../../ui/Refused.tsx";
import { Waiting } from "../../ui/Waiting.tsx";
import { DischargeConfirm } from "./DischargeConfirm.tsx";
import { DischargeEnded } from "./DischargeEnded.tsx";
import type { InpatientFlow } from "./model.ts";
import { StayScreen } from "./StayScreen.tsx";
import { TypedAmount } from "./TypedAmount.tsx";

const WORDS = ZH.inpatient;

export function InpatientScreen({ flow }: { readonly flow: InpatientFlow }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "loading":
      return (
        <Waiting
          step="inpatient.loading"
          picture={<WardPicture />}
          title={WORDS.loading}
          lead={ZH.starting.lead}
          until={step.until}
          isLeavable
        />
      );
    case "none":
      return (
        <Message
          step="inpatient.none"
          picture={<EmptyPicture />}
          title={WORDS.noneTitle}
          lead={WORDS.noneLead}
          actions={{ back: "back" }}
        />
      );
    case "stay":
      return <StayScreen flow={flow} stay={step.stay} />;
    case "typing":
      return <TypedAmount flow={flow} step={step} />;
    case "confirm":
      return <DischargeConfirm flow={flow} stay={step.stay} />;
    case "returning":
      return (
        <Waiting
          step="inpatient.returning"
          picture={<ReturnPicture />}
          title={WORDS.returning.title}
          lead={WORDS.returning.lead}
          until={step.until}
        />
      );
    case "ended":
      return <DischargeEnded flow={flow} step={step} />;
    case "refused":
      return (
        <Refused
          step="inpatient.refused"
          title={WORDS.refusedTitle}
          code={step.code}
          again={() => void flow.load()}
        />
      );
  }
}
