import type { JSX } from "preact";
import { yuan } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Keypad } from "../../ui/Keypad.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { InpatientFlow } from "./model.ts";
import type { TypingStep } from "./step.ts";

const WORDS = ZH.inpatient.typing;

interface TypedAmountProps {
  readonly flow: InpatientFlow;
  readonly step: TypingStep;
}

/** Whole yuan; what it comes to is shown once more before it is paid. */
export function TypedAmount({ flow, step }: TypedAmountProps): JSX.Element {
  const limits = step.stay.topUp?.typed;
  const lead = limits ? WORDS.lead(yuan(limits.minFen), yuan(limits.maxFen)) : undefined;
  return (
    <Screen
      step="inpatient.typing"
      title={WORDS.title}
      lead={step.isOutside ? undefined : lead}
      actions={{
        back: "back",
        primary: {
          testId: "deposit-next",
          disabled: step.digits === "",
          onPress: () => flow.check(),
          children: ZH.action.next,
        },
      }}
    >
      <div class="phone-entry">
        <p class="phone" data-testid="deposit-typed" aria-live="polite">
          {WORDS.yuan(step.digits)}
          <span class="caret" aria-hidden="true" />
        </p>
        {step.isOutside && <p class="banner banner-wait" role="alert">{lead}</p>}
        <Keypad
          onDigit={(digit) => flow.press(digit)}
          onErase={() => flow.erase()}
          onClear={() => flow.clear()}
        />
      </div>
    </Screen>
  );
}
