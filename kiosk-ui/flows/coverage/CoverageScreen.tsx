import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { AttentionPicture } from "../../ui/Pictograms.tsx";
import type { PatientSession } from "../flow.ts";

export function CoverageScreen({ session }: { readonly session: PatientSession }): JSX.Element {
  const kiosk = useKiosk();
  const { status } = session.insurance;
  const words = status === "unavailable" ? ZH.coverage.unavailable : ZH.coverage.not_covered;
  return (
    <Message
      step={`coverage.${status}`}
      tone="wait"
      picture={<AttentionPicture />}
      title={words.title}
      lead={words.lead}
      progress={0}
      actions={{
        back: "leave",
        primary: {
          testId: "pay-oneself",
          onPress: () => kiosk.payOneself(),
          children: ZH.coverage.payOneself,
        },
      }}
    >
      <Button testId="other-medium" onPress={() => kiosk.presentAgain()}>
        {ZH.coverage.otherMedium}
      </Button>
    </Message>
  );
}
