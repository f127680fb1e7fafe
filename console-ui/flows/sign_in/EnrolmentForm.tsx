import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { QrCode } from "../../ui/QrCode.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { TextField } from "../../ui/TextField.tsx";
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
          <div class="enrolment">
            <QrCode text={totp.otpauthUrl} label={words.qr} />
            <div>
              <p class="field-hint">{words.secret}</p>
              <p class="secret" data-testid="totp-secret">{grouped(totp.secret)}</p>
            </div>
          </div>
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

/** Groups of four, as authenticators show it. */
function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
