import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields, sentSecret } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { SignInModelInstance, SignInStep } from "./model.ts";

interface PasswordFormProps {
  readonly flow: SignInModelInstance;
  readonly step: Extract<SignInStep, { kind: "password" }>;
}

export function PasswordForm({ flow, step }: PasswordFormProps): JSX.Element {
  const words = ZH.signIn;
  function send(event: Event): void {
    const { login = "" } = sentFields(event);
    void flow.enter(login, sentSecret(event, "password"));
  }
  return (
    <form class="form" onSubmit={send} data-testid="password-form">
      <StepTitle title={words.title} />
      <RefusalNote refusal={step.refusal} />
      <TextField name="login" label={words.login} autoComplete="username" required autoFocus />
      <TextField
        name="password"
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
      />
      <Button
        type="submit"
        appearance="primary"
        size="lg"
        block
        loading={step.busy}
        data-testid="enter"
      >
        {words.enter}
      </Button>
      {step.providers.length > 0 && (
        <div class="other-ways">
          <p class="other-ways-or">{words.or}</p>
          {step.providers.map(({ provider, title, startUrl }) => (
            <a
              key={provider}
              class="rs-btn rs-btn-default rs-btn-lg rs-btn-block"
              href={startUrl}
              data-testid={`sso-${provider}`}
            >
              {title}
            </a>
          ))}
        </div>
      )}
    </form>
  );
}
