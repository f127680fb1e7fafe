import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Keypad } from "../../ui/Keypad.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { type IdentifyFlow, type IdentifyStep, isWhole } from "./model.ts";

interface FaceNumberProps {
  readonly flow: IdentifyFlow;
  readonly step: Extract<IdentifyStep, { kind: "face_number" }>;
}

/** What is typed before the face is shown; one way on. */
export function FaceNumber({ flow, step }: FaceNumberProps): JSX.Element {
  const words = ZH.identify.faceNumber;
  const { number, length } = step;
  return (
    <Screen
      step="identify.face_number"
      title={words[length].title}
      lead={words[length].lead}
      progress={0}
      actions={{
        back: { name: ZH.action.back, onPress: () => flow.again() },
        primary: {
          testId: "show-face",
          disabled: !isWhole(step),
          onPress: () => void flow.showFace(),
          children: words.go,
        },
      }}
    >
      <div class="phone-entry">
        <p class="phone" data-testid="face-number" aria-live="polite">
          {number || "\u00a0"}
        </p>
        <Keypad
          onDigit={(digit) => flow.type(digit)}
          onErase={() => flow.type(null)}
          onLetter={() => flow.type("X")}
        />
      </div>
    </Screen>
  );
}
