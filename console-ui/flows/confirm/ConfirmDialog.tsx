import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { sentFields, sentSecret } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { FailedBox, LoadingBox } from "../../ui/StateBox.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { FactorFields } from "../second_factor/FactorFields.tsx";
import type { ConfirmModelInstance, ConfirmStep } from "./model.ts";

export function ConfirmDialog({ flow }: { readonly flow: ConfirmModelInstance }): JSX.Element {
  return (
    <Dialog title={ZH.confirm.title} size="xs" testId="confirm" onClose={() => flow.cancel()}>
      <Content flow={flow} />
    </Dialog>
  );
}

function Content({ flow }: { readonly flow: ConfirmModelInstance }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "loading":
      return <LoadingBox />;
    case "failed":
      return <FailedBox refusal={step.refusal} onAgain={() => void flow.start()} />;
    case "asking":
      return <ConfirmForm flow={flow} step={step} />;
  }
}

interface ConfirmFormProps {
  readonly flow: ConfirmModelInstance;
  readonly step: Extract<ConfirmStep, { kind: "asking" }>;
}

function ConfirmForm({ flow, step }: ConfirmFormProps): JSX.Element {
  const words = ZH.confirm;
  function send(event: Event): void {
    const { code = "" } = sentFields(event);
    void flow.confirm(sentSecret(event, "password"), code);
  }
  return (
    <form class="form" onSubmit={send}>
      <p>{words.lead}</p>
      <RefusalNote refusal={step.refusal} />
      <TextField
        name="password"
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
        autoFocus
      />
      {step.choice && (
        <FactorFields
          choice={step.choice}
          refusal={step.refusal}
          onChoose={(factor) => void flow.choose(factor)}
          first={false}
        />
      )}
      <div class="dialog-actions">
        <Button onClick={() => flow.cancel()} data-testid="confirm-cancel">
          {ZH.action.cancel}
        </Button>
        <Button type="submit" appearance="primary" loading={step.busy} data-testid="confirm-yes">
          {words.confirm}
        </Button>
      </div>
    </form>
  );
}
