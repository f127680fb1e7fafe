import type { JSX } from "preact";
import type { IntegrityReply, UpkeepRunView } from "../../../server/protection/contract.ts";
import { countText } from "../../i18n/count.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";

const WORDS = ZH.protection;

type BrokenRow = IntegrityReply["broken"][number];

const COLUMNS: readonly Column<BrokenRow>[] = [
  { title: WORDS.columns.table, cell: ({ table }) => <code>{table}</code> },
  {
    title: WORDS.columns.rowId,
    role: "head",
    class: "digest",
    cell: ({ rowId }) => <Name>{rowId}</Name>,
  },
  { title: WORDS.columns.why, cell: ({ why }) => WORDS.why[why] },
  { title: WORDS.columns.foundAt, class: "moment", cell: (row) => momentText(row.foundAt) },
];

interface BrokenRowsProps {
  readonly run: UpkeepRunView;
  readonly broken: readonly BrokenRow[];
}

/** What the last check found, rows that somebody changed without the platform. */
export function BrokenRows({ run, broken }: BrokenRowsProps): JSX.Element | null {
  if (run.broken === 0) {
    return run.state === "done"
      ? <Message type="success" showIcon role="presentation">{WORDS.intact}</Message>
      : null;
  }
  return (
    <div class="stack">
      <div role="alert" data-testid="broken">
        <Message type="error" showIcon role="presentation">
          {WORDS.broken(countText(run.broken))}
        </Message>
      </div>
      <p class="soft">{WORDS.brokenLead}</p>
      <TableFrame
        caption={WORDS.integrity}
        columns={COLUMNS}
        rows={broken}
        rowKey={({ table, rowId }) => `${table} ${rowId}`}
      />
    </div>
  );
}
