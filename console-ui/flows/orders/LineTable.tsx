import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { type LineEvent, timeLine } from "./time_line.ts";
import { TraceCell } from "./TraceCell.tsx";

const WORDS = ZH.orders;

/** What happened to an order, from its first second on. */
export function LineTable({ order }: { readonly order: ConsoleOrder }): JSX.Element {
  return (
    <PlainTable
      title={WORDS.line}
      columns={COLUMNS}
      rows={timeLine(order)}
      rowKey={({ key }) => key}
      none={WORDS.noLine}
      testId="order-line"
    />
  );
}

const COLUMNS: readonly Column<LineEvent>[] = [
  { title: WORDS.event.at, class: "moment", cell: ({ at }) => momentText(at) },
  { title: WORDS.event.what, role: "head", cell: ({ what }) => <Name>{what}</Name> },
  { title: WORDS.event.outcome, cell: ({ outcome }) => outcome },
  { title: WORDS.event.note, cell: ({ note }) => <Name>{note}</Name> },
  { title: WORDS.event.trace, cell: ({ trace }) => trace && <TraceCell {...trace} /> },
];
