import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Name } from "../../ui/Name.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { RefundDeed, RefundDeeds } from "./refund_deeds.ts";

const WORDS = ZH.refunds;
/** As the platform has it. */
const NOTE_LENGTH_MAX = 200;
const EVIDENCE_LENGTH_MAX = 500;

/** Asks, decides or withdraws; nothing while none is open. */
export function RefundDialog({ deeds }: { readonly deeds: RefundDeeds }): JSX.Element | null {
  const deed = deeds.deed.value;
  if (!deed) return null;
  const { title, lead, send, danger } = saidOf(deed);
  return (
    <AskDialog
      title={title}
      lead={lead}
      send={send}
      danger={danger}
      sending={deeds.sending}
      onSend={(fields) => void deeds.send(fields)}
      onClose={() => deeds.close()}
      testId="refund-deed"
    >
      <Fields deed={deed} />
    </AskDialog>
  );
}

interface Said {
  readonly title: string;
  readonly lead: string;
  readonly send: string;
  readonly danger: boolean;
}

function saidOf(deed: RefundDeed): Said {
  switch (deed.kind) {
    case "decide":
      return deed.verdict === "approved"
        ? { title: WORDS.approve, lead: WORDS.approveLead, send: WORDS.approve, danger: true }
        : { title: WORDS.reject, lead: WORDS.rejectLead, send: WORDS.reject, danger: false };
    case "withdraw": {
      const { title, lead } = WORDS.deed.withdraw;
      return { title, lead, send: title, danger: false };
    }
    case "act":
      return {
        title: WORDS.act[deed.act],
        lead: WORDS.actLead[deed.act],
        send: WORDS.send,
        danger: false,
      };
    case "decide_act": {
      const isDone = deed.verdict === "done";
      const send = isDone ? WORDS.approve : WORDS.reject;
      return {
        title: `${send}：${WORDS.act[deed.act.kind]}`,
        lead: isDone ? WORDS.actApproveLead : WORDS.rejectLead,
        send,
        danger: isDone,
      };
    }
  }
}

function Fields({ deed }: { readonly deed: RefundDeed }): JSX.Element | null {
  switch (deed.kind) {
    case "decide":
      return <TextField name="note" label={WORDS.noteField} maxLength={NOTE_LENGTH_MAX} />;
    case "withdraw":
      return null;
    case "act":
      return (
        <TextField
          name="evidence"
          label={WORDS.acts.evidence}
          hint={WORDS.acts.evidenceHint}
          maxLength={EVIDENCE_LENGTH_MAX}
          required
          autoFocus
        />
      );
    case "decide_act":
      return (
        <Facts
          facts={[[
            WORDS.acts.evidence,
            <Name key="evidence">{deed.act.evidence ?? WORDS.acts.unreadable}</Name>,
          ]]}
        />
      );
  }
}
