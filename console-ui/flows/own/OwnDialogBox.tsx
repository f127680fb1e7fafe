import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskForm } from "../../ui/AskForm.tsx";
import { DialogBox, type DialogView } from "../../ui/DialogBox.tsx";
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
  return (
    <DialogBox
      view={viewOf(flow, dialog)}
      testId={`own-${dialog.kind}`}
      onClose={() => flow.deeds.close()}
    />
  );
}

function viewOf(flow: OwnModelInstance, dialog: OwnDialog): DialogView {
  const { deeds, sending } = flow;
  const asking = { sending, onClose: deeds.close };
  switch (dialog.kind) {
    case "password":
      return {
        title: WORDS.password.dialog,
        content: <OwnPasswordForm flow={flow} rules={dialog.rules} />,
      };
    case "totp":
      return {
        title: WORDS.factor.enrolTitle,
        content: <TotpForm flow={flow} enrolment={dialog.enrolment} />,
        isWide: true,
      };
    case "new_codes": {
      const { newCodesTitle: title, newCodesLead: lead, newCodesSend: send } = WORDS.factor;
      const onSend = () => void deeds.renewCodes();
      return { title, content: <AskForm {...asking} lead={lead} send={send} onSend={onSend} /> };
    }
    case "codes":
      return {
        title: WORDS.factor.codesTitle,
        content: <CodesSheet codes={dialog.codes} onKept={deeds.close} />,
      };
    case "certificate":
      return {
        title: WORDS.certificate.dialog,
        content: <CertificateForm flow={flow} challenge={dialog.challenge} />,
        isWide: true,
      };
    case "end_sessions": {
      const { title, lead, send } = WORDS.sessions.ending[dialog.others ? "others" : "all"];
      const onSend = () => void deeds.endSessions();
      return { title, content: <AskForm {...asking} lead={lead} send={send} onSend={onSend} /> };
    }
    case "unlink": {
      const { unlinkTitle: title, unlinkLead, unlink: send } = WORDS.sso;
      const lead = unlinkLead(dialog.link.subject);
      const onSend = () => void deeds.unlink();
      return { title, content: <AskForm {...asking} lead={lead} send={send} onSend={onSend} /> };
    }
  }
}
