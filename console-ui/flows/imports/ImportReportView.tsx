import type { JSX } from "preact";
import type { ImportError } from "../../../server/modules/access/imports/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button, Message } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import type { ImportModelInstance, ImportStep } from "./model.ts";

const WORDS = ZH.imports;

const COLUMNS: readonly Column<ImportError>[] = [
  { title: WORDS.line, class: "moment", cell: ({ line }) => line },
  { title: WORDS.column, class: "moment", cell: ({ column }) => column ?? WORDS.wholeLine },
  { title: WORDS.message, cell: ({ message }) => <Name>{message}</Name> },
];

interface ImportReportViewProps {
  readonly flow: ImportModelInstance;
  readonly step: Extract<ImportStep, { kind: "checked" }>;
}

export function ImportReportView({ flow, step }: ImportReportViewProps): JSX.Element {
  const { report, file, errors } = step;
  const { rows, created, changed, unchanged } = report;
  const isGood = report.errors.length === 0;
  const isNeeded = created + changed > 0;
  return (
    <div class="form" data-testid="import-report">
      <h2 class="panel-title">
        <Name>{WORDS.checkedTitle(file.name)}</Name>
      </h2>
      {isGood && <p>{WORDS.counts(rows, created, changed, unchanged)}</p>}
      <Message
        type={!isGood ? "error" : isNeeded ? "success" : "info"}
        showIcon
        role="presentation"
      >
        {!isGood ? WORDS.errors(report.errors.length) : isNeeded ? WORDS.good : WORDS.nothing}
      </Message>
      {!isGood && (
        <PagedTable
          list={errors}
          caption={WORDS.errorTable}
          columns={COLUMNS}
          rowKey={({ line, column, code }) => `${line} ${column} ${code}`}
          testId="import-errors"
        />
      )}
      <div class="panel-actions">
        {isGood && isNeeded && (
          <Button
            appearance="primary"
            loading={flow.sending.busy.value}
            onClick={() => void flow.apply()}
            data-testid="import-apply"
          >
            {WORDS.apply}
          </Button>
        )}
        <Button onClick={() => flow.restart()} data-testid="import-restart">{WORDS.other}</Button>
      </div>
    </div>
  );
}
