import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { EnrolmentForm } from "./EnrolmentForm.tsx";
import type { SignInModelInstance } from "./model.ts";
import { PasswordChangeForm } from "./PasswordChangeForm.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { SecondFactorForm } from "./SecondFactorForm.tsx";

interface SignInScreenProps {
  readonly flow: SignInModelInstance;
  readonly ended: boolean;
}

export function SignInScreen({ flow, ended }: SignInScreenProps): JSX.Element {
  const step = flow.step.value;
  const showsEnded = ended && step.kind === "password" && step.refusal === null;
  return (
    <div class="entrance">
      <aside class="entrance-side">
        <p class="entrance-city">{ZH.city}</p>
        <p class="entrance-product">{ZH.product}</p>
        <p class="entrance-lead">{ZH.signIn.lead}</p>
      </aside>
      <main class="entrance-main" data-testid={`sign-in-${step.kind}`}>
        <div class="entrance-card">
          {showsEnded && (
            <div role="alert" data-testid="session-ended">
              <Message type="info" showIcon role="presentation">{ZH.signIn.ended}</Message>
            </div>
          )}
          <StepForm flow={flow} />
          {step.kind !== "password" && step.kind !== "recovery_codes" && (
            <button
              type="button"
              class="text-button"
              onClick={() => flow.restart()}
            >
              {ZH.signIn.restart}
            </button>
          )}
        </div>
      </main>
    </div>
  );
}

/** The key makes each step's form begin empty. */
function StepForm({ flow }: { readonly flow: SignInModelInstance }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "password":
      return <PasswordForm key="password" flow={flow} step={step} />;
    case "password_change":
      return <PasswordChangeForm key="change" flow={flow} step={step} />;
    case "enrolment":
      return <EnrolmentForm key="enrolment" flow={flow} step={step} />;
    case "recovery_codes":
      return <RecoveryCodes key="codes" codes={step.codes} onKept={() => flow.kept()} />;
    case "second_factor":
      return <SecondFactorForm key="factor" flow={flow} step={step} />;
  }
}
