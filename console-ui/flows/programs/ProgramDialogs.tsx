import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Button } from "../../ui/library.ts";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { ProgramDialog, ProgramsModelInstance } from "./model.ts";

const WORDS = ZH.programs;
const PEM_ROWS = 5;
const DAYS_AT_FIRST = "180";

interface ProgramDialogsProps {
  readonly flow: ProgramsModelInstance;
  readonly dialog: ProgramDialog;
}

export function ProgramDialogs({ flow, dialog }: ProgramDialogsProps): JSX.Element {
  switch (dialog.kind) {
    case "add":
      return <AddKey flow={flow} />;
    case "secret":
      return <Secret flow={flow} keyId={dialog.keyId} secret={dialog.secret} />;
    case "end":
      return (
        <AskDialog
          title={WORDS.endTitle}
          lead={WORDS.endLead}
          send={WORDS.end}
          sending={flow.sending}
          testId="key-end"
          danger
          onSend={() => void flow.end()}
          onClose={() => flow.close()}
        />
      );
  }
}

function AddKey({ flow }: { readonly flow: ProgramsModelInstance }): JSX.Element {
  const [kind, setKind] = useState("sm2");
  return (
    <AskDialog
      title={WORDS.addTitle}
      lead={WORDS.keysLead}
      send={WORDS.send}
      sending={flow.sending}
      testId="key-form"
      onSend={(fields) => void flow.add(fields)}
      onClose={() => flow.close()}
    >
      <SelectField
        name="kind"
        label={WORDS.addKind}
        value={kind}
        choices={Object.entries(WORDS.kinds)}
        onChange={setKind}
      />
      {kind === "sm2" && (
        <TextField
          name="publicKeyPem"
          label={WORDS.publicKey}
          hint={WORDS.publicKeyHint}
          rows={PEM_ROWS}
          maxLength={2_000}
          required
        />
      )}
      <TextField
        name="days"
        label={WORDS.days}
        hint={WORDS.daysHint}
        value={DAYS_AT_FIRST}
        inputMode="numeric"
        pattern="\d{1,3}"
        required
      />
    </AskDialog>
  );
}

interface SecretProps {
  readonly flow: ProgramsModelInstance;
  readonly keyId: string;
  readonly secret: string;
}

/** Nothing keeps it, neither here nor where it could be read again. */
function Secret({ flow, keyId, secret }: SecretProps): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  }
  return (
    <Dialog
      title={WORDS.secretTitle}
      size="sm"
      testId="key-secret"
      onClose={() => flow.close()}
    >
      <div class="form">
        <p>{WORDS.secretLead}</p>
        <dl class="facts">
          <dt>{WORDS.secretId}</dt>
          <dd>
            <code>{keyId}</code>
          </dd>
          <dt>{WORDS.secret}</dt>
          <dd>
            <code class="digest" data-testid="secret">{secret}</code>
          </dd>
        </dl>
        <div class="dialog-actions">
          <span class="soft" role="status">{isCopied && WORDS.copied}</span>
          <Button onClick={() => void copy()} data-testid="copy">{ZH.action.copy}</Button>
          <Button appearance="primary" onClick={() => flow.close()} data-testid="secret-kept">
            {WORDS.kept}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
