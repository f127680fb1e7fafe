import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { CertificateForm } from "./CertificateForm.tsx";
import { CodesSheet } from "./CodesSheet.tsx";
import type { OwnModelInstance } from "./model.ts";
import type { OwnDialog } from "./own_deeds.ts";
import { OwnPasswordForm } from "./OwnPasswordForm.tsx";
import { TotpForm } from "./TotpForm.tsx";

const WORDS = ZH.own;

interface OwnDialogBoxProps {
  readonly flow: OwnModelInstance;
  readonly dialog: OwnDialog;
}

export function OwnDialogBox({ flow, dialog }: OwnDialogBoxProps): JSX.Element {
  const isWide = dialog.kind === "certificate" || dialog.kind === "totp";
  return (
    <Dialog
      title={titleOf(dialog)}
      size={isWide ? "sm" : "xs"}
      testId={`own-${dialog.kind}`}
      onClose={() => flow.deeds.close()}
    >
      <Content flow={flow} dialog={dialog} />
    </Dialog>
  );
}

function titleOf(dialog: OwnDialog): string {
  switch (dialog.kind) {
    case "password":
      return WORDS.password.dialog;
    case "totp":
      return WORDS.factor.enrolTitle;
    case "new_codes":
      return WORDS.factor.newCodesTitle;
    case "codes":
      return WORDS.factor.codesTitle;
    case "certificate":
      return WORDS.certificate.dialog;
    case "end_sessions":
      return dialog.others ? WORDS.sessions.endOthersTitle : WORDS.sessions.endAllTitle;
    case "unlink":
      return WORDS.sso.unlinkTitle;
  }
}

function Content({ flow, dialog }: OwnDialogBoxProps): JSX.Element {
  const { deeds } = flow;
  switch (dialog.kind) {
    case "password":
      return <OwnPasswordForm flow={flow} rules={dialog.rules} />;
    case "totp":
      return <TotpForm flow={flow} enrolment={dialog.enrolment} />;
    case "new_codes":
      return (
        <Question
          flow={flow}
          lead={WORDS.factor.newCodesLead}
          send={WORDS.factor.newCodesSend}
          onSend={deeds.renewCodes}
        />
      );
    case "codes":
      return <CodesSheet codes={dialog.codes} onKept={deeds.close} />;
    case "certificate":
      return <CertificateForm flow={flow} challenge={dialog.challenge} />;
    case "end_sessions":
      return (
        <Question
          flow={flow}
          lead={dialog.others ? WORDS.sessions.endOthersLead : WORDS.sessions.endAllLead}
          send={dialog.others ? WORDS.sessions.endOthers : WORDS.sessions.endAll}
          onSend={deeds.endSessions}
        />
      );
    case "unlink":
      return (
        <Question
          flow={flow}
          lead={WORDS.sso.unlinkLead(dialog.link.subject)}
          send={WORDS.sso.unlink}
          onSend={deeds.unlink}
        />
      );
  }
}

interface QuestionProps {
  readonly flow: OwnModelInstance;
  readonly lead: string;
  readonly send: string;
  readonly onSend: () => Promise<void>;
}

function Question({ flow, lead, send, onSend }: QuestionProps): JSX.Element {
  function answer(event: Event): void {
    event.preventDefault();
    void onSend();
  }
  return (
    <form class="form" onSubmit={answer}>
      <p>{lead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <FormActions
        send={send}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
      />
    </form>
  );
}
