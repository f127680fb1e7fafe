import type { JSX } from "preact";
import type { PatientView } from "../../../server/modules/identity/contract.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { Keypad } from "../../ui/Keypad.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { AttentionPicture, PersonPicture, WaitPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { PHONE_DIGITS, type ProfileFlow } from "./model.ts";
import { Waiting } from "../../ui/Waiting.tsx";

interface ProfileScreenProps {
  readonly flow: ProfileFlow;
  readonly patient: PatientView;
}

export function ProfileScreen({ flow, patient }: ProfileScreenProps): JSX.Element {
  const step = flow.step.value;
  const words = ZH.profile;
  const kiosk = useKiosk();
  switch (step.kind) {
    case "introducing":
      return (
        <Message
          step="profile.introducing"
          picture={<PersonPicture />}
          title={words.intro.title}
          lead={words.intro.lead}
          progress={0}
          actions={{
            back: "leave",
            primary: {
              testId: "profile-start",
              onPress: () => flow.start(),
              children: words.intro.start,
            },
          }}
        >
          <Person patient={patient} />
        </Message>
      );
    case "entering":
      return <Entering flow={flow} digits={step.digits} wrong={step.wrong} />;
    case "confirming":
      return (
        <Message
          step="profile.confirming"
          picture={<PersonPicture />}
          title={words.confirming.title}
          progress={0}
          actions={{
            back: { name: words.confirming.change, onPress: () => flow.change() },
            primary: {
              testId: "profile-save",
              onPress: () => void flow.save(),
              children: words.confirming.yes,
            },
          }}
        >
          <p class="phone phone-read" data-testid="phone">{spaced(step.digits)}</p>
          <Person patient={patient} />
        </Message>
      );
    case "saving":
      return (
        <Waiting
          step="profile.saving"
          picture={<WaitPicture />}
          title={words.saving}
          progress={0}
          until={step.until}
        />
      );
    case "refused":
      return (
        <Message
          step="profile.refused"
          tone="wait"
          picture={<AttentionPicture />}
          title={words.refusedTitle}
          lead={problemText(step.code)}
          progress={0}
          actions={{
            back: "leave",
            primary: {
              testId: "try-again",
              onPress: () => flow.start(),
              children: ZH.action.again,
            },
          }}
        >
          <Button testId="refused-leave" onPress={() => kiosk.leave()}>{ZH.action.home}</Button>
        </Message>
      );
  }
}

interface EnteringProps {
  readonly flow: ProfileFlow;
  readonly digits: string;
  readonly wrong: boolean;
}

function Entering({ flow, digits, wrong }: EnteringProps): JSX.Element {
  const words = ZH.profile.entering;
  return (
    <Screen
      step="profile.entering"
      title={words.title}
      lead={words.lead}
      progress={0}
      actions={{
        back: "leave",
        primary: {
          testId: "profile-next",
          disabled: digits.length < PHONE_DIGITS,
          onPress: () => flow.check(),
          children: words.next,
        },
      }}
    >
      <div class="phone-entry">
        <p class="phone" data-testid="phone" aria-live="polite">
          {spaced(digits)}
          <span class="caret" aria-hidden="true" />
        </p>
        {wrong && <p class="banner banner-wait" role="alert">{words.wrong}</p>}
        <Keypad
          onDigit={(digit) => flow.press(digit)}
          onErase={() => flow.erase()}
          onClear={() => flow.clear()}
        />
      </div>
    </Screen>
  );
}

function Person({ patient }: { readonly patient: PatientView }): JSX.Element {
  return (
    <dl class="facts">
      <dt>{ZH.profile.intro.name}</dt>
      <dd>{patient.maskedName}</dd>
      <dt>{ZH.profile.intro.idNumber}</dt>
      <dd>{patient.maskedIdNumber}</dd>
    </dl>
  );
}

/** 138 0013 8000: as phone numbers are read aloud. */
function spaced(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter(Boolean).join(" ");
}
