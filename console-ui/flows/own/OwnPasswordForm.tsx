import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PasswordRules } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentSecret } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.password;
const RULE_WORDS = ZH.passwordChange;

interface OwnPasswordFormProps {
  readonly flow: OwnModelInstance;
  readonly rules: PasswordRules | null;
}

export function OwnPasswordForm({ flow, rules }: OwnPasswordFormProps): JSX.Element {
  const [differs, setDiffers] = useState(false);
  function send(event: Event): void {
    event.preventDefault();
    const wanted = sentSecret(event, "newPassword");
    const isSame = wanted === sentSecret(event, "repeat");
    setDiffers(!isSame);
    if (isSame) void flow.deeds.changePassword(sentSecret(event, "password"), wanted);
  }
  return (
    <form class="form" onSubmit={send}>
      <p>{WORDS.lead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      {rules && <Rules rules={rules} />}
      <TextField
        name="password"
        label={WORDS.old}
        type="password"
        autoComplete="current-password"
        required
        autoFocus
      />
      <TextField
        name="newPassword"
        label={RULE_WORDS.password}
        type="password"
        autoComplete="new-password"
        required
      />
      <TextField
        name="repeat"
        label={RULE_WORDS.repeat}
        type="password"
        autoComplete="new-password"
        error={differs ? RULE_WORDS.differs : null}
        required
      />
      <FormActions
        send={WORDS.save}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
      />
    </form>
  );
}

function Rules({ rules }: { readonly rules: PasswordRules }): JSX.Element {
  const { lengthMin, classesMin, history } = rules;
  return (
    <ul class="rules">
      {RULE_WORDS.rules(lengthMin, classesMin, history).map((rule) => <li key={rule}>{rule}</li>)}
    </ul>
  );
}
