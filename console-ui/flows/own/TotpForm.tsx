import type { JSX } from "preact";
import type { TotpEnrolment } from "../../api/endpoints/own.ts";
import { ZH } from "../../i18n/zh.ts";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { TotpSecret } from "../second_factor/TotpSecret.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.enrolment;
const CODE_LENGTH = 6;

interface TotpFormProps {
  readonly flow: OwnModelInstance;
  readonly enrolment: TotpEnrolment;
}

export function TotpForm({ flow, enrolment }: TotpFormProps): JSX.Element {
  return (
    <form
      class="form"
      onSubmit={(event) => void flow.deeds.confirmTotp(sentFields(event)["code"] ?? "")}
    >
      <p>{WORDS.lead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <TotpSecret enrolment={enrolment} />
      <TextField
        name="code"
        label={WORDS.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={CODE_LENGTH}
        required
        autoFocus
      />
      <FormActions
        send={ZH.own.factor.enrolDone}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
      />
    </form>
  );
}
