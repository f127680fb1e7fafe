import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button, Message } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { FileForm } from "./FileForm.tsx";
import { ImportReportView } from "./ImportReportView.tsx";
import type { ImportModelInstance } from "./model.ts";

const WORDS = ZH.imports;

export function ImportScreen({ flow }: { readonly flow: ImportModelInstance }): JSX.Element {
  return (
    <Page title={WORDS.of[flow.subject.value].title} lead={WORDS.lead} testId="import">
      <div class="panel form">
        <RefusalNote refusal={flow.sending.refusal.value} />
        <Content flow={flow} />
      </div>
    </Page>
  );
}

function Content({ flow }: { readonly flow: ImportModelInstance }): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "choosing":
      return <FileForm flow={flow} />;
    case "checked":
      return <ImportReportView flow={flow} step={step} />;
    case "unknown":
      return (
        <div data-testid="import-unknown">
          <p>{WORDS.unknown}</p>
          <div class="panel-actions">
            <Button
              appearance="primary"
              loading={flow.sending.busy.value}
              onClick={() => void flow.check(step.file)}
              data-testid="check-again"
            >
              {WORDS.check}
            </Button>
          </div>
        </div>
      );
    case "done": {
      const { rows, created, changed, unchanged } = step.report;
      return (
        <div data-testid="import-done">
          <Message type="success" showIcon role="presentation">
            {WORDS.done} {WORDS.counts(rows, created, changed, unchanged)}
          </Message>
          <div class="panel-actions">
            <Link to={{ section: flow.subject.value }} class="rs-btn rs-btn-primary">
              {WORDS.of[flow.subject.value].toList}
            </Link>
            <Button onClick={() => flow.restart()}>{WORDS.other}</Button>
          </div>
        </div>
      );
    }
  }
}
