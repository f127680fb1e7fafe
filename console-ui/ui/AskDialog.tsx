import type { JSX } from "preact";
import { AskForm, type AskFormProps } from "./AskForm.tsx";
import { Dialog } from "./Dialog.tsx";

interface AskDialogProps extends AskFormProps {
  readonly title: string;
  readonly testId: string;
}

/** A dialog that asks one thing. */
export function AskDialog({ title, testId, ...form }: AskDialogProps): JSX.Element {
  return (
    <Dialog title={title} size="xs" testId={testId} onClose={form.onClose}>
      <AskForm {...form} />
    </Dialog>
  );
}
