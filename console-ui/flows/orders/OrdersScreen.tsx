import type { JSX } from "preact";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import type { OrderLine, OrdersModelInstance } from "./model.ts";
import { OrderFilters } from "./OrderFilters.tsx";
import { OrderScreen } from "./OrderScreen.tsx";
import { AlarmTag, amountText, OrderState, stopText } from "./OrderState.tsx";

const WORDS = ZH.orders;

interface OrdersScreenProps {
  readonly flow: OrdersModelInstance;
}

export function OrdersScreen({ flow }: OrdersScreenProps): JSX.Element {
  return flow.shownId.value === null ? <List flow={flow} /> : <OrderScreen flow={flow} />;
}

function List({ flow }: OrdersScreenProps): JSX.Element {
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="orders">
      <OrderFilters flow={flow} />
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={LIST_COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="orders-table"
      />
    </Page>
  );
}

const LIST_COLUMNS: readonly Column<OrderLine>[] = [
  {
    title: WORDS.columns.number,
    role: "head",
    cell: ({ id, number }) => <Link to={{ section: "orders", id }}>{number}</Link>,
  },
  {
    title: WORDS.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  { title: WORDS.columns.kind, class: "moment", cell: ({ kind }) => WORDS.payable[kind] },
  { title: WORDS.columns.state, cell: ({ state }) => <OrderState state={state} /> },
  { title: WORDS.columns.alarm, cell: ({ alarm }) => <AlarmTag alarm={alarm} /> },
  { title: WORDS.columns.total, class: "amount", cell: (row) => amountText(row, row.totalFen) },
  { title: WORDS.columns.cash, class: "amount", cell: (row) => amountText(row, row.cashFen) },
  {
    title: WORDS.columns.started,
    class: "moment",
    cell: ({ startedAt }) => momentText(startedAt),
  },
  { title: WORDS.columns.stop, cell: ({ stop }) => stopText(stop) },
];
