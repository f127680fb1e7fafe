import type { ComponentChildren, JSX } from "preact";
import type { Submission } from "../flows/submission.ts";
import { Dialog } from "./Dialog.tsx";
import { FormActions } from "./FormActions.tsx";
import { sentFields } from "./form_data.ts";
import { RefusalNote } from "./RefusalNote.tsx";

interface AskDialogProps {
  readonly title: string;
  readonly lead: string;
  readonly send: string;
  readonly sending: Submission;
  readonly testId: string;
  /** What cannot be taken back is red. */
  readonly danger?: boolean;
  readonly onSend: (fields: Readonly<Record<string, string>>) => void;
  readonly onClose: () => void;
  /** Further fields. */
  readonly children?: ComponentChildren;
}

/** Says what will come of it before it is done. */
export function AskDialog(props: AskDialogProps): JSX.Element {
  const { title, lead, send, sending, testId, danger = false, onSend, onClose, children } = props;
  return (
    <Dialog title={title} size="xs" testId={testId} onClose={onClose}>
      <form class="form" onSubmit={(event) => onSend(sentFields(event))}>
        <p>{lead}</p>
        <RefusalNote refusal={sending.refusal.value} />
        {children}
        <FormActions send={send} busy={sending.busy.value} onCancel={onClose} danger={danger} />
      </form>
    </Dialog>
  );
}
