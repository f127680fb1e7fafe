import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { EvidencePacksModelInstance, PackForm as Form } from "./model.ts";

const WORDS = ZH.packs;

interface PackFormProps {
  readonly flow: EvidencePacksModelInstance;
  readonly form: Form;
}

export function PackForm({ flow, form }: PackFormProps): JSX.Element {
  return (
    <AskDialog
      title={WORDS.formTitle}
      lead={WORDS.formLead}
      send={WORDS.send}
      sending={flow.sending}
      testId="pack-form"
      onSend={(fields) => void flow.start(fields)}
      onClose={() => flow.close()}
    >
      <SelectField name="profile" label={WORDS.profile} choices={Object.entries(WORDS.profiles)} />
      <TextField name="from" type="date" label={WORDS.from} value={form.from} required />
      <TextField
        name="to"
        type="date"
        label={WORDS.to}
        value={form.to}
        hint={WORDS.spanHint}
        required
      />
    </AskDialog>
  );
}
