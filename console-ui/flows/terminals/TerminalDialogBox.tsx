import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
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
  return (
    <AskDialog
      title={words.title(number)}
      lead={words.lead}
      send={words.button}
      sending={flow.sending}
      testId="terminal-deed"
      danger={deed === "revoke"}
      onSend={({ reason = "" }) => void flow.deeds.send(reason)}
      onClose={() => flow.deeds.close()}
    >
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
    </AskDialog>
  );
}
