import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { EraseForm } from "./EraseForm.tsx";
import { ExportedFile } from "./ExportedFile.tsx";
import type { PersonsModelInstance } from "./model.ts";
import type { PersonDialog } from "./person_deeds.ts";
import { ReasonField } from "./ReasonField.tsx";

const WORDS = ZH.persons;

interface PersonDialogBoxProps {
  readonly flow: PersonsModelInstance;
  readonly dialog: PersonDialog;
}

export function PersonDialogBox({ flow, dialog }: PersonDialogBoxProps): JSX.Element {
  const size = dialog.kind === "erase" ? "sm" : "xs";
  return (
    <Dialog
      title={titleOf(dialog)}
      size={size}
      testId={`person-${dialog.kind}`}
      onClose={() => flow.deeds.close()}
    >
      <Content flow={flow} dialog={dialog} />
    </Dialog>
  );
}

function titleOf(dialog: PersonDialog): string {
  switch (dialog.kind) {
    case "reveal":
      return WORDS.reveal.title(WORDS.columns[dialog.field]);
    case "export":
    case "exported":
      return WORDS.export.title;
    case "erase":
      return WORDS.erase.title;
    case "withdraw":
      return WORDS.consents.withdrawTitle(WORDS.consents.purpose[dialog.purpose]);
  }
}

function Content({ flow, dialog }: PersonDialogBoxProps): JSX.Element {
  const { deeds } = flow;
  switch (dialog.kind) {
    case "reveal":
      return (
        <ReasonForm
          flow={flow}
          lead={WORDS.reveal.lead}
          send={WORDS.reveal.send}
          onSend={deeds.reveal}
        />
      );
    case "export":
      return (
        <ReasonForm
          flow={flow}
          lead={WORDS.export.lead}
          send={WORDS.export.send}
          onSend={deeds.export}
          waiting={WORDS.export.busy}
        />
      );
    case "exported":
      return <ExportedFile file={dialog.file} person={dialog.person} onClose={deeds.close} />;
    case "erase":
      return <EraseForm flow={flow} person={dialog.person} />;
    case "withdraw":
      return (
        <ReasonForm
          flow={flow}
          lead={WORDS.consents.withdrawLead}
          send={WORDS.consents.withdraw}
          onSend={deeds.withdraw}
          label={WORDS.consents.evidence}
          hint={WORDS.consents.evidenceHint}
        />
      );
  }
}

interface ReasonFormProps {
  readonly flow: PersonsModelInstance;
  readonly lead: string;
  readonly send: string;
  readonly onSend: (reason: string) => Promise<void>;
  /** Said while it is under way, where that takes long. */
  readonly waiting?: string;
  readonly label?: string;
  readonly hint?: string;
}

function ReasonForm(props: ReasonFormProps): JSX.Element {
  const { flow: { sending, deeds }, lead, send, onSend, waiting, label, hint } = props;
  return (
    <form
      class="form"
      autoComplete="off"
      onSubmit={(event) => void onSend(sentFields(event)["reason"] ?? "")}
    >
      <p>{lead}</p>
      <RefusalNote refusal={sending.refusal.value} />
      <ReasonField label={label} hint={hint} />
      {waiting !== undefined && sending.busy.value && <LoadingBox text={waiting} />}
      <FormActions send={send} busy={sending.busy.value} onCancel={() => deeds.close()} />
    </form>
  );
}
