import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskForm } from "../../ui/AskForm.tsx";
import { DialogBox, type DialogView } from "../../ui/DialogBox.tsx";
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
  return (
    <DialogBox
      view={viewOf(flow, dialog)}
      testId={`person-${dialog.kind}`}
      onClose={() => flow.deeds.close()}
    />
  );
}

function viewOf(flow: PersonsModelInstance, dialog: PersonDialog): DialogView {
  const { deeds } = flow;
  switch (dialog.kind) {
    case "reveal":
      return {
        title: WORDS.reveal.title(WORDS.columns[dialog.field]),
        content: <Asking flow={flow} words={WORDS.reveal} onSend={deeds.reveal} />,
      };
    case "export":
      return {
        title: WORDS.export.title,
        content: (
          <Asking
            flow={flow}
            words={WORDS.export}
            onSend={deeds.export}
            waiting={WORDS.export.busy}
          />
        ),
      };
    case "exported":
      return {
        title: WORDS.export.title,
        content: <ExportedFile file={dialog.file} person={dialog.person} onClose={deeds.close} />,
      };
    case "erase":
      return {
        title: WORDS.erase.title,
        content: <EraseForm flow={flow} person={dialog.person} />,
        isWide: true,
      };
    case "withdraw": {
      const { consents } = WORDS;
      return {
        title: consents.withdrawTitle(consents.purpose[dialog.purpose]),
        content: (
          <Asking
            flow={flow}
            words={{ lead: consents.withdrawLead, send: consents.withdraw }}
            onSend={deeds.withdraw}
            label={consents.evidence}
            hint={consents.evidenceHint}
          />
        ),
      };
    }
  }
}

interface AskingProps {
  readonly flow: PersonsModelInstance;
  readonly words: { readonly lead: string; readonly send: string };
  readonly onSend: (reason: string) => Promise<void>;
  readonly waiting?: string;
  readonly label?: string;
  readonly hint?: string;
}

/** Nothing is done with somebody's data without a reason. */
function Asking({ flow, words, onSend, waiting, label, hint }: AskingProps): JSX.Element {
  return (
    <AskForm
      lead={words.lead}
      send={words.send}
      sending={flow.sending}
      waiting={waiting}
      onSend={({ reason = "" }) => void onSend(reason)}
      onClose={flow.deeds.close}
    >
      <ReasonField label={label} hint={hint} />
    </AskForm>
  );
}
