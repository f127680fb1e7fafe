import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { dayOf } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { AccountDialog, Deed } from "./account_deeds.ts";
import type { AccountsModelInstance } from "./model.ts";
import { OneTimePasswordSheet } from "./OneTimePasswordSheet.tsx";

const WORDS = ZH.accounts;
const LOGIN_LENGTH_MAX = 32;
const NAME_LENGTH_MAX = 50;
const REASON_LENGTH_MAX = 200;

interface AccountDialogsProps {
  readonly flow: AccountsModelInstance;
  readonly dialog: AccountDialog;
}

export function AccountDialogs({ flow, dialog }: AccountDialogsProps): JSX.Element {
  const close = () => flow.deeds.close();
  switch (dialog.kind) {
    case "create":
      return (
        <Dialog title={WORDS.createTitle} testId="account-form" onClose={close}>
          <CreateForm flow={flow} />
        </Dialog>
      );
    case "change":
      return (
        <Dialog
          title={WORDS.changeTitle(dialog.account.login)}
          size="xs"
          testId="account-form"
          onClose={close}
        >
          <ChangeForm key={JSON.stringify(dialog.account)} flow={flow} account={dialog.account} />
        </Dialog>
      );
    case "deed":
      return (
        <Dialog
          title={WORDS.deed[dialog.deed].title(dialog.account.login)}
          size="xs"
          testId="account-deed"
          onClose={close}
        >
          <DeedForm flow={flow} deed={dialog.deed} />
        </Dialog>
      );
    case "password":
      return (
        <Dialog title={WORDS.oneTime.title} size="xs" testId="one-time-password" onClose={close}>
          <OneTimePasswordSheet {...dialog} onDone={close} />
        </Dialog>
      );
  }
}

function CreateForm({ flow }: { readonly flow: AccountsModelInstance }): JSX.Element {
  return (
    <form class="form" onSubmit={(event) => void flow.deeds.create(sentFields(event))}>
      <p>{WORDS.createLead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <div class="field-grid">
        <TextField
          name="login"
          label={WORDS.columns.login}
          maxLength={LOGIN_LENGTH_MAX}
          pattern="[a-z][a-z0-9._\-]{2,31}"
          autoComplete="off"
          required
          autoFocus
        />
        <TextField
          name="name"
          label={WORDS.columns.name}
          maxLength={NAME_LENGTH_MAX}
          autoComplete="off"
          required
        />
        <SelectField
          name="kind"
          label={WORDS.field.kind}
          choices={Object.entries(WORDS.kind)}
        />
        <SelectField
          name="duty"
          label={WORDS.columns.duty}
          value="business"
          choices={Object.entries(ZH.duty)}
        />
      </div>
      <p class="field-hint">{WORDS.loginHint}</p>
      <p class="field-hint">{WORDS.dutyHint}</p>
      <OrganisationField picker={flow.picker} label={WORDS.organisation} />
      <TextField
        name="expiresAt"
        label={WORDS.field.expiresAt}
        type="date"
        hint={WORDS.expiryHint}
      />
      <FormActions
        send={WORDS.save}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
      />
    </form>
  );
}

function ChangeForm(
  { flow, account }: { readonly flow: AccountsModelInstance; readonly account: AccountView },
): JSX.Element {
  return (
    <form class="form" onSubmit={(event) => void flow.deeds.change(sentFields(event))}>
      <RefusalNote
        refusal={flow.sending.refusal.value}
        onReload={() => void flow.deeds.reload()}
      />
      <TextField
        name="name"
        label={WORDS.columns.name}
        value={account.name}
        maxLength={NAME_LENGTH_MAX}
        required
        autoFocus
      />
      <TextField
        name="expiresAt"
        label={WORDS.field.expiresAt}
        type="date"
        value={dayOf(account.expiresAt)}
        hint={WORDS.expiryHint}
      />
      <FormActions
        send={WORDS.save}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
      />
    </form>
  );
}

const WITH_REASON: ReadonlySet<Deed> = new Set(["enable", "disable", "close"]);

function DeedForm(
  { flow, deed }: { readonly flow: AccountsModelInstance; readonly deed: Deed },
): JSX.Element {
  const words = WORDS.deed[deed];
  return (
    <form
      class="form"
      onSubmit={(event) => void flow.deeds.doDeed(sentFields(event)["reason"] ?? "")}
    >
      <p>{words.lead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      {WITH_REASON.has(deed) && (
        <TextField
          name="reason"
          label={WORDS.reason}
          hint={WORDS.reasonHint}
          maxLength={REASON_LENGTH_MAX}
          required
          autoFocus
        />
      )}
      <FormActions
        send={words.button}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
        danger={deed === "close"}
      />
    </form>
  );
}
