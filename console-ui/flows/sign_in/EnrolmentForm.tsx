import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { TotpSecret } from "../second_factor/TotpSecret.tsx";
import type { SignInModelInstance, SignInStep } from "./model.ts";

interface EnrolmentFormProps {
  readonly flow: SignInModelInstance;
  readonly step: Extract<SignInStep, { kind: "enrolment" }>;
}

export function EnrolmentForm({ flow, step }: EnrolmentFormProps): JSX.Element {
  const words = ZH.enrolment;
  const { totp } = step;
  return (
    <form
      class="form"
      onSubmit={(event) => void flow.confirmTotp(sentFields(event)["code"] ?? "")}
      data-testid="enrolment-form"
    >
      <StepTitle title={words.title} />
      <p>{words.lead}</p>
      <RefusalNote refusal={step.refusal} />
      {totp === null && step.refusal === null && <LoadingBox />}
      {totp !== null && (
        <>
          <TotpSecret enrolment={totp} />
          <TextField
            name="code"
            label={words.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            required
            autoFocus
          />
          <Button type="submit" appearance="primary" size="lg" block loading={step.busy}>
            {words.confirm}
          </Button>
        </>
      )}
    </form>
  );
}
