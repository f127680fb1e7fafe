import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ZH } from "../../i18n/zh.ts";
import { sentSecret } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { SignInModelInstance, SignInStep } from "./model.ts";

interface PasswordChangeFormProps {
  readonly flow: SignInModelInstance;
  readonly step: Extract<SignInStep, { kind: "password_change" }>;
}

export function PasswordChangeForm({ flow, step }: PasswordChangeFormProps): JSX.Element {
  const words = ZH.passwordChange;
  const { lengthMin, classesMin, history } = step.rules;
  const [differs, setDiffers] = useState(false);
  function send(event: Event): void {
    event.preventDefault();
    const password = sentSecret(event, "newPassword");
    const isSame = password === sentSecret(event, "repeat");
    setDiffers(!isSame);
    if (isSame) void flow.changePassword(password);
  }
  return (
    <form class="form" onSubmit={send} data-testid="password-change-form">
      <StepTitle title={words.title} />
      <p>{words.why[step.why]}</p>
      <RefusalNote refusal={step.refusal} />
      <ul class="rules">
        {words.rules(lengthMin, classesMin, history).map((rule) => <li key={rule}>{rule}</li>)}
      </ul>
      <TextField
        name="newPassword"
        label={words.password}
        type="password"
        autoComplete="new-password"
        required
        autoFocus
      />
      <TextField
        name="repeat"
        label={words.repeat}
        type="password"
        autoComplete="new-password"
        error={differs ? words.differs : null}
        required
      />
      <Button type="submit" appearance="primary" size="lg" block loading={step.busy}>
        {words.save}
      </Button>
    </form>
  );
}
