import type { JSX } from "preact";
import type { CertificateChallenge } from "../../../server/modules/access/certificates/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.certificate;
const FACTOR_WORDS = ZH.secondFactor;
const PEM_LENGTH_MAX = 16_000;
const SIGNATURE_LENGTH_MAX = 144;

interface CertificateFormProps {
  readonly flow: OwnModelInstance;
  /** Null until it is there. */
  readonly challenge: CertificateChallenge | null;
}

export function CertificateForm({ flow, challenge }: CertificateFormProps): JSX.Element {
  function send(event: Event): void {
    const { pem = "", signature = "" } = sentFields(event);
    void flow.deeds.enrolCertificate(pem, signature);
  }
  return (
    <form class="form" onSubmit={send}>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <TextField
        name="pem"
        label={WORDS.pem}
        hint={WORDS.pemHint}
        rows={5}
        maxLength={PEM_LENGTH_MAX}
        required
        autoFocus
      />
      {challenge && (
        <div class="field">
          <p class="field-label">{FACTOR_WORDS.challenge}</p>
          <p class="challenge" data-testid="challenge">{challenge.text}</p>
          <p class="field-hint">{FACTOR_WORDS.challengeHint}</p>
        </div>
      )}
      <p>
        <Button size="sm" onClick={() => void flow.deeds.openCertificate()} data-testid="again">
          {WORDS.again}
        </Button>
      </p>
      <TextField
        name="signature"
        label={FACTOR_WORDS.field.certificate}
        rows={3}
        maxLength={SIGNATURE_LENGTH_MAX}
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
