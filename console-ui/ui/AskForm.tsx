import type { ComponentChildren, JSX } from "preact";
import type { Submission } from "../flows/submission.ts";
import { FormActions } from "./FormActions.tsx";
import { sentFields } from "./form_data.ts";
import { RefusalNote } from "./RefusalNote.tsx";
import { LoadingBox } from "./StateBox.tsx";

export interface AskFormProps {
  readonly lead: string;
  readonly send: string;
  readonly sending: Submission;
  /** What cannot be taken back is red. */
  readonly danger?: boolean;
  /** Said while it is under way, where that takes long. */
  readonly waiting?: string | undefined;
  readonly onSend: (fields: Readonly<Record<string, string>>) => void;
  readonly onClose: () => void;
  /** Further fields. */
  readonly children?: ComponentChildren;
}

/** What a dialog asks: says what will come of it before it is done, and why it was refused. */
export function AskForm(props: AskFormProps): JSX.Element {
  const { lead, send, sending, danger = false, waiting, onSend, onClose, children } = props;
  const busy = sending.busy.value;
  return (
    <form class="form" autoComplete="off" onSubmit={(event) => onSend(sentFields(event))}>
      <p>{lead}</p>
      <RefusalNote refusal={sending.refusal.value} />
      {children}
      {waiting !== undefined && busy && <LoadingBox text={waiting} />}
      <FormActions send={send} busy={busy} onCancel={onClose} danger={danger} />
    </form>
  );
}
