import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { TerminalsModelInstance } from "./model.ts";
import type { TerminalDialog } from "./terminal_deeds.ts";

const WORDS = ZH.terminals;
const REASON_LENGTH_MIN = 2;
const REASON_LENGTH_MAX = 200;

interface TerminalDialogBoxProps {
  readonly flow: TerminalsModelInstance;
  readonly dialog: TerminalDialog;
}

export function TerminalDialogBox({ flow, dialog }: TerminalDialogBoxProps): JSX.Element {
  const { deed, terminal: { number } } = dialog;
  const words = WORDS.deed[deed];
  const close = () => flow.deeds.close();
  return (
    <Dialog title={words.title(number)} size="xs" testId="terminal-deed" onClose={close}>
      <form
        class="form"
        onSubmit={(event) => void flow.deeds.send(sentFields(event)["reason"] ?? "")}
      >
        <p>{words.lead}</p>
        <RefusalNote refusal={flow.sending.refusal.value} />
        <TextField
          name="reason"
          label={WORDS.reason}
          hint={WORDS.reasonHint}
          minLength={REASON_LENGTH_MIN}
          maxLength={REASON_LENGTH_MAX}
          autoComplete="off"
          required
          autoFocus
        />
        <FormActions
          send={words.button}
          busy={flow.sending.busy.value}
          onCancel={close}
          danger={deed === "revoke"}
        />
      </form>
    </Dialog>
  );
}
