import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { OrganisationView } from "../../../server/modules/access/organisations/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { OrganisationForm, OrganisationsModelInstance } from "./model.ts";
import { changeOf, kindsBelow, type NewKind, newOrganisationOf } from "./organisation_form.ts";

const WORDS = ZH.organisations;
const NAME_LENGTH_MAX = 100;
const CODE_LENGTH_MAX = 12;
const PHONE_LENGTH_MAX = 32;

interface OrganisationDialogProps {
  readonly flow: OrganisationsModelInstance;
  readonly form: OrganisationForm;
}

export function OrganisationDialog({ flow, form }: OrganisationDialogProps): JSX.Element {
  const title = form.kind === "create" ? WORDS.createTitle(form.parent.name) : WORDS.changeTitle;
  return (
    <Dialog
      title={title}
      size="xs"
      testId="organisation-form"
      onClose={() => flow.closeForm()}
    >
      {form.kind === "create" ? <CreateForm flow={flow} parent={form.parent} /> : (
        <ChangeForm
          key={JSON.stringify(form.organisation)}
          flow={flow}
          organisation={form.organisation}
        />
      )}
    </Dialog>
  );
}

function CreateForm(
  { flow, parent }: {
    readonly flow: OrganisationsModelInstance;
    readonly parent: OrganisationView;
  },
): JSX.Element {
  const kinds = kindsBelow(parent.kind);
  const [kind, setKind] = useState<NewKind>(kinds[0] ?? "station");
  return (
    <form
      class="form"
      onSubmit={(event) => void flow.create(newOrganisationOf(sentFields(event), kind))}
    >
      <RefusalNote refusal={flow.sending.refusal.value} />
      <SelectField
        name="kind"
        label={WORDS.field.kind}
        value={kind}
        choices={kinds.map((each) => [each, WORDS.kind[each]])}
        onChange={(chosen) => setKind(kinds.find((each) => each === chosen) ?? kind)}
      />
      <TextField
        name="code"
        label={WORDS.field.code}
        hint={WORDS.codeHint[kind]}
        maxLength={CODE_LENGTH_MAX}
        required
      />
      <NameFields type={kind === "town" ? null : `community_health_${kind}`} />
      <FormActions
        send={WORDS.save}
        busy={flow.sending.busy.value}
        onCancel={() => flow.closeForm()}
      />
    </form>
  );
}

function ChangeForm(
  { flow, organisation }: {
    readonly flow: OrganisationsModelInstance;
    readonly organisation: OrganisationView;
  },
): JSX.Element {
  return (
    <form class="form" onSubmit={(event) => void flow.change(changeOf(sentFields(event)))}>
      <RefusalNote refusal={flow.sending.refusal.value} onReload={() => void flow.reload()} />
      <NameFields {...organisation} />
      <FormActions
        send={WORDS.save}
        busy={flow.sending.busy.value}
        onCancel={() => flow.closeForm()}
      />
    </form>
  );
}

function NameFields(
  { name = "", type, staffPhone = null }:
    & Pick<OrganisationView, "type">
    & Partial<OrganisationView>,
): JSX.Element {
  return (
    <>
      <TextField
        name="name"
        label={WORDS.field.name}
        value={name}
        maxLength={NAME_LENGTH_MAX}
        required
      />
      {type !== null && (
        <SelectField
          key={type}
          name="type"
          label={WORDS.field.type}
          value={type}
          choices={Object.entries(WORDS.type)}
        />
      )}
      <TextField
        name="staffPhone"
        label={WORDS.field.staffPhone}
        value={staffPhone ?? ""}
        maxLength={PHONE_LENGTH_MAX}
      />
    </>
  );
}
