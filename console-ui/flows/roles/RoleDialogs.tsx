import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RoleView } from "../../../server/modules/access/rights/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { CheckList } from "../../ui/CheckList.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentChoices, sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { PermissionView, RoleDialog, RolesModelInstance } from "./model.ts";
import { type Duty, dutyOf, roleFieldsOf } from "./role_form.ts";

const WORDS = ZH.roles;
const NAME_LENGTH_MAX = 50;
const ADDRESS_ROWS = 3;

interface RoleDialogsProps {
  readonly flow: RolesModelInstance;
  readonly dialog: RoleDialog;
  readonly permissions: readonly PermissionView[];
}

export function RoleDialogs({ flow, dialog, permissions }: RoleDialogsProps): JSX.Element {
  const close = () => flow.close();
  if (dialog.kind === "remove") {
    const title = WORDS.removeTitle(dialog.role.name);
    return (
      <Dialog title={title} size="xs" testId="role-remove" onClose={close}>
        <RemoveForm flow={flow} />
      </Dialog>
    );
  }
  const role = dialog.kind === "change" ? dialog.role : null;
  const title = role ? WORDS.changeTitle(role.name) : WORDS.createTitle;
  return (
    <Dialog title={title} size="sm" testId="role-form" onClose={close}>
      <RoleForm key={role?.version} flow={flow} role={role} permissions={permissions} />
    </Dialog>
  );
}

interface RoleFormProps {
  readonly flow: RolesModelInstance;
  readonly role: RoleView | null;
  readonly permissions: readonly PermissionView[];
}

function RoleForm({ flow, role, permissions }: RoleFormProps): JSX.Element {
  const [duty, setDuty] = useState<Duty>(role?.duty ?? "business");
  function send(event: Event): void {
    void flow.save(roleFieldsOf(sentFields(event), sentChoices(event, "permission")));
  }
  return (
    <form class="form" onSubmit={send}>
      <RefusalNote refusal={flow.sending.refusal.value} onReload={() => void flow.reload()} />
      {role?.builtin ? <p>{WORDS.builtinLead}</p> : (
        <>
          <TextField
            name="name"
            label={WORDS.field.name}
            value={role?.name ?? ""}
            maxLength={NAME_LENGTH_MAX}
            required
            autoFocus
          />
          {role === null && (
            <SelectField
              name="duty"
              label={WORDS.field.duty}
              value={duty}
              choices={Object.entries(ZH.duty)}
              onChange={(chosen) => setDuty(dutyOf(chosen))}
            />
          )}
          <CheckList
            key={duty}
            name="permission"
            label={WORDS.field.permissions}
            choices={permissions.filter(({ duties }) => duties.includes(duty))
              .map(({ permission, title }) => [permission, title])}
            ticked={new Set(role?.permissions)}
          />
        </>
      )}
      <TextField
        name="addresses"
        label={WORDS.field.addresses}
        value={role?.addresses?.join("\n") ?? ""}
        hint={WORDS.addressesHint}
        rows={ADDRESS_ROWS}
      />
      <FormActions send={WORDS.save} busy={flow.sending.busy.value} onCancel={() => flow.close()} />
    </form>
  );
}

function RemoveForm({ flow }: { readonly flow: RolesModelInstance }): JSX.Element {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void flow.remove();
      }}
    >
      <p>{WORDS.removeLead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <FormActions
        send={WORDS.remove}
        busy={flow.sending.busy.value}
        onCancel={() => flow.close()}
        danger
      />
    </form>
  );
}
