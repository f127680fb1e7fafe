import type { JSX } from "preact";
import type { IntegrityReply } from "../../../server/protection/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";

const WORDS = ZH.protection;

type RowAlarm = IntegrityReply["alarms"][number];

const COLUMNS: readonly Column<RowAlarm>[] = [
  { title: WORDS.columns.table, cell: ({ table }) => <code>{table}</code> },
  {
    title: WORDS.columns.rowId,
    role: "head",
    class: "digest",
    cell: ({ rowId }) => <Name>{rowId}</Name>,
  },
  { title: WORDS.columns.foundAt, class: "moment", cell: (row) => momentText(row.foundAt) },
];

/** Rows that were found changed when they were about to be used. */
export function RowAlarms({ alarms }: Pick<IntegrityReply, "alarms">): JSX.Element | null {
  if (alarms.length === 0) return null;
  return (
    <div class="stack upkeep">
      <div role="alert" data-testid="alarms">
        <Message type="error" showIcon role="presentation">{WORDS.alarms}</Message>
      </div>
      <TableFrame
        caption={WORDS.alarmsCaption}
        columns={COLUMNS}
        rows={alarms}
        rowKey={({ table, rowId }) => `${table} ${rowId}`}
      />
    </div>
  );
}
