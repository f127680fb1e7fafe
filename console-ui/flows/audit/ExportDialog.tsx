import type { JSX } from "preact";
import type { ExportView } from "../../../server/modules/audit/viewer/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { Button, Message } from "../../ui/library.ts";
import { Progress } from "../../ui/Progress.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import type { Exporting } from "./exporting.ts";

const WORDS = ZH.audit.exporting;
const BAR_PARTS = 100;

export function ExportDialog({ flow }: { readonly flow: Exporting }): JSX.Element {
  const step = flow.step.value;
  return (
    <Dialog title={WORDS.title} size="xs" testId="export" onClose={() => flow.close()}>
      {step.kind === "asked"
        ? <Asked flow={flow} view={step.view} isFetched={step.isFetched} />
        : <Asking flow={flow} />}
    </Dialog>
  );
}

function Asking({ flow }: { readonly flow: Exporting }): JSX.Element {
  function send(event: Event): void {
    void flow.start(sentFields(event)["form"] === "xlsx" ? "xlsx" : "csv");
  }
  return (
    <form class="form" onSubmit={send}>
      <p>{WORDS.lead}</p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <SelectField name="form" label={WORDS.form} choices={Object.entries(WORDS.forms)} />
      <FormActions
        send={WORDS.start}
        busy={flow.sending.busy.value}
        onCancel={() => flow.close()}
      />
    </form>
  );
}

/**
 * A link that the browser follows by itself: with `download` it would leave out the words about
 * itself that a session is bound to. The platform answers with an attachment, so the page stays.
 */
function addressOf({ id }: ExportView): string {
  return `/api/console/v1/audit/exports/${encodeURIComponent(id)}/file`;
}

interface AskedProps {
  readonly flow: Exporting;
  readonly view: ExportView;
  readonly isFetched: boolean;
}

function Asked({ flow, view, isFetched }: AskedProps): JSX.Element {
  const isOver = view.state !== "waiting" && view.state !== "running";
  return (
    <div class="form" data-testid={`export-${view.state}`}>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <div role="status">
        <State view={view} isFetched={isFetched} />
      </div>
      {isFetched && !isOver && (
        <Progress
          label={WORDS.bar}
          done={Math.floor(view.progress * BAR_PARTS)}
          total={BAR_PARTS}
        />
      )}
      <div class="dialog-actions">
        {!isOver && isFetched && (
          <Button
            loading={flow.sending.busy.value}
            onClick={() => void flow.cancel()}
            data-testid="export-cancel"
          >
            {WORDS.cancel}
          </Button>
        )}
        {isOver && view.state !== "done" && (
          <Button onClick={() => flow.open()} data-testid="export-again">{WORDS.again}</Button>
        )}
        {!isFetched && (
          <a
            class="rs-btn rs-btn-primary"
            href={addressOf(view)}
            onClick={() => flow.fetching()}
            data-testid="export-fetch"
          >
            {WORDS.fetch}
          </a>
        )}
        {isOver && (
          <Button
            appearance="primary"
            onClick={() => flow.close()}
            data-testid="export-close"
          >
            {WORDS.close}
          </Button>
        )}
      </div>
    </div>
  );
}

function State({ view, isFetched }: Pick<AskedProps, "view" | "isFetched">): JSX.Element {
  switch (view.state) {
    case "done":
      return (
        <>
          <Message type="success" showIcon role="presentation">{WORDS.done(view.rows)}</Message>
          {view.digest !== null && (
            <p class="digest-line">
              {WORDS.digest}
              <code class="digest">{view.digest}</code>
            </p>
          )}
        </>
      );
    case "cancelled":
      return <Message type="warning" showIcon role="presentation">{WORDS.cancelled}</Message>;
    case "failed":
    case "interrupted":
    case "expired":
      return <Message type="error" showIcon role="presentation">{WORDS[view.state]}</Message>;
    case "waiting":
    case "running":
      return <p>{isFetched ? WORDS.running(view.rows) : WORDS.ready}</p>;
  }
}
