import type { JSX } from "preact";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { ApprovalPanel } from "./ApprovalPanel.tsx";
import { CodePanel } from "./CodePanel.tsx";
import type { EnrolmentsModelInstance, WaitingEnrolment } from "./model.ts";

const WORDS = ZH.enrolments;

const COLUMNS: readonly Column<WaitingEnrolment>[] = [
  {
    title: WORDS.columns.number,
    role: "head",
    class: "moment",
    cell: ({ terminalNumber }) => <Name>{terminalNumber}</Name>,
  },
  {
    title: WORDS.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  {
    title: WORDS.columns.requestedAt,
    class: "moment",
    cell: ({ requestedAt }) => momentText(requestedAt),
  },
  {
    title: WORDS.columns.expiresAt,
    class: "moment",
    cell: ({ expiresAt }) => momentText(expiresAt),
  },
  {
    title: WORDS.columns.fingerprint,
    cell: ({ signFingerprint }) => <Fingerprint>{signFingerprint}</Fingerprint>,
  },
];

interface EnrolmentsScreenProps {
  readonly flow: EnrolmentsModelInstance;
}

export function EnrolmentsScreen({ flow }: EnrolmentsScreenProps): JSX.Element {
  const found = flow.found.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="terminal-enrolments">
      <div class="stack">
        {found ? <ApprovalPanel flow={flow} found={found} /> : <CodePanel flow={flow} />}
        <section aria-labelledby="waiting-enrolments">
          <div class="section-head">
            <div>
              <h2 class="panel-title" id="waiting-enrolments">{WORDS.waiting}</h2>
              <p class="field-hint">{WORDS.waitingLead}</p>
            </div>
            <Button onClick={() => void flow.waiting.refresh()} data-testid="refresh">
              {WORDS.refresh}
            </Button>
          </div>
          <PagedTable
            list={flow.waiting}
            caption={WORDS.waiting}
            columns={COLUMNS}
            rowKey={({ id }) => id}
            none={WORDS.none}
            testId="enrolments-table"
          />
        </section>
      </div>
    </Page>
  );
}
