import type { JSX } from "preact";
import type { RightsRequestView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button, Message } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import type { DecisionFlow, Looked } from "./decision.ts";
import { DecisionForm } from "./DecisionForm.tsx";
import { DiffTable } from "./DiffTable.tsx";
import { RequestState } from "./RequestState.tsx";

const WORDS = ZH.requests;

interface RequestDialogProps {
  readonly flow: DecisionFlow;
  readonly looked: Looked;
}

export function RequestDialog({ flow, looked }: RequestDialogProps): JSX.Element {
  const { request, isOwn, mayDecide, mayWithdraw } = looked;
  const isExplained = isOwn && request.state === "waiting";
  return (
    <Dialog title={WORDS.detailTitle} testId="rights-request" onClose={() => flow.close()}>
      <div class="form">
        <Facts facts={factsOf(request)} />
        <DiffTable looked={looked} />
        {isExplained && (
          <div data-testid="own-request">
            <Message type="info" showIcon role="presentation">{WORDS.own}</Message>
          </div>
        )}
        {mayDecide && <DecisionForm flow={flow} />}
        {!mayDecide && <RefusalNote refusal={flow.sending.refusal.value} />}
        {mayWithdraw && (
          <div class="dialog-actions">
            <Button
              loading={flow.sending.busy.value}
              onClick={() => void flow.withdraw()}
              data-testid="withdraw"
            >
              {WORDS.withdraw}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function factsOf(request: RightsRequestView): Fact[] {
  const { kind, account, role, organisation, grantExpiresAt, reason, requestedBy } = request;
  const { state, decidedBy, decidedAt, note } = request;
  return [
    [WORDS.columns.account, account.login],
    [WORDS.columns.what, <Name key="what">{WORDS.kind[kind](role.name)}</Name>],
    [WORDS.columns.organisation, <Name key="organisation">{organisation.name}</Name>],
    ...(kind === "grant"
      ? [
        [
          WORDS.field.expiresAt,
          grantExpiresAt === null ? ZH.accounts.forGood : momentText(grantExpiresAt),
        ] satisfies Fact,
      ]
      : []),
    [WORDS.field.reason, <Name key="reason">{reason}</Name>],
    [WORDS.columns.requestedBy, `${requestedBy.login}，${momentText(request.requestedAt)}`],
    [WORDS.columns.state, <RequestState key="state" state={state} />],
    ...(decidedBy && decidedAt !== null
      ? [[WORDS.field.decided, `${decidedBy.login}，${momentText(decidedAt)}`] satisfies Fact]
      : []),
    ...(note === null ? [] : [[WORDS.field.note, <Name key="note">{note}</Name>] satisfies Fact]),
  ];
}
