import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";

type Payment = ConsoleOrder["payments"][number];

const WORDS = ZH.orders.payments;
const STATES: Readonly<Record<string, string>> = WORDS.state;
const CHANNELS: Readonly<Record<string, string>> = ZH.orders.channel;

interface PaymentsTableProps {
  readonly order: ConsoleOrder;
}

/** What went to and came back from the channels, in their own numbers. */
export function PaymentsTable({ order }: PaymentsTableProps): JSX.Element {
  return (
    <PlainTable
      title={WORDS.title}
      columns={COLUMNS}
      rows={order.payments}
      rowKey={({ id }) => id}
      none={WORDS.none}
      testId="order-payments"
    />
  );
}

const COLUMNS: readonly Column<Payment>[] = [
  { title: WORDS.columns.at, role: "head", class: "moment", cell: ({ at }) => momentText(at) },
  { title: WORDS.columns.kind, cell: ({ kind }) => WORDS.kind[kind] },
  {
    title: WORDS.columns.channel,
    cell: ({ channel }) => channel === null ? "" : CHANNELS[channel] ?? channel,
  },
  { title: WORDS.columns.amount, class: "amount", cell: ({ amountFen }) => yuanText(amountFen) },
  { title: WORDS.columns.state, cell: ({ state }) => STATES[state] ?? state },
  { title: WORDS.columns.reference, cell: ({ reference }) => <Name>{reference ?? ""}</Name> },
];
