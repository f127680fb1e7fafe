import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { EnrolmentToApproveView } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import type { EnrolmentsModelInstance } from "./model.ts";

const WORDS = ZH.enrolments;

interface ApprovalPanelProps {
  readonly flow: EnrolmentsModelInstance;
  readonly found: EnrolmentToApproveView;
}

/** What is compared before a key is bound; the title takes the focus, so that it is read first. */
export function ApprovalPanel({ flow, found }: ApprovalPanelProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [found.id]);
  return (
    <section class="panel" aria-labelledby="enrolment-compare" data-testid="enrolment-found">
      <h2 class="panel-title" id="enrolment-compare" tabIndex={-1} ref={heading}>
        {WORDS.compareTitle}
      </h2>
      <p class="panel-lead">{WORDS.compareLead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <Facts facts={factsOf(found)} />
      <div class="panel-actions">
        <Button
          appearance="primary"
          loading={flow.sending.busy.value}
          onClick={() => void flow.approve()}
          data-testid="approve"
        >
          {WORDS.approve}
        </Button>
        <Button onClick={() => flow.giveUp()} data-testid="give-up">{WORDS.giveUp}</Button>
      </div>
    </section>
  );
}

function factsOf(found: EnrolmentToApproveView): Fact[] {
  const { terminalNumber, institutionName, institutionCode, requestedAt } = found;
  const words = WORDS.facts;
  return [
    [
      words.number,
      <strong key="number" class="big">
        <Name>{terminalNumber}</Name>
      </strong>,
    ],
    [
      words.institution,
      <strong key="at" class="big">
        <Name>{institutionName}</Name>
      </strong>,
    ],
    [words.institutionCode, <Name key="code">{institutionCode}</Name>],
    [words.requestedAt, momentText(requestedAt)],
    [
      words.signFingerprint,
      <Fingerprint key="sign">{found.signFingerprint}</Fingerprint>,
    ],
    [
      words.agreeFingerprint,
      <Fingerprint key="agree">{found.agreeFingerprint}</Fingerprint>,
    ],
  ];
}
